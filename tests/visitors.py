"""The visitor's side of the core with its real parts, joined as the application joins them."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from claude_standin import KEY, ClaudeStandIn
from clock import FrozenClock

from guardrail.limits import Limits
from guardrail.pii import Pii
from handlers.alerts.alerts import Alerts
from handlers.answers.answers import Accepted, Answers
from handlers.answers.askings import Askings
from handlers.answers.feed import ConversationFeed
from handlers.answers.guard import AppGuards
from handlers.answers.knowledge import AnswerKnowledge
from handlers.answers.progress import LiveAnswers
from handlers.answers.runs import AnswerRuns
from handlers.answers.suggestions import Suggestions
from handlers.answers.writer import PATIENCE, AnswerWriter
from handlers.conversations.conversations import Conversations
from handlers.conversations.takeover_news import TakeoverNews
from handlers.conversations.takeovers import Takeovers
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.messages import Delta, Done, Sent, SourceFound, VisitorMessage
from handlers.ports import AnswerModel
from handlers.spending.spending import Pricing, Spending
from knowledge.model.claude import ClaudeAnswers, Patience, claude_client
from knowledge.model.quoting import QuotingAnswers
from knowledge.search.retrieval import Retrieval
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.changes import Changes
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.conversations.messages import Message, MessageRepository
from knowledge.store.database import Database, new_id
from knowledge.store.spending.spend_counts import SpendLimits
from knowledge.stored_items import KnowledgeItems

IMPATIENT = Patience(first=0.3, idle=0.3)


@cache
def real_pii() -> Pii:
    return Pii.load()


@dataclass
class Told:
    """What a visitor has in the end."""

    text: str
    state: str
    sources: list[str]


class VisitorSide:
    """One process's parts for visitors; several of them on one database are several processes."""

    def __init__(
        self,
        db: Database,
        changes: Changes,
        limits: Limits,
        model: AnswerModel,
        pii: Pii,
        patience: float,
        clock: FrozenClock | None = None,
        caps: SpendLimits | None = None,
        pricing: Pricing | None = None,
    ):
        self.db = db
        self.clock = clock or FrozenClock()
        self.messages = MessageRepository(db)
        self.alerts = Alerts(db, real_pii(), self.clock)
        askings = Askings(db, real_pii(), self.clock)
        self.live = LiveAnswers(changes)
        self.conversations = Conversations(db, self.clock, "a secret")
        self.faqs = Faqs(db, KnowledgeGuard(db, real_pii()), self.clock)
        self.spending = Spending(db, self.alerts, self.clock, caps, pricing)
        retrieval = Retrieval(KnowledgeItems(db).load)
        self.suggestions = Suggestions(db, retrieval)
        knowledge = AnswerKnowledge(retrieval)
        writer = AnswerWriter(knowledge, AppGuards(db), pii, model, self.spending, self.suggestions, patience)
        runs = AnswerRuns(db, self.conversations, writer, self.live, self.alerts, askings, self.clock)
        news = TakeoverNews(db, real_pii(), self.clock)
        self.takeovers = Takeovers(db, self.conversations, self.alerts, news, self.clock)
        self.answers = Answers(db, self.conversations, runs, limits, self.alerts, askings, news, self.clock)
        self.feed = ConversationFeed(db, self.conversations, self.live)

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
    mongod: str,
    model: AnswerModel | None = None,
    *,
    pii: Pii | None = None,
    patience: float = PATIENCE,
    clock: FrozenClock | None = None,
    caps: SpendLimits | None = None,
    pricing: Pricing | None = None,
) -> AsyncIterator[VisitorSide]:
    """A started one; without a model it quotes."""
    async with AsyncExitStack() as stack:
        changes = Changes(db, [CONVERSATIONS.name])
        await changes.start()
        stack.push_async_callback(changes.stop)
        limits = Limits(mongod, db.raw.name)
        stack.callback(limits.close)
        model, pii = model or QuotingAnswers(), pii or real_pii()
        side = VisitorSide(db, changes, limits, model, pii, patience, clock, caps, pricing)
        stack.push_async_callback(side.answers.close)
        yield side


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
