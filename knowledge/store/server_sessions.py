"""MongoDB sessions for transactions: few, used again and again, and known by id, so that others can end them."""

import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bson import Binary
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

# The server forgets a session that was idle for half an hour (logicalSessionTimeoutMinutes).
IDLE_SECONDS = 20 * 60
# A transaction's number only has to be higher than any that the dead process reached, one for each of its writes.
OVERTAKING = 2**62
TRANSACTION_TOO_OLD = 225

Made = Callable[[Binary], Awaitable[None]]


class ServerSessions:
    """The sessions of one client. `made`, where it is set, is told of each new one's id before it is used."""

    def __init__(self, client: AsyncIOMotorClient[dict[str, Any]]) -> None:
        self._client = client
        self._free: list[tuple[AsyncIOMotorClientSession, float]] = []
        self.ids: set[Binary] = set()
        self.made: Made | None = None

    @asynccontextmanager
    async def one(self) -> AsyncIterator[AsyncIOMotorClientSession]:
        """A session for one transaction at a time; given back afterwards, unless something is left open in it."""
        session = await self._take()
        broken = False
        try:
            yield session
        except ConnectionFailure:
            broken = True
            raise
        except OperationFailure as error:
            if broken := was_overtaken(error):
                await self._forget_all(session)
            raise
        finally:
            # Whoever was cancelled has had no chance to abort: ending the session does.
            if broken or session.delegate.in_transaction:
                await self._end(session)
            else:
                self._free.append((session, time.monotonic()))

    async def _take(self) -> AsyncIOMotorClientSession:
        while self._free:
            session, since = self._free.pop()
            if time.monotonic() - since < IDLE_SECONDS:
                return session
            await self._end(session)
        session = await self._client.start_session()
        self.ids.add(_id(session))
        if self.made:
            await self.made(_id(session))
        return session

    async def _forget_all(self, used: AsyncIOMotorClientSession) -> None:
        """Whoever took us for dead overtook every session they knew of: `used`, and those that wait here."""
        spoiled, self._free = [each for each, _since in self._free], []
        for each in (used, *spoiled):
            each.delegate._server_session.mark_dirty()  # else the driver hands the same one out again
        for each in spoiled:
            await self._end(each)

    async def _end(self, session: AsyncIOMotorClientSession) -> None:
        self.ids.discard(_id(session))
        # An error here would take the place of what ended the transaction, a cancellation say.
        with contextlib.suppress(PyMongoError):
            await session.end_session()


def was_overtaken(error: OperationFailure) -> bool:
    """Whether a transaction failed because somebody who took us for dead has begun a later one in its session."""
    return error.code == TRANSACTION_TOO_OLD


async def end_transactions(client: AsyncIOMotorClient[dict[str, Any]], sessions: Sequence[Binary]) -> None:
    """Abort whatever is open in these sessions of a process that is gone, and free its locks.

    Else MongoDB keeps both for transactionLifetimeLimitSeconds, 60 by default, and up to half as long again.
    A user may always end sessions of their own (MongoDB manual, killSessions); Atlas's free and flex clusters do not
    have the command, but there too a higher transaction number in a session ends the transaction before it.
    """
    if not sessions:
        return
    try:
        await client.admin.command("killSessions", [{"id": each} for each in sessions])
    except OperationFailure:
        for each in sessions:
            await overtake(client, each)


async def overtake(client: AsyncIOMotorClient[dict[str, Any]], session_id: Binary) -> None:
    """Begin a later transaction in a session of that id, and give it up: the one before it is aborted."""
    async with await client.start_session() as session:
        assert session.delegate.session_id  # asking for it makes it
        ours = session.delegate._server_session
        ours.session_id, ours._transaction_id = {"id": session_id}, OVERTAKING
        ours.mark_dirty()  # never used again
        async with session.start_transaction():
            await client.get_default_database("mimi")["processes"].find_one({}, session=session)
            await session.abort_transaction()


def _id(session: AsyncIOMotorClientSession) -> Binary:
    found: Binary = session.delegate.session_id["id"]
    return found
