"""Plain language, joined and at work: lines that wait are taken up as they come, a few at a time."""

import asyncio
import contextlib

import structlog
from pymongo.errors import PyMongoError

from guardrail.pii import Pii
from handlers.alert_settings import AlertPreferences
from handlers.app_settings import AppSettings
from handlers.apps import Apps
from handlers.dialogues import Dialogues
from handlers.documents import Documents
from handlers.faqs import Faqs
from handlers.owner_view import OwnerViews
from handlers.plain_language import PlainLanguage
from handlers.ports import Clock, ToolModel
from handlers.proposal_commands import ProposalCommands
from handlers.proposals import Proposals
from handlers.proposed_changes import ProposedChanges
from handlers.spending import Spending
from knowledge.retrieval import Retrieval
from knowledge.store.database import Database

log = structlog.get_logger()

AT_ONCE = 4
LOOK_AGAIN_SECONDS = 1.0


def proposed_changes(
    database: Database, faqs: Faqs, documents: Documents, apps: Apps, settings: AppSettings, clock: Clock
) -> ProposedChanges:
    """The table of changes over the use cases."""
    return ProposedChanges(faqs, documents, apps, settings, AlertPreferences(database, clock))


def plain_language(
    database: Database,
    model: ToolModel | None,
    retrieval: Retrieval,
    pii: Pii,
    changes: ProposedChanges,
    faqs: Faqs,
    documents: Documents,
    apps: Apps,
    dialogues: Dialogues,
    spending: Spending,
    clock: Clock,
) -> tuple[PlainLanguage, ProposalCommands]:
    """What takes lines in and answers them, and what their proposals' buttons do."""
    proposals = Proposals(database, changes, clock)
    commands = ProposalCommands(proposals, changes, dialogues)
    views = OwnerViews(retrieval, faqs, documents, pii)
    plain = PlainLanguage(database, apps, model, views, proposals, commands, spending, clock)
    return plain, commands


class PlainLanguageWorker:
    """Answers the lines that wait; several may run side by side on one database."""

    def __init__(self, plain: PlainLanguage) -> None:
        self._plain = plain
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be a line."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled; lines in hand are handed back then."""
        async with asyncio.TaskGroup() as group:
            for _each in range(AT_ONCE):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            self._news.clear()
            try:
                while await self._plain.answer_one():
                    pass
            except PyMongoError as error:
                log.warning("store unavailable", error=type(error).__name__)
            # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the news.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await self._news.wait()
