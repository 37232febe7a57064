"""Imports in the program: their parts joined, and the loop in which this process does its share of them."""

import asyncio

import structlog
from pymongo.errors import PyMongoError

from bot.join.ground import Ground
from bot.loops import report_failure
from bot.outside.fetcher import Fetcher
from bot.outside.places import Places
from bot.rounds import Rounds
from handlers.alerts.alerts import Alerts
from handlers.imports.changes import ImportChanges
from handlers.imports.likeness import ImportLikeness
from handlers.imports.news import ImportNews
from handlers.imports.runs import ImportRuns
from handlers.imports.sources import ImportSources
from knowledge.importing.reading import Reading
from knowledge.meaning.likeness import Likeness
from knowledge.store.imports.imports import ImportJob

log = structlog.get_logger()

AT_ONCE = 6
FOR_THE_AWAITED = 2


def import_runs(ground: Ground, changes: ImportChanges, likeness: Likeness, alerts: Alerts) -> ImportRuns:
    """What works on imports: with LINE's contents, the public web, and a process for each file."""
    database, clock = ground.database, ground.clock
    inside = [host.strip() for host in ground.settings.import_hosts.split(",") if host.strip()]
    sources = ImportSources(database, ground.contents, Fetcher(Places(inside)), Reading(), clock)
    return ImportRuns(database, sources, changes, ImportLikeness(likeness), ImportNews(database, alerts, clock), clock)


class ImportWorker:
    """Works on several imports at a time, one of an owner's, so that nobody waits behind another's; the last places
    are for what somebody has begun and waits for."""

    def __init__(self, runs: ImportRuns, rounds: Rounds) -> None:
        self._runs = runs
        self._rounds = rounds
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled; the imports in hand are then handed back."""
        try:
            await self._rounds.run(self._begin)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _begin(self) -> None:
        while len(self._under_way) < AT_ONCE:
            job = await self._runs.take(awaited=len(self._under_way) >= AT_ONCE - FOR_THE_AWAITED)
            if job is None:
                return
            task = asyncio.create_task(self._work(job), name="import")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            task.add_done_callback(report_failure)
            task.add_done_callback(lambda _: self._rounds.wake())

    async def _work(self, job: ImportJob) -> None:
        try:
            await self._runs.work_on(job)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)  # the lease ends, and it is taken again
