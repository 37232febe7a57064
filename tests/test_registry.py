"""The registry knows every collection, so export and erasure cannot forget one."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from knowledge.store.database import Database
from knowledge.store.registry import STORED, create_indexes
from knowledge.store.schema import NewerSchema, migrate


async def test_every_collection_in_the_database_is_in_the_registry(bare_db: Database) -> None:
    await create_indexes(bare_db)
    assert set(await bare_db.raw.list_collection_names()) == {stored.name for stored in STORED}


async def test_two_processes_may_start_on_an_empty_database_at_once(bare_db: Database) -> None:
    await asyncio.gather(*(migrate(bare_db, lambda: datetime.now(UTC)) for _ in range(3)))
    assert set(await bare_db.raw.list_collection_names()) >= {stored.name for stored in STORED}


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


async def test_an_older_inbox_gets_the_indexes_of_today(bare_db: Database) -> None:
    old: tuple[tuple[str, dict[str, Any]], ...] = (
        ("message_id", {}),
        ("unsent_id", {}),
        ("expires_at", {"expireAfterSeconds": 0}),
    )
    for name, options in old:
        await bare_db.raw["inbox"].create_index([(name, 1)], **options)
    await migrate(bare_db, lambda: datetime.now(UTC))
    indexes = await bare_db.raw["inbox"].index_information()
    assert "message_id_1" not in indexes
    assert "partialFilterExpression" in indexes["unsent_id_1"]
    assert "partialFilterExpression" in indexes["expires_at_1"]


async def test_indexes_that_others_have_replaced_are_removed_and_may_be_gone_already(bare_db: Database) -> None:
    former = [(stored.name, name) for stored in STORED for name in stored.former]
    assert former
    for collection, name in former:
        await bare_db.raw[collection].create_index([("owner_id", 1), ("former", 1)], name=name)
    for _ in range(2):
        await create_indexes(bare_db)
    left = [(name, index) for name, index in former if index in await bare_db.raw[name].index_information()]
    assert left == []
