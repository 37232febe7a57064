"""What comes to the core from outside, where two implementations exist."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.messages import Replies
from knowledge.errors import BadInput, Unavailable
from knowledge.items import Hit
from knowledge.model.claude_stream import ToolCall
from knowledge.model.drafting import Drafted
from knowledge.model.events import ModelEvent
from knowledge.model.prompt import ModelRequest, Prompt
from knowledge.phrases import Phrase, Tag
from knowledge.store.accounts.owners import Owner
from knowledge.store.outbox.outbox import OutboxRow

AGENT = "mimi"  # as which it is named to sites, and looked up in what they say to programs


class AnswerModel(Protocol):
    """A prompt in, an answer's events out: Claude, or quotations from the knowledge itself.

    `quotes`: it says nothing but what stands there word for word, which needs no proof.
    """

    @property
    def quotes(self) -> bool: ...

    def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        """The events as they come. Raises ModelFailed when there will be no whole answer."""


class ToolModel(Protocol):
    """A request in, the one tool call that answers it out: Claude, or nothing where there is no key."""

    async def call(self, request: ModelRequest) -> ToolCall:
        """The call. Raises ModelFailed when there will be none."""


class DraftModel(Protocol):
    """A question and what was found for it in, a draft for the owner out: Claude's, or quotations."""

    async def draft(self, question: str, lang: Tag, hits: Sequence[Hit]) -> Drafted | None:
        """None, or an empty answer, where the knowledge says nothing about it. Raises ModelFailed."""


@dataclass(frozen=True)
class Models:
    """Those of this process: who answers visitors, drafts for owners, and understands owners' plain words."""

    answers: AnswerModel
    drafts: DraftModel
    tools: ToolModel | None  # None where nothing understands them


class Clock(Protocol):
    """The time of day; tests have one that stands still."""

    def now(self) -> datetime:
        """Now, in UTC."""


class Contents(Protocol):
    """Files and pictures that an owner sent in chat, fetched from the door they came through."""

    async def fetch(self, message: str, most: int) -> bytes:
        """What the message with this id holds, at most `most` bytes of it.

        Raises BadInput if it is larger, NotFound if it is gone for good, Unavailable if it may come later.
        """


class AnswersLater(Protocol):
    """The door's way to answer what was said in a chat a while ago."""

    async def answer(self, owner: Owner, replies: Replies, said_in: str) -> None:
        """Keep the answer to the message with this id, in the caller's transaction; it goes out as that still can."""


class LinkTokens(Protocol):
    """The door's permission to link one of its people with an account."""

    async def issue(self, user: str) -> str:
        """A token for the door's id of a person, good once. Raises NotFound if they are no friend, Unavailable."""


@dataclass(frozen=True)
class Fetched:
    """A page or file as the web gave it. `url` is where it was found in the end, `charset` what was said of it.

    `version` is by what it can be asked for again; `unchanged`: it is still that, and no `data` came.
    """

    data: bytes
    url: str
    charset: str = ""
    version: "PageVersion | None" = None
    unchanged: bool = False


@dataclass(frozen=True)
class PageVersion:
    """What a server said of a page as it was then (RFC 9110: ETag, Last-Modified)."""

    etag: str = ""
    modified: str = ""


class NoPage(BadInput):
    """The server says that there is none, or none for us; `status` is its word."""

    def __init__(self, phrase: Phrase, status: int) -> None:
        super().__init__(phrase)
        self.status = status


class SiteBusy(Unavailable):
    """The server asks to come back later, in `pause` seconds if it says that."""

    def __init__(self, phrase: Phrase, pause: float | None) -> None:
        super().__init__(phrase)
        self.pause = pause


class Pages(Protocol):
    """The public web, as far as an owner named a page of it. Nothing on a private network is ever reached."""

    @property
    def pace(self) -> float:
        """The seconds between two pages of one site, unless it wants more."""

    async def fetch(self, url: str, version: PageVersion | None = None) -> Fetched:
        """What is at this address, or that it is still this version.

        Raises BadInput if it cannot be had (NoPage where a server says so), Unavailable if it may be had later
        (SiteBusy).
        """

    async def rules(self, url: str) -> bytes:
        """What this site says to programs (robots.txt), as much of it as counts; nothing if it has none.

        Raises Unavailable.
        """


class NotSent(Exception):
    """It did not go out, or nobody knows; trying again may help, after the `pause` where the other side has its own."""

    def __init__(self, problem: str, pause: timedelta | None = None) -> None:
        super().__init__(problem)
        self.pause = pause


class NoAnswer(NotSent):
    """Nobody answered in time; it may have arrived."""


class Unclear(NotSent):
    """It was refused, and nobody has said what such a refusal means."""


class NoQuota(NotSent):
    """The month's pushes are used up; trying again helps when the month turns or the plan grows."""


class NotNow(NotSent):
    """The way out is shut, for this message as for any other: a wrong token, a refused login, a proxy that answers.

    It is the operator's to mend. What should have gone is held until the way is open again, however long that takes.
    """


class TooLate(Exception):
    """It has not arrived and cannot go free of charge any more: it waits for the next occasion, or for the budget."""


class MayHaveArrived(TooLate):
    """The same, and nobody knows whether it has arrived: it must not be said a second time."""


class NotSendable(Exception):
    """It will never go out as it is; trying again is useless."""


class Notifier(Protocol):
    """A way out: LINE or mail."""

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        """Send it; the ids it has there. Raises NotSent, TooLate or NotSendable."""
