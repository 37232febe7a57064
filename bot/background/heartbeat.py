"""This process beats; one that has stopped is buried, so that nobody waits for what it held: within five seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from pymongo.errors import PyMongoError

from bot.join.ground import Ground
from bot.loops import start
from handlers.answers.answers import Answers
from handlers.clock import SharedClock
from knowledge.store.database import Database
from knowledge.store.processes import BEAT_SECONDS, ProcessRepository, Silent

log = structlog.get_logger()

COMPARED_EVERY_SECONDS = 60.0
# What takes back what a dead process, named by its id, had leased.
Release = Callable[[str], Awaitable[object]]


class Heartbeat:
    """Beats for this process and looks after the others' ends. `releases` may be called twice for the same one."""

    def __init__(self, processes: ProcessRepository, releases: Sequence[Release]) -> None:
        self._processes = processes
        self._releases = releases

    async def run(self) -> None:
        """Until cancelled. A store that is away costs a beat; the others may take us for dead then, which does no harm:
        a lease that was taken from us makes what we still do for it come to nothing.
        """
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self.beat()
            except PyMongoError as error:
                log.warning("no heartbeat", error=type(error).__name__)
            await asyncio.sleep(began + BEAT_SECONDS - loop.time())  # a slow store must not make us fall silent

    async def beat(self) -> None:
        """Once."""
        for gone in await self._processes.beat():
            await self._bury(gone)

    async def _bury(self, gone: Silent) -> None:
        """Its locks first: what comes after may wait for them."""
        await self._processes.end_transactions(gone)
        for release in self._releases:
            await release(gone.id)
        await self._processes.remove(gone.id)
        log.warning("process gone", process=gone.id, sessions=len(gone.sessions))


async def _leave(processes: ProcessRepository) -> None:
    """We end. Where the store is away the others find out by our silence."""
    try:
        await processes.leave()
    except PyMongoError as error:
        log.warning("not left", error=type(error).__name__)


async def keep_time(clock: SharedClock, database: Database) -> None:
    """Until cancelled: compare our clock with the store's, which every process goes by."""
    while True:
        await asyncio.sleep(COMPARED_EVERY_SECONDS)
        try:
            await clock.follow(database.time)
        except PyMongoError as error:
            log.warning("clock not compared", error=type(error).__name__)


async def start_heartbeat(ground: Ground, answers: Answers) -> None:
    """Beat, and take back what processes that have died were holding. Whoever notices goes on with their answers."""
    store, processes = ground.store, ground.store.processes
    await processes.enter()
    ground.stack.push_async_callback(_leave, processes)

    async def send_what_it_had(process: str) -> None:
        await store.outbox.free(process, ground.clock.now())

    async def go_on_with_answers(process: str) -> None:
        await store.messages.release(process)
        await answers.resume_abandoned()

    start(ground.stack, Heartbeat(processes, [store.inbox.release, send_what_it_had, go_on_with_answers]).run())
