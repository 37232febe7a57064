"""Imports in the program: their parts joined, and the loop in which this process does its share of them."""

from contextlib import AsyncExitStack

from bot.line.contents import LineContents
from bot.outside.fetcher import Fetcher
from bot.outside.places import Places
from bot.rounds import Rounds
from bot.settings import Settings
from handlers.alerts import Alerts
from handlers.import_changes import ImportChanges
from handlers.import_likeness import ImportLikeness
from handlers.import_news import ImportNews
from handlers.import_runs import ImportRuns
from handlers.import_sources import ImportSources
from handlers.ports import Clock
from knowledge.importing.reading import Reading
from knowledge.likeness import Likeness
from knowledge.store.database import Database


def import_runs(
    stack: AsyncExitStack,
    settings: Settings,
    database: Database,
    changes: ImportChanges,
    likeness: Likeness,
    alerts: Alerts,
    clock: Clock,
) -> ImportRuns:
    """What works on imports: with LINE's contents, the public web, and a process for each file."""
    token = settings.line_channel_access_token.get_secret_value()
    contents = LineContents(settings.line_data_api_url, token)
    stack.push_async_callback(contents.close)
    inside = [host.strip() for host in settings.import_hosts.split(",") if host.strip()]
    sources = ImportSources(database, contents, Fetcher(Places(inside)), Reading(), clock)
    return ImportRuns(database, sources, changes, ImportLikeness(likeness), ImportNews(database, alerts, clock), clock)


class ImportWorker:
    """Works on one import after the other; other processes on others."""

    def __init__(self, runs: ImportRuns) -> None:
        self._runs = runs
        self._rounds = Rounds()

    def wake(self) -> None:
        """There may be something to do."""
        self._rounds.wake()

    async def run(self) -> None:
        """Until cancelled; the import in hand is then handed back."""
        await self._rounds.run(self._work)

    async def _work(self) -> None:
        while await self._runs.work():
            pass
