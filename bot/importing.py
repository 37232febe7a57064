"""Imports in the program: their parts joined, and the loop in which this process does its share of them."""

import asyncio

from bot.ground import Ground
from bot.outside.fetcher import Fetcher
from bot.outside.places import Places
from bot.rounds import Rounds
from handlers.alerts import Alerts
from handlers.import_changes import ImportChanges
from handlers.import_likeness import ImportLikeness
from handlers.import_news import ImportNews
from handlers.import_runs import ImportRuns
from handlers.import_sources import ImportSources
from knowledge.importing.reading import Reading
from knowledge.likeness import Likeness


def import_runs(ground: Ground, changes: ImportChanges, likeness: Likeness, alerts: Alerts) -> ImportRuns:
    """What works on imports: with LINE's contents, the public web, and a process for each file."""
    database, clock = ground.database, ground.clock
    inside = [host.strip() for host in ground.settings.import_hosts.split(",") if host.strip()]
    sources = ImportSources(database, ground.contents, Fetcher(Places(inside)), Reading(), clock)
    return ImportRuns(database, sources, changes, ImportLikeness(likeness), ImportNews(database, alerts, clock), clock)


class ImportWorker:
    """Works on two imports at a time, one of them always somebody's who waits; other processes on others."""

    def __init__(self, runs: ImportRuns, any_job: Rounds, awaited_job: Rounds) -> None:
        self._runs = runs
        self._any, self._awaited = any_job, awaited_job

    async def run(self) -> None:
        """Until cancelled; the imports in hand are then handed back."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._any.run(self._work), name="imports")
            group.create_task(self._awaited.run(self._work_awaited), name="awaited imports")

    async def _work(self) -> None:
        while await self._runs.work():
            pass

    async def _work_awaited(self) -> None:
        while await self._runs.work(awaited=True):
            pass
