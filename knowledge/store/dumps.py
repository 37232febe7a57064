"""Everything that lasts, read out of the store as it was at one moment, and put back into a store.

A dump is, for each collection, its documents as MongoDB keeps them (BSON), one after another.
"""

import struct
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import OperationFailure

from knowledge.store.database import Database, Document
from knowledge.store.inbox.inbox import INBOX, KEPT_WHEN_PARKED, EventState
from knowledge.store.inbox.line_account import LINE_MENUS
from knowledge.store.insight.access_log import ACCESS_LOG
from knowledge.store.outbox.outbox import KEPT_AFTER_SENDING, LEAVE_NOTHING, OUTBOX, RowState
from knowledge.store.outbox.pushes import PUSH_MONTHS
from knowledge.store.registry import SCHEMA, STORED
from knowledge.store.schema import RESTORING, version_of

# Reads "at cluster time" outside of transactions came with MongoDB 5.0, whose wire version is 13.
# https://www.mongodb.com/docs/manual/reference/read-concern-snapshot/
SNAPSHOTS_SINCE: Final = 13
SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE = 239, 246
UNAUTHORISED: Final = 13
# What is filled stands beside what is there until it is whole.
BESIDE: Final = "restoring."
DOCUMENTS_AT_ONCE: Final = 1000
BYTES_AT_ONCE: Final = 8 * 1024 * 1024
SET_ASIDE: Final = "restored from a backup: it may have been sent or done before"
LASTING: Final = tuple(stored for stored in STORED if stored.lasting)
# What a mimi that nobody has signed up to writes by itself.
OF_NOBODY: Final = frozenset({SCHEMA.name, ACCESS_LOG.name, LINE_MENUS.name, PUSH_MONTHS.name})


class SnapshotGone(Exception):
    """MongoDB no longer has the moment that is being read; the message says what to do."""


class Snapshot:
    """The store as it was at one moment, whatever is written meanwhile."""

    def __init__(self, database: Database, session: AsyncIOMotorClientSession | None) -> None:
        self._database = database
        self._session = session

    @property
    def is_one_moment(self) -> bool:
        """False before MongoDB 5.0: each collection is then read as it is when its turn comes."""
        return self._session is not None

    async def schema_version(self) -> int:
        return version_of(await self._database.raw[SCHEMA.name].find_one({"_id": "version"}, session=self._session))

    async def batches(self, name: str) -> AsyncIterator[bytes]:
        """A collection's documents, some at a time. Raises SnapshotGone."""
        try:
            async for batch in self._database.raw[name].find_raw_batches(
                {}, batch_size=DOCUMENTS_AT_ONCE, session=self._session
            ):
                yield batch
        except OperationFailure as error:
            if error.code not in {SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE}:
                raise
            raise SnapshotGone(
                "MongoDB did not keep the moment that was being read: no process of mimi may start with new code "
                "meanwhile, and where it takes longer than five minutes, MongoDB's parameter "
                "minSnapshotHistoryWindowInSeconds must be raised."
            ) from error


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[Snapshot]:
    """The store as it is now."""
    if (await database.ping()).get("maxWireVersion", 0) < SNAPSHOTS_SINCE:
        yield Snapshot(database, None)
        return
    async with await database.client.start_session(snapshot=True) as session:
        yield Snapshot(database, session)


def documents_in(batch: bytes) -> int:
    """How many documents stand in a batch."""
    count, at = 0, 0
    while at < len(batch):
        at += struct.unpack_from("<i", batch, at)[0]
        count += 1
    return count


async def is_ours(database: Database) -> bool:
    """Whether a mimi has made its collections here: an address with a wrong name leads to an empty database."""
    return not {stored.name for stored in STORED}.isdisjoint(await database.raw.list_collection_names())


async def contents(database: Database) -> dict[str, int]:
    """Collection -> documents in it, for every one of the database that somebody's data may be in, ours or not."""
    names = set(await database.raw.list_collection_names()) - OF_NOBODY
    ours = sorted(name for name in names if not name.startswith((BESIDE, "system.")))
    counts = {name: await database.raw[name].estimated_document_count() for name in ours}
    return {name: count for name, count in counts.items() if count}


