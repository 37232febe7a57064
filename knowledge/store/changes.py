"""What changes in the database, heard by whoever waits for it, whichever process made the change."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from pymongo import AsyncMongoClient
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from knowledge.store.database import Database, Document

log = structlog.get_logger()
Wake = Callable[[Document], None]
PAUSE_AFTER_FAILURE = 1.0
# Without the stream everybody looks each second instead.
HEARD_WITHIN_SECONDS = 10.0
# Each time it is over, MongoDB is asked again: seldom enough for an idle process, often enough to miss an answer soon.
AWAITED_SECONDS = 5.0
# One connection, and a look at the server now and then: that it is gone is heard from the stream itself.
OF_ITS_OWN: dict[str, Any] = {
    "maxPoolSize": 2,
    "serverMonitoringMode": "poll",
    "heartbeatFrequencyMS": 30_000,
    "serverSelectionTimeoutMS": 3000,
    "connectTimeoutMS": 3000,
}
# Of these collections only some changes are news: notes of what became of a thing make nobody look for more.
NEWS: Mapping[str, Document] = {
    "inbox": {"operationType": "insert"},
    "outbox": {
        "$or": [
            # A row that whoever wrote it sends itself is nothing for others, nor is one that somebody has taken.
            {"operationType": "insert", "fullDocument.held_by": {"$exists": False}},
            # Due at another time, or held.
            {
                "updateDescription.updatedFields.not_before": {"$exists": True},
                "updateDescription.updatedFields.attempts": {"$exists": False},
            },
        ]
    },
    "processes": {"operationType": "delete"},  # an end; a heartbeat is none
}
LATE = 1.5  # times that: an answer so late will not come, since the connection is dead and nobody says so


class Changes:
    """One change stream for the process, handed out by collection.

    A wake-up is a hint to look again, never the news itself: whoever subscribes must still find
    everything by reading, since a stream that was cut may have missed something. It begins anew from the present, so
    that it cannot hang on a place that the oplog has lost, and everybody is woken.
    """

    def __init__(self, database: Database, collections: Sequence[str], awaited: float = AWAITED_SECONDS) -> None:
        self._database = database
        self._awaited = awaited
        self._collections = list(collections)
        self._wakes: dict[str, list[Wake]] = defaultdict(list)
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._hears = False

    @property
    def hears(self) -> bool:
        """Whether a change of now would be told: not while the stream is broken or being opened."""
        return self._hears

    async def start(self) -> None:
        """Begin to listen; returns once changes made from now on will be heard, or it is clear that they will not."""
        self._task = asyncio.create_task(self._listen(), name="changes")
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, self._task}, timeout=HEARD_WITHIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def subscribe(self, collection: str, wake: Wake) -> Callable[[], None]:
        """Call `wake` with `{"_id"}` for every change of `collection`; the result ends it.

        Of a conversation in which something was said `seq` is its number: who has read that need not look. `app_id` is
        whose app's a new document is.
        """
        self._wakes[collection].append(wake)
        return lambda: self._wakes[collection].remove(wake)

    async def _listen(self) -> None:
        """Through a client of its own, PyMongo's: motor's would wait in a thread that nothing can stop."""
        async with AsyncMongoClient[Document](self._database.uri, **OF_ITS_OWN) as client:
            await self._follow_always(client.get_database(self._database.raw.name))

    async def _follow_always(self, database: AsyncDatabase[Document]) -> None:
        while True:
            try:
                await self._follow(database)
            except (PyMongoError, TimeoutError) as error:
                log.warning("change stream lost", error=type(error).__name__)
            await asyncio.sleep(PAUSE_AFTER_FAILURE)

    async def _follow(self, database: AsyncDatabase[Document]) -> None:
        # No more than a hint needs: a stored event or letter does not travel to every process.
        ours: list[Document] = [
            {"$match": {"$or": [{"ns.coll": name} | NEWS.get(name, {}) for name in self._collections]}},
            {
                "$project": {
                    "ns": True,
                    "documentKey": True,
                    "updateDescription.updatedFields.seq": True,
                    "fullDocument.app_id": True,
                }
            },
        ]
        # From the store's own time on nothing is missed, so nobody has to wait until the cursor is open.
        now = (await database.command("ping"))["operationTime"]
        awaited = int(self._awaited * 1000)
        async with await database.watch(ours, max_await_time_ms=awaited, start_at_operation_time=now) as stream:
            self._ready.set()
            self._set_hears(True)
            try:
                while stream.alive:
                    if change := await self._next(stream):
                        self._hand_out(change)
            finally:
                self._set_hears(False)

    async def _next(self, stream: AsyncChangeStream[Document]) -> Document | None:
        """The next change, or None if there is none yet. Raises TimeoutError when no answer comes."""
        late = self._awaited * LATE
        # Not when that is raised: first the driver wants to tell the server, which may be as silent for seconds.
        silence = asyncio.get_running_loop().call_later(late, self._set_hears, False)
        try:
            async with asyncio.timeout(late):
                return await stream.try_next()
        finally:
            silence.cancel()

    def _set_hears(self, hears: bool) -> None:
        """Whether or not changes are heard from now on: everybody looks at what there is."""
        self._hears = hears
        self._wake_all()

    def _hand_out(self, change: Document) -> None:
        news = {"_id": change.get("documentKey", {}).get("_id")}
        updated = change.get("updateDescription", {}).get("updatedFields", {})
        news |= {"seq": updated["seq"]} if "seq" in updated else {}
        news |= change.get("fullDocument", {})
        for wake in list(self._wakes[_collection_of(change)]):
            wake(news)

    def _wake_all(self) -> None:
        for wakes in self._wakes.values():
            for wake in list(wakes):
                wake({"_id": None})


def _collection_of(change: Document) -> str:
    namespace: dict[str, Any] = change.get("ns", {})
    return str(namespace.get("coll", ""))
