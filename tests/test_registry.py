"""The registry knows every collection, so export and erasure cannot forget one."""

import asyncio
import contextlib
import inspect
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError
from samples import ID, KNOWN, NOT_ASKING, Samples, readers

from knowledge.store.database import AppId, AppScope, Database, Document, OwnerId
from knowledge.store.registry import STORED, create_indexes, erase_conversation
from knowledge.store.schema import NewerSchema, migrate
from knowledge.store.stored import Stored, Whose


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


# What a row names, and to what a collection with such rows can belong.
NAMES = {
    "owner_id": set(Whose) - {Whose.NOBODY},
    "app_id": {Whose.APP, Whose.CONVERSATION, Whose.ENTRY},
    "conversation_id": {Whose.CONVERSATION},
}


async def test_a_collection_belongs_to_whom_its_rows_name(db: Database) -> None:
    """Whatever the store writes: a row that names an owner, an app or a conversation goes when that is deleted."""
    wrong, seen = set[str](), set[str]()
    for kind in readers():
        if kind not in NOT_ASKING:
            async for stored, row in _written_by(db, kind):
                seen.add(stored.name)
                wrong |= {f"{stored.name}: {field}" for field in _undeclared(stored, row)}
    assert wrong == set()
    assert len(seen) > len(STORED) * 2 // 3
    await erase_conversation(db, AppScope(OwnerId(ID), AppId(ID)), ID)
    left = {stored.name for stored in STORED if await db.collection(stored.name).count({"conversation_id": ID})}
    assert left == set()


async def _written_by(db: Database, kind: Any) -> AsyncIterator[tuple[Stored, Document]]:
    """What stands in the collections that a repository knows, after each of its methods was called in turn."""
    samples = Samples(KNOWN | {Database: db})
    repository = kind(**samples.arguments(kind.__init__, full=True))
    known = [each for each in vars(sys.modules[kind.__module__]).values() if isinstance(each, Stored)]
    for name, function in inspect.getmembers(kind, inspect.iscoroutinefunction):
        if not name.startswith("_"):
            with contextlib.suppress(DuplicateKeyError):
                await function(repository, **samples.arguments(function, full=True))
            for stored in known:
                for row in await db.collection(stored.name).find({}):
                    yield stored, row


def _undeclared(stored: Stored, row: Document) -> list[str]:
    belongs = stored.belongs
    said = [field for field, whose in NAMES.items() if row.get(field) and belongs.whose not in whose]
    return [*said, belongs.field] if belongs.field and belongs.field not in row else said
