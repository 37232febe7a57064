"""The core's parts, made once and joined: what both doors and the worker share."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiohttp import web

from bot.join.console import Console
from bot.join.getting_better import GettingBetter
from bot.join.ground import Ground, open_ground
from bot.join.knowledge_parts import KnowledgeParts
from bot.join.models import open_models
from bot.join.owner_parts import OwnerParts
from bot.join.plain_language import plain_language
from bot.join.visitor_parts import VisitorParts
from bot.settings import Settings
from handlers.chat.plain_language.lines import PlainLanguage
from handlers.chat.plain_language.proposal_answers import ProposalCommands
from handlers.ports import Clock
from knowledge.meaning.likeness import Likeness
from knowledge.store.changes import Changes
from knowledge.store.database import Database
from web.site import keys


@dataclass(frozen=True)
class Core:
    """The parts that somebody outside the core calls, by what they are about."""

    ground: Ground
    owners: OwnerParts
    knowledge: KnowledgeParts
    visitors: VisitorParts
    better: GettingBetter
    console: Console
    plain_language: PlainLanguage
    proposals: ProposalCommands

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.CLOCK] = self.ground.clock
        for parts in (self.owners, self.knowledge, self.visitors, self.better, self.console):
            parts.hand_to(app)


async def open_core(
    stack: AsyncExitStack, settings: Settings, database: Database, changes: Changes, clock: Clock
) -> Core:
    """Make the core; what must be closed is closed with `stack`."""
    ground = await open_ground(stack, settings, database, changes, clock)
    owners = OwnerParts.of(ground)
    models = open_models(ground, owners.alerts)
    knowledge = KnowledgeParts.open(ground, owners.alerts)
    visitors = VisitorParts.open(ground, knowledge, models, owners.alerts)
    better = GettingBetter.open(ground, knowledge, models, owners.alerts)
    console = _console(ground, owners, knowledge, visitors)
    plain, proposals = plain_language(ground, owners, knowledge, models, console.settings)
    return Core(ground, owners, knowledge, visitors, better, console, plain, proposals)


def _console(ground: Ground, owners: OwnerParts, knowledge: KnowledgeParts, visitors: VisitorParts) -> Console:
    accounts, apps, conversations = owners.accounts, owners.apps, visitors.conversations
    return Console.of(
        ground.database,
        accounts,
        apps,
        conversations,
        ground.contents,
        ground.pii,
        Likeness(knowledge.meaning),
        ground.clock,
    )
