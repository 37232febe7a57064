"""Plain language, joined and at work: lines that wait are taken up as they come, a few at a time."""

import asyncio

from bot.rounds import Rounds
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

AT_ONCE = 4


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
        self._rounds = Rounds()

    def wake(self) -> None:
        """There may be a line."""
        self._rounds.wake()

    async def run(self) -> None:
        """Until cancelled; lines in hand are handed back then."""
        async with asyncio.TaskGroup() as group:
            for _each in range(AT_ONCE):
                group.create_task(self._rounds.run(self._work))

    async def _work(self) -> None:
        while await self._plain.answer_one():
            pass
