"""Plain language, joined and at work: lines that wait are taken up as they come, a few at a time."""

import asyncio

import structlog
from pymongo.errors import PyMongoError

from bot.join.ground import Ground
from bot.join.knowledge_parts import KnowledgeParts
from bot.join.models import Models
from bot.join.owner_parts import OwnerParts
from bot.loops import report_failure
from bot.rounds import Rounds
from handlers.apps.changes import AppSettings
from handlers.chat.plain_language.changes import ProposedChanges
from handlers.chat.plain_language.lines import PlainLanguage
from handlers.chat.plain_language.owner_view import OwnerViews
from handlers.chat.plain_language.proposal_answers import ProposalCommands
from handlers.chat.plain_language.proposals import Proposals

log = structlog.get_logger()

AT_ONCE = 4


def plain_language(
    ground: Ground, owners: OwnerParts, knowledge: KnowledgeParts, models: Models, settings: AppSettings
) -> tuple[PlainLanguage, ProposalCommands]:
    """What takes lines in and answers them, and what their proposals' buttons do."""
    database, clock, faqs, documents = ground.database, ground.clock, knowledge.faqs, knowledge.documents
    changes = ProposedChanges(faqs, documents, owners.apps, settings, owners.preferences)
    proposals = Proposals(database, changes, clock)
    commands = ProposalCommands(proposals, changes, owners.dialogues)
    views = OwnerViews(knowledge.retrieval, faqs, documents, ground.pii)
    plain = PlainLanguage(database, owners.apps, models.tools, views, proposals, commands, models.spending, clock)
    return plain, commands


class PlainLanguageWorker:
    """Answers the lines that wait; several may run side by side on one database."""

    def __init__(self, plain: PlainLanguage, rounds: Rounds) -> None:
        self._plain = plain
        self._rounds = rounds
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled; lines in hand are handed back then."""
        try:
            await self._rounds.run(self._begin)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _begin(self) -> None:
        for _each in range(AT_ONCE - len(self._under_way)):
            task = asyncio.create_task(self._work(), name="plain lines")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            task.add_done_callback(report_failure)

    async def _work(self) -> None:
        try:
            while await self._plain.answer_one():
                pass
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)  # the lease ends, and it is taken again
