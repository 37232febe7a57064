"""What mimi stands on in tests: addresses that lead nowhere outside, and what people and LINE say there."""

from collections.abc import Collection
from contextlib import AsyncExitStack
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from clock import FrozenClock

from bot.join.ground import Ground
from bot.outside.fetcher import Fetcher
from bot.outside.public_hosts import Places
from bot.settings import Settings
from guardrail.limits import Limits
from guardrail.pii import Pii
from handlers.ports import AnswerModel, Models, ToolModel
from knowledge.importing.reading import Reading
from knowledge.model.drafting import QuotedDrafts
from knowledge.model.quoting import QuotingAnswers
from knowledge.store.changes import Changes
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.database import Database, new_id
from knowledge.store.repositories import Repositories

PUBLIC_URL = "https://mimi.example"
OPERATOR = "operator@example.com"
SECRET = "a secret of the tests, 32 characters"


@cache
def real_pii() -> Pii:
    """The real guardrail, whose lists take a moment to read, once for all tests."""
    return Pii.load()


@cache
def _usual() -> Settings:
    return Settings.read(
        {
            "MIMI_PUBLIC_URL": PUBLIC_URL,
            "MIMI_SECRET_KEY": SECRET,
            "MIMI_EMBEDDINGS": "false",
            "LINE_LINK_URL": "https://line.example/link",
            "MAIL_FROM": OPERATOR,
        }
    )


class SentContents:
    """What people have sent in chat, by the id of its message."""

    def __init__(self) -> None:
        self.by_message: dict[str, bytes] = {}

    async def fetch(self, message: str, most: int) -> bytes:
        """As LINE's would be fetched."""
        return self.by_message[message]


class IssuedTokens:
    """LINE's tokens for linking, one for each time somebody asks."""

    async def issue(self, user: str) -> str:
        """As LINE's would be issued."""
        return f"token-{new_id()}"


def ground_on(
    db: Database,
    stack: AsyncExitStack | None = None,
    *,
    clock: FrozenClock | None = None,
    pii: Pii | None = None,
    model: AnswerModel | None = None,
    tools: ToolModel | None = None,
    contents: SentContents | None = None,
    sites: Collection[str] = (),
    reading: Reading | None = None,
    **settings: Any,
) -> Ground:
    """A process's. What it opens is closed with `stack`, else when the test's database is emptied.

    Without a model it quotes; changes are heard once they are started.
    """
    stack = stack or closed_with(db)
    limits = Limits(db.uri, db.raw.name)
    stack.callback(limits.close)
    return Ground(
        stack=stack,
        settings=_usual().model_copy(update=settings),
        database=db,
        store=Repositories(db),
        changes=Changes(db, [CONVERSATIONS.name]),
        clock=clock or FrozenClock(),
        pii=pii or real_pii(),
        limits=limits,
        models=Models(model or QuotingAnswers(), QuotedDrafts(), tools),
        contents=contents or SentContents(),
        link_tokens=IssuedTokens(),
        pages=Fetcher(Places(sites), pace=0.0),
        reading=reading or Reading(),
    )


_STACKS: WeakKeyDictionary[Database, AsyncExitStack] = WeakKeyDictionary()


def closed_with(db: Database) -> AsyncExitStack:
    """What is closed before the database of a test is emptied."""
    return _STACKS.setdefault(db, AsyncExitStack())


async def close_with(db: Database) -> None:
    """Close what was opened on this database."""
    await _STACKS.pop(db, AsyncExitStack()).aclose()
