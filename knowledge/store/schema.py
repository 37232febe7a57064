"""The schema's version, and the migrations that bring an older database forward, run once under a lease."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from pymongo.errors import DuplicateKeyError

from knowledge.store.conversations.conversations import CONVERSATIONS, MASKED_AFTER
from knowledge.store.conversations.messages import NOBODYS
from knowledge.store.database import Database, Document, new_id
from knowledge.store.inbox.inbox import INBOX
from knowledge.store.registry import SCHEMA, create_indexes

log = structlog.get_logger()

MIGRATION_LEASE = timedelta(minutes=5)
WAIT_SECONDS = 0.5

Migration = Callable[[Database], Awaitable[None]]


async def _inbox_of_fewer_indexes(database: Database) -> None:
    """0 to 1: what was indexed for every event is indexed only where it is there, or not at all."""
    inbox = database.raw[INBOX.name]
    former = {"message_id_1", "unsent_id_1", "expires_at_1", "lane_1_state_1_happened_at_1"}
    gone = former & set(await inbox.index_information())
    for name in gone:
        await inbox.drop_index(name)


async def _conversations_to_mask(database: Database) -> None:
    """1 to 2: conversations from before details were masked wait for it as new ones do (app's setting: 30 days)."""
    after = int(MASKED_AFTER.total_seconds() * 1000)
    waits = {"mask_after": after, "mask_at": {"$add": ["$last_at", after]}}
    # All of them end; the index on that is the one there is for looking at every owner's.
    former = {"expires_at": {"$gt": NOBODYS}, "mask_after": {"$exists": False}}
    await database.raw[CONVERSATIONS.name].update_many(former, [{"$set": waits}])


# The n-th entry brings a database from version n to n + 1. Entries are never changed, only added.
# Collections and new indexes need none: the registry makes what is missing at every start.
MIGRATIONS: tuple[Migration, ...] = (_inbox_of_fewer_indexes, _conversations_to_mask)
# The mark of a database in which a restore is putting collections in their place (dumps.py).
RESTORING = "restoring"


class NewerSchema(Exception):
    """The database was written by a newer mimi than this one."""


class UnfinishedRestore(Exception):
    """A restore was broken off in the middle: the database is half of one and half of another."""


async def migrate(database: Database, now: Callable[[], datetime], steps: tuple[Migration, ...] = MIGRATIONS) -> int:
    """Bring the database to the newest version; how many steps ran here. Other instances wait meanwhile.

    Raises NewerSchema when the database is ahead of this code, and UnfinishedRestore.
    """
    if await database.collection(SCHEMA.name).find_one({"_id": RESTORING}):
        raise UnfinishedRestore("A restore was broken off before it was done: run it again, with --replace.")
    return await bring_forward(database, now, steps)


async def bring_forward(
    database: Database, now: Callable[[], datetime], steps: tuple[Migration, ...] = MIGRATIONS
) -> int:
    """What migrate() does, for a restore that is not done yet. Raises NewerSchema."""
    holder, ran = new_id(), 0
    while (version := await _version(database)) < len(steps):
        if not await _lease(database, holder, now()):
            await asyncio.sleep(WAIT_SECONDS)
            continue
        version = await _version(database)
        if version < len(steps):
            await steps[version](database)
            await _reached(database, holder, version + 1)
            log.info("migrated", version=version + 1)
            ran += 1
    if version > len(steps):
        raise NewerSchema(f"the database has schema version {version}, this mimi knows {len(steps)}: run a newer mimi")
    await create_indexes(database)
    return ran


def version_of(document: Document | None) -> int:
    """The version that the document of that name says."""
    return int(document["version"]) if document else 0


async def _version(database: Database) -> int:
    return version_of(await database.collection(SCHEMA.name).find_one({"_id": "version"}))


async def _lease(database: Database, holder: str, now: datetime) -> bool:
    free = {"_id": "version", "$or": [{"until": {"$lte": now}}, {"until": None}, {"holder": holder}]}
    claim = {"$set": {"holder": holder, "until": now + MIGRATION_LEASE}, "$setOnInsert": {"version": 0}}
    try:
        await database.collection(SCHEMA.name).update_one(free, claim, upsert=True)
    except DuplicateKeyError:
        return False
    return True


async def _reached(database: Database, holder: str, version: int) -> None:
    await database.collection(SCHEMA.name).update_one(
        {"_id": "version", "holder": holder}, {"$set": {"version": version, "until": None}}
    )
