"""The database as repositories see it: scopes, transactions, and collections that take part in them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NewType, Self, TypeVar

import pymongo
from bson import ObjectId
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReadPreference
from pymongo.errors import (
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidOperation,
    NetworkTimeout,
    OperationFailure,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.results import DeleteResult, InsertManyResult, UpdateResult
from pymongo.write_concern import WriteConcern

from knowledge.store.server_sessions import ServerSessions, was_overtaken

OwnerId = NewType("OwnerId", str)
AppId = NewType("AppId", str)
Document = dict[str, Any]
T = TypeVar("T")

# A write counts once a majority of the replica set has it in its journal (RELIABILITY.md, "Rules behind them").
DURABLE = WriteConcern(w="majority", j=True)
DUPLICATE_KEY = 11000  # MongoDB's code for a unique key that is in use
TRANSACTION_TRIES = 3
TRANSACTION_SECONDS = 15.0
# The store is away, has no primary, or takes too long: nobody's mistake, and trying again later helps.
STORE_TROUBLE = (ConnectionFailure, ExecutionTimeout, WTimeoutError)
# How every client of ours sees that a server is gone. One that is frozen or cut off says nothing: what is under way
# there ends when the driver's look at it does, after heartbeat and connect time together. A replica set is about to
# choose its next primary by then (electionTimeoutMillis, 10 s), and what is asked meanwhile is refused soon.
WATCHFUL: dict[str, Any] = {"serverSelectionTimeoutMS": 3000, "connectTimeoutMS": 3000, "heartbeatFrequencyMS": 5000}

_session: ContextVar[AsyncIOMotorClientSession | None] = ContextVar("mongo_session", default=None)


def new_id() -> str:
    """A new document id: 24 hex digits that sort by the second they were made in. Not a secret."""
    return str(ObjectId())


@dataclass(frozen=True)
class OwnerScope:
    """Whose data a query may touch."""

    owner_id: OwnerId

    def filter(self) -> Document:
        return {"owner_id": self.owner_id}


@dataclass(frozen=True)
class AppScope(OwnerScope):
    """Whose data, and of which of their apps."""

    app_id: AppId

    def filter(self) -> Document:
        return {"owner_id": self.owner_id, "app_id": self.app_id}


class Collection:
    """One MongoDB collection whose every operation joins the transaction under way, if there is one."""

    def __init__(self, database: AsyncIOMotorDatabase[Document], name: str) -> None:
        self.raw = database.get_collection(name, write_concern=DURABLE)
        self.name = name

    async def find_one(self, query: Document, **options: Any) -> Document | None:
        return await self.raw.find_one(query, session=_session.get(), **options)

    async def find(self, query: Document, *, limit: int = 0, **options: Any) -> list[Document]:
        """All matches as a list; `limit` 0 means no limit, which only a bounded filter may use."""
        cursor = self.raw.find(query, session=_session.get(), limit=limit, **options)
        return await cursor.to_list(length=None)

    async def aggregate(self, pipeline: Sequence[Document]) -> list[Document]:
        return await self.raw.aggregate(list(pipeline), session=_session.get()).to_list(length=None)

    async def count(self, query: Document, **options: Any) -> int:
        return await self.raw.count_documents(query, session=_session.get(), **options)

    async def insert(self, document: Document) -> None:
        await self.raw.insert_one(document, session=_session.get())

    async def insert_many(self, documents: Sequence[Document], *, ordered: bool = True) -> InsertManyResult:
        return await self.raw.insert_many(documents, ordered=ordered, session=_session.get())

    async def update_one(self, query: Document, update: Document, **options: Any) -> UpdateResult:
        return await self.raw.update_one(query, update, session=_session.get(), **options)

    async def update_many(self, query: Document, update: Document | list[Document]) -> UpdateResult:
        return await self.raw.update_many(query, update, session=_session.get())

    async def find_one_and_update(
        self,
        query: Document,
        update: Document | list[Document],
        **options: Any,
    ) -> Document | None:
        """MongoDB's findAndModify; pass `return_document=ReturnDocument.AFTER` for the new state."""
        return await self.raw.find_one_and_update(query, update, session=_session.get(), **options)

    async def find_one_and_delete(self, query: Document) -> Document | None:
        """What was there, and is no more."""
        return await self.raw.find_one_and_delete(query, session=_session.get())

    async def update_each(
        self, updates: Sequence[tuple[Document, Document | list[Document]]], *, upsert: bool = False
    ) -> int:
        """Several queries with an update each, in one command; how many documents they found, one each at most."""
        writes = [pymongo.UpdateOne(query, update, upsert=upsert) for query, update in updates]
        return (await self.raw.bulk_write(writes, session=_session.get())).matched_count

    async def delete_one(self, query: Document) -> DeleteResult:
        return await self.raw.delete_one(query, session=_session.get())

    async def delete_many(self, query: Document) -> DeleteResult:
        return await self.raw.delete_many(query, session=_session.get())


