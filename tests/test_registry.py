"""The registry knows every collection, so export and erasure cannot forget one."""

import asyncio
from datetime import UTC, datetime

import pytest

from knowledge.store.database import Database, new_id
from knowledge.store.registry import STORED
from knowledge.store.schema import NewerSchema, migrate


async def test_every_collection_in_the_database_is_in_the_registry(db: Database) -> None:
    assert set(await db.raw.list_collection_names()) == {stored.name for stored in STORED}


async def test_two_processes_may_start_on_an_empty_database_at_once(mongod: str) -> None:
    database = Database.open(mongod.replace("/mimi?", f"/test_{new_id()}?"))
    await asyncio.gather(*(migrate(database, lambda: datetime.now(UTC)) for _ in range(3)))
    assert set(await database.raw.list_collection_names()) >= {stored.name for stored in STORED}
    await database.client.drop_database(database.raw.name)
    database.close()


async def test_migrations_run_once_whoever_starts(db: Database) -> None:
    ran: list[int] = []

    async def step(_: Database) -> None:
        ran.append(1)

    await asyncio.gather(*(migrate(db, lambda: datetime.now(UTC), (step, step)) for _ in range(3)))
    assert len(ran) == 2


async def test_a_database_of_a_newer_mimi_is_left_alone(db: Database) -> None:
    await db.collection("schema").insert({"_id": "version", "version": 99})
    with pytest.raises(NewerSchema):
        await migrate(db, lambda: datetime.now(UTC))
