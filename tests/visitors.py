"""The visitor's side of the core with its real parts, joined as the application joins them."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from claude_standin import KEY, ClaudeStandIn
from clock import FrozenClock
from grounds import ground_on

from bot.join.areas import join
from bot.join.ground import Ground
from guardrail.pii import Pii
from handlers.answers.answers import Accepted
from handlers.messages import Delta, Done, Sent, SourceFound, VisitorMessage
from handlers.ports import AnswerModel, ToolModel
from knowledge.model.claude import ClaudeAnswers, Patience, claude_client
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.conversations.messages import Message, MessageRepository
from knowledge.store.database import Database, new_id

IMPATIENT = Patience(first=0.3, idle=0.3)


@dataclass
class Told:
    """What a visitor has in the end."""

    text: str
    state: str
    sources: list[str]


class VisitorSide:
    """One process's parts for visitors; several of them on one database are several processes."""

    def __init__(self, ground: Ground, clock: FrozenClock) -> None:
        self.db, self.clock = ground.database, clock
        self.store, self.areas = ground.store, join(ground)
        areas = self.areas
        self.messages = MessageRepository(ground.database)
        self.alerts, self.faqs, self.spending = areas.alerts.alerts, areas.entries.faqs, areas.spending
        self.conversations, self.takeovers = areas.conversations.conversations, areas.conversations.takeovers
        self.answers, self.feed = areas.answers.answers, areas.answers.feed
        self.suggestions = areas.answers.suggestions

    async def app(self, name: str = "Kotori", **faqs: str) -> App:
        """A new owner's app that knows `faqs`: a question's key word -> its answer."""
        now = self.clock.now()
        owner = Owner(new_id(), "ja", now, now)
        await OwnerRepository(self.db).add(owner)
        app = App(owner.id, name, f"{name.lower()}-{new_id()[-8:]}", "ja", now)
        await AppRepository(self.db).add(app)
        for question, answer in faqs.items():
            await self.faqs.add(app.scope, question, answer)
        return await self.again(app)

    async def again(self, app: App) -> App:
        """The app as it is now."""
        return await AppRepository(self.db).get(app.scope) or app

    async def change(self, app: App, **changed: Any) -> App:
        """The app with other settings."""
        await AppRepository(self.db).update(app.scope, changed)
        return await self.again(app)

    async def accept(self, app: App, text: str, key: str = "", client_id: str = "") -> Accepted:
        return await self.answers.accept(app, VisitorMessage(client_id or str(uuid.uuid4()), text, key))

    async def ask(self, app: App, text: str, key: str = "") -> tuple[Accepted, Told]:
        """Ask and read the answer to its end."""
        accepted = await self.accept(app, text, key)
        await self.answers.start(app, accepted)
        return accepted, put_together(await self.read(app, accepted))

    async def read(self, app: App, accepted: Accepted) -> list[Sent]:
        async with aclosing(self.feed.answer_events(app, accepted)) as events:
            return [sent async for sent in events]

    async def stored(self, app: App, accepted: Accepted) -> Message:
        message = await self.messages.get(app.scope, accepted.conversation_id, accepted.answer_id)
        assert message is not None
        return message


def put_together(events: Sequence[Sent]) -> Told:
    """What a client that follows the events shows for one answer."""
    text, state, sources = "", "", []
    for sent in events:
        match sent.event:
            case Delta(_, at, more):
                text = text[:at] + more
            case SourceFound(_, title):
                sources.append(title)
            case Done(_, ended):
                state = ended.value
    return Told(text, state, sources)


@asynccontextmanager
async def visitor_side(
    db: Database,
    model: AnswerModel | None = None,
    *,
    tools: ToolModel | None = None,
    pii: Pii | None = None,
    clock: FrozenClock | None = None,
    **settings: Any,
) -> AsyncIterator[VisitorSide]:
    """A started one; without a model it quotes."""
    clock = clock or FrozenClock()
    async with AsyncExitStack() as stack:
        ground = ground_on(db, stack, clock=clock, pii=pii, model=model, tools=tools, **settings)
        await ground.changes.start()
        stack.push_async_callback(ground.changes.stop)
        yield VisitorSide(ground, clock)


@asynccontextmanager
async def claude_model(claude: ClaudeStandIn, patience: Patience | None = None) -> AsyncIterator[ClaudeAnswers]:
    """The real model on the stand-in."""
    async with claude_client(KEY, claude.url) as client:
        yield ClaudeAnswers(client, "claude-haiku-5-5", patience)


@asynccontextmanager
async def standing_in() -> AsyncIterator[ClaudeStandIn]:
    claude = ClaudeStandIn()
    await claude.start()
    try:
        yield claude
    finally:
        await claude.stop()