class Database:
    """The one store. Repositories take it, name their collection, and speak in values."""

    def __init__(self, client: AsyncIOMotorClient[Document], name: str, uri: str = "") -> None:
        self.client = client
        self.sessions = ServerSessions(client)
        # Who we are to the others on this database: what we lease bears it, so that it is free when we are gone.
        self.process = new_id()
        self.uri = uri
        self.raw: AsyncIOMotorDatabase[Document] = client.get_database(name, write_concern=DURABLE)

    @classmethod
    def open(cls, uri: str, name: str = "mimi") -> Self:
        """Connect lazily to `uri`; the database named in it wins over `name`."""
        client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            uri, tz_aware=True, w="majority", journal=True, **WATCHFUL
        )
        return cls(client, client.get_default_database(name).name, uri)

    def close(self) -> None:
        self.client.close()

    def collection(self, name: str) -> Collection:
        return Collection(self.raw, name)

    async def ping(self) -> Mapping[str, Any]:
        """The server's `hello`: raises pymongo's errors when it cannot be reached."""
        return await self.raw.command("hello")

    async def answers(self, seconds: float) -> bool:
        """Whether the store takes writes, and says so in time. A frozen one says nothing at all."""
        with pymongo.timeout(seconds):
            hello = asyncio.ensure_future(self.ping())
        # Threads that a frozen store holds up leave none for this question; that is an answer too.
        await asyncio.wait({hello}, timeout=seconds)
        if not hello.done():
            hello.add_done_callback(_no_matter_what)
            return False
        return hello.exception() is None and bool(hello.result().get("isWritablePrimary"))

    async def time(self) -> datetime:
        """What its primary's clock says, to the millisecond."""
        said: datetime = (await self.ping())["localTime"]
        return said.replace(tzinfo=UTC)

    async def transaction(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work` so that all its writes happen, or none. It may run more than once, so it only touches the store.

        A transaction inside a transaction joins the outer one. Losing a race for a unique key runs
        `work` again: its reads then see the winner, and it can say so to the person. So does losing the session.
        """
        if _session.get() is not None:
            return await work()
        for _ in range(TRANSACTION_TRIES - 1):
            try:
                return await self._transaction(work)
            except DuplicateKeyError:
                continue
            except OperationFailure as error:
                if not was_overtaken(error):
                    raise
        return await self._transaction(work)

    async def _transaction(self, work: Callable[[], Awaitable[T]]) -> T:
        async with self.sessions.one() as session:

            async def step(_: AsyncIOMotorClientSession) -> T:
                token = _session.set(session)
                try:
                    return await work()
                finally:
                    _session.reset(token)

            try:
                # The driver would try again for two minutes while the store is away.
                async with asyncio.timeout(TRANSACTION_SECONDS):
                    result: T = await _cancellable(
                        session.with_transaction(
                            step,
                            read_concern=ReadConcern("snapshot"),
                            write_concern=DURABLE,
                            read_preference=ReadPreference.PRIMARY,
                        )
                    )
            except TimeoutError as error:
                raise NetworkTimeout("the transaction took too long") from error
            return result


async def outside_transactions(work: Coroutine[Any, Any, T]) -> T:
    """Await it outside of the transaction that is under way, if one is: what it begins may outlive that.

    It sees what was committed, so that it comes before the writes.
    """
    context = copy_context()
    context.run(_session.set, None)
    return await asyncio.create_task(work, context=context)


def _no_matter_what(late: asyncio.Future[Mapping[str, Any]]) -> None:
    late.cancelled() or late.exception()


async def _cancellable(transaction: Awaitable[T]) -> T:
    """Where a cancellation interrupts its abort, motor aborts once more, and loses the cancellation over that."""
    try:
        return await transaction
    except InvalidOperation as error:
        if isinstance(error.__context__, asyncio.CancelledError):
            raise error.__context__ from None
        raise