async def is_in_use(database: Database) -> bool:
    """Whether another client is at work on this database, as far as the user may see that."""
    everything = [{"$currentOp": {"allUsers": True, "idleCursors": True}}]
    own = [{"$currentOp": {"allUsers": False, "idleCursors": True}}]
    try:
        found = await _operations(database, everything)
    except OperationFailure as error:
        if error.code != UNAUTHORISED:
            raise
        found = await _operations(database, own)
    return any(str(each.get("ns", "")).startswith(f"{database.raw.name}.") for each in found)


async def _operations(database: Database, pipeline: Sequence[Mapping[str, Any]]) -> list[Document]:
    cursor = database.client.admin.aggregate(list(pipeline))
    return [each async for each in cursor]


class Restoring:
    """Fills collections beside those that are there, and puts them in their place when all are whole.

    begin(), fill() for each collection, take_place(), schema.bring_forward(), set_aside(), done(), in this order.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self) -> None:
        """Clear away what an earlier one that was broken off has left."""
        await self.clear()
        # Whoever finds this in the database knows that it is half of one and half of another.
        await self._beside(SCHEMA.name).insert_one({"_id": RESTORING})

    async def fill(self, name: str, documents: Iterable[RawBSONDocument]) -> None:
        """Put documents into a collection, in the order they come."""
        for some in _portions(documents):
            await self._beside(name).insert_many(some)

    async def take_place(self) -> None:
        """Put what was filled where it belongs, in the place of what was there."""
        filled = {name.removeprefix(BESIDE) for name in await self._names() if name.startswith(BESIDE)}
        for name in sorted(filled, key=lambda name: name != SCHEMA.name):
            await self._beside(name).rename(name, dropTarget=True)
        for name in {stored.name for stored in STORED} - filled:
            await self._database.raw.drop_collection(name)
        # A process that was bringing the schema forward when the backup was made holds nobody up now.
        await self._database.collection(SCHEMA.name).update_one({"_id": "version"}, {"$set": {"until": None}})

    async def set_aside(self, now: datetime) -> tuple[int, int]:
        """Let nothing be sent or done again: how many outgoing messages and LINE events that concerns.

        They may have been sent a second after the backup was made. `doctor` shows them until they expire.
        """
        rows, events = self._database.collection(OUTBOX.name), self._database.collection(INBOX.name)
        not_sent: Document = {"state": {"$nin": [RowState.SENT, RowState.FAILED]}}
        parcel: Document = {"carries.0": {"$exists": True}, "body.replies.0": {"$exists": False}}
        await rows.delete_many(not_sent | {"$or": [parcel, {"kind": {"$in": sorted(LEAVE_NOTHING)}}]})
        failed: Document = {"state": RowState.FAILED, "problem": SET_ASIDE, "reply_token": "", "carries": []}
        held_back = await rows.update_many(not_sent, {"$set": failed | {"expires_at": now + KEPT_AFTER_SENDING}})
        parked: Document = {"state": EventState.PARKED, "problem": SET_ASIDE, "expires_at": now + KEPT_WHEN_PARKED}
        undone = await events.update_many({"state": EventState.NEW}, {"$set": parked})
        return held_back.modified_count, undone.modified_count

    async def done(self) -> None:
        """All is as it should be: mimi may start. Whoever is killed before leaves the mark, and migrate() refuses."""
        await self._database.collection(SCHEMA.name).delete_one({"_id": RESTORING})

    async def clear(self) -> None:
        """Remove what stands beside."""
        for name in await self._names():
            if name.startswith(BESIDE):
                await self._database.raw.drop_collection(name)

    async def _names(self) -> list[str]:
        return list(await self._database.raw.list_collection_names())

    def _beside(self, name: str) -> Any:
        return self._database.raw[f"{BESIDE}{name}"]


def _portions(documents: Iterable[RawBSONDocument]) -> Iterator[list[RawBSONDocument]]:
    """As many at a time as memory always has room for."""
    portion, size = list[RawBSONDocument](), 0
    for document in documents:
        portion.append(document)
        size += len(document.raw)
        if len(portion) == DOCUMENTS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
