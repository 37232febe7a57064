"""What changes in the database, heard by whoever waits for it, whichever process made the change."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from pymongo.errors import PyMongoError

from knowledge.store.database import Database, Document

log = structlog.get_logger()
Wake = Callable[[Document], None]
PAUSE_AFTER_FAILURE = 1.0


class Changes:
    """One change stream for the process, handed out by collection.

    A wake-up is a hint to look again, never the news itself: whoever subscribes must still find
    everything by reading, since a stream that was cut may have missed something.
    """

    def __init__(self, database: Database, collections: Sequence[str]) -> None:
        self._database = database
        self._collections = list(collections)
        self._wakes: dict[str, list[Wake]] = defaultdict(list)
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen; returns once changes made from now on will be heard."""
        self._task = asyncio.create_task(self._listen(), name="changes")
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, self._task}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def subscribe(self, collection: str, wake: Wake) -> Callable[[], None]:
        """Call `wake` with `{"_id"}` for every change of `collection`; the result ends it."""
        self._wakes[collection].append(wake)
        return lambda: self._wakes[collection].remove(wake)

    async def _listen(self) -> None:
        while True:
            try:
                await self._follow()
            except PyMongoError as error:
                log.warning("change stream lost", error=type(error).__name__)
                self._wake_all()
                await asyncio.sleep(PAUSE_AFTER_FAILURE)

    async def _follow(self) -> None:
        ours = [{"$match": {"ns.coll": {"$in": self._collections}}}]
        # From the store's own time on nothing is missed, so nobody has to wait until the cursor is open.
        now = (await self._database.raw.command("ping"))["operationTime"]
        async with self._database.raw.watch(ours, max_await_time_ms=500, start_at_operation_time=now) as stream:
            self._ready.set()
            self._wake_all()
            async for change in stream:
                self._hand_out(change)

    def _hand_out(self, change: Document) -> None:
        news = {"_id": change.get("documentKey", {}).get("_id")}
        for wake in list(self._wakes[_collection_of(change)]):
            wake(news)

    def _wake_all(self) -> None:
        for wakes in self._wakes.values():
            for wake in list(wakes):
                wake({"_id": None})


def _collection_of(change: Document) -> str:
    namespace: dict[str, Any] = change.get("ns", {})
    return str(namespace.get("coll", ""))
