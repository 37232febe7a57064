"""Everything of one owner's that is theirs to take along, read cursor by cursor: never more than a piece at a time."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from motor.motor_asyncio import AsyncIOMotorCursor

from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.pictures import PICTURES
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.conversations.messages import MESSAGES
from knowledge.store.database import AppScope, Database, Document
from knowledge.store.registry import STORED
from knowledge.store.stored import Stored

PIECE: Final = 512 * 1024  # bytes, of the largest documents of a collection
MOST_AT_ONCE: Final = 500  # documents
CONVERSATIONS_AT_ONCE: Final = 100

EXPORTED: Final = tuple(stored for stored in STORED if stored.exported and stored.belongs.of_owner)


@dataclass(frozen=True)
class Extent:
    """How many documents a collection holds of an owner, and their size in the store: of all, and of the largest."""

    count: int
    size: int
    largest: int

    @property
    def at_once(self) -> int:
        """How many of them are read at a time."""
        return max(1, min(MOST_AT_ONCE, PIECE // max(1, self.largest)))


class OwnerRows:
    """Reads what an owner takes along, in the fields that are theirs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def extent(self, stored: Stored, owner: Owner) -> Extent:
        """How much there is. The server reads it all for that, and sends three numbers."""
        size = {"$bsonSize": "$$ROOT"}
        whole = {"_id": None, "count": {"$sum": 1}, "size": {"$sum": size}, "largest": {"$max": size}}
        found = await self._database.collection(stored.name).aggregate(
            [{"$match": _of(stored, owner)}, {"$group": whole}]
        )
        return Extent(found[0]["count"], found[0]["size"], found[0]["largest"]) if found else Extent(0, 0, 0)

    async def pieces(self, stored: Stored, owner: Owner, at_once: int) -> AsyncGenerator[list[Document], None]:
        """Its documents, so many at a time."""
        fields = dict.fromkeys(stored.exported, True) | {"_id": "_id" in stored.exported}
        collection = self._database.collection(stored.name).raw
        async with _closing(collection.find(_of(stored, owner), fields, batch_size=at_once)) as cursor:
            while piece := await cursor.to_list(length=at_once):
                yield piece

    async def of_app(self, stored: Stored, scope: AppScope, at_once: int) -> AsyncGenerator[list[Document], None]:
        """The same of one of their apps, the oldest first."""
        fields, order = dict.fromkeys(stored.exported, True), [("created_at", 1), ("_id", 1)]
        found = self._database.collection(stored.name).raw.find(scope.filter(), fields, sort=order, batch_size=at_once)
        async with _closing(found) as cursor:
            while piece := await cursor.to_list(length=at_once):
                yield piece

    async def pictures(self, scope: AppScope) -> list[Document]:
        """The app's pictures without the pictures: what their files are called by."""
        return await self._database.collection(PICTURES.name).find(scope.filter(), projection=["content_type"])

    async def talks(self, scope: AppScope) -> AsyncGenerator[list[tuple[Document, list[Document]]], None]:
        """An app's conversations, the latest first, some at a time, each with complete messages in their order.

        One that is too long for a piece comes in several, one after the other.
        """
        collection = self._database.collection(CONVERSATIONS.name).raw
        fields = ["lang", "created_at", "last_at", "seq"]
        order = [("last_at", -1), ("_id", -1)]
        found = collection.find(scope.filter(), fields, sort=order, batch_size=CONVERSATIONS_AT_ONCE)
        async with _closing(found) as cursor:
            some, expected = list[Document](), 0
            async for talk in cursor:
                if some and (expected + talk["seq"] > MOST_AT_ONCE or len(some) == CONVERSATIONS_AT_ONCE):
                    yield await self._with_messages(scope, some)
                    some, expected = [], 0
                if talk["seq"] > MOST_AT_ONCE:
                    async for part in self._long(scope, talk):
                        yield part
                else:
                    some.append(talk)
                    expected += talk["seq"]
            if some:
                yield await self._with_messages(scope, some)

    async def _with_messages(self, scope: AppScope, talks: list[Document]) -> list[tuple[Document, list[Document]]]:
        said: dict[str, list[Document]] = {talk["_id"]: [] for talk in talks}
        for message in await self._messages(scope, {"conversation_id": {"$in": list(said)}, "seq": {"$gt": 0}}):
            said[message["conversation_id"]].append(message)
        return [(talk, sorted(said[talk["_id"]], key=lambda message: int(message["seq"]))) for talk in talks]

    async def _long(self, scope: AppScope, talk: Document) -> AsyncIterator[list[tuple[Document, list[Document]]]]:
        last = 0
        while said := await self._messages(
            scope, {"conversation_id": talk["_id"], "seq": {"$gt": last}}, sort=[("seq", 1)], limit=MOST_AT_ONCE
        ):
            last = said[-1]["seq"]
            yield [(talk, said)]

    async def _messages(self, scope: AppScope, which: Document, **options: Any) -> list[Document]:
        fields = ["conversation_id", "role", "text", "state", "sources", "feedback", "created_at", "seq"]
        query = scope.filter() | which
        return await self._database.collection(MESSAGES.name).find(query, projection=fields, **options)


def _of(stored: Stored, owner: Owner) -> Document:
    assert stored.belongs.of_owner
    return stored.belongs.of_owner(owner.id, owner.line_user_id)


@asynccontextmanager
async def _closing(cursor: AsyncIOMotorCursor[Document]) -> AsyncIterator[AsyncIOMotorCursor[Document]]:
    """Whoever stops in the middle leaves nothing open at the server."""
    try:
        yield cursor
    finally:
        await cursor.close()
