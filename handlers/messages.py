"""What crosses the border between the core and its doors: plain values, no LINE objects, no HTTP."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from knowledge.phrases import Lang, Phrase, Tag
from knowledge.store.conversations.messages import Presence

Words = str | Phrase
Action = NewType("Action", str)  # what a tap brings back; made and read by handlers/buttons.py alone
NO_ACTION = Action("")

LONGEST_TYPED_IN = 140  # LINE fills in 300 UTF-16 units; a text cut there would be saved cut
MOST_CARDS = 10  # side by side; LINE shows twelve


@dataclass(frozen=True)
class Choice:
    """Something to tap. Exactly one of: `action` (data that comes back), `url` (a page), `type_in` (text to edit)."""

    label: Words
    action: Action = NO_ACTION
    url: str = ""
    type_in: str = ""


@dataclass(frozen=True)
class Text:
    """A message of text; `choices` are offered below it as quick replies, `progress` (2/4) says how far one is.

    `about` is the id of what it is about, found again when the owner quotes it.
    """

    text: Words
    choices: tuple[Choice, ...] = ()
    progress: str = ""
    about: str = ""


@dataclass(frozen=True)
class Card:
    """A titled card with labelled rows and buttons; `choices` are buttons on it.

    `about` is the id of what it shows, found again when the owner quotes it.
    """

    title: Words
    body: Words = ""
    rows: tuple[tuple[Words, Words], ...] = ()
    choices: tuple[Choice, ...] = ()
    about: str = ""
    bars: tuple[tuple[str, int], ...] = ()  # a chart: what stands below each bar, and how high it is


@dataclass(frozen=True)
class Cards:
    """Several cards side by side, at most ten; `summary` is read where cards cannot be shown.

    `about` says what list it is, found again when the owner quotes it.
    """

    summary: Words
    cards: tuple[Card, ...]
    choices: tuple[Choice, ...] = ()
    about: str = ""


@dataclass(frozen=True)
class Confirm:
    """A question with two ways on."""

    text: Words
    yes: Choice
    no: Choice


@dataclass(frozen=True)
class Drawing:
    """A picture of ours at a public address, to be looked at and kept; `choices` are offered below it."""

    url: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Later:
    """Work has begun whose outcome is the answer; `text` is said only where that takes longer than an answer may.

    The outcome finds the answer's place by `about` (`OutboxRepository.fill`). `choices` are said with `text`.
    """

    about: str
    text: Words
    choices: tuple[Choice, ...] = ()


Reply = Text | Card | Cards | Confirm | Drawing | Later


@dataclass(frozen=True)
class Replies:
    """What an owner is answered, and in which language it is to be said.

    `again` is what to write for the same answer once more, where that does no harm.
    """

    lang: Lang
    items: tuple[Reply, ...] = ()
    again: str = ""

    @property
    def about(self) -> str:
        """The id of what the replies are about, if they are about something."""
        return next((about for each in self.items if (about := getattr(each, "about", ""))), "")


class AnswerState(StrEnum):
    """How an answer ended; stored with it and sent in `done`."""

    PENDING = "pending"
    ANSWERED = "answered"
    PARTLY = "partly"  # a part; the owner has been told of the rest
    UNKNOWN = "unknown"  # the knowledge does not say; the owner has been told
    HANDED_OVER = "handed_over"  # the visitor asked for the owner, who has been told
    QUOTED = "quoted"  # no model: quoted from the knowledge, and labelled so
    REFUSED = "refused"  # kindly declined: off topic, a topic the owner banned, or harmful
    WITHHELD = "withheld"  # the guardrail could not vouch for it
    HELD = "held"  # no answer to what was taken for spam


@dataclass(frozen=True)
class Opened:
    """First event of an answer: the key with which the visitor comes back to this conversation, and its language."""

    key: str
    lang: Tag = ""


@dataclass(frozen=True)
class Delta:
    """Text that has passed the guardrail. It belongs at character offset `at` of `message`; 0 starts over."""

    message: str
    at: int
    text: str


@dataclass(frozen=True)
class SourceFound:
    """A piece of knowledge the answer rests on."""

    message: str
    title: str
    url: str = ""


@dataclass(frozen=True)
class Suggested:
    """Questions that may come next, which the knowledge answers."""

    message: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """The answer is complete and stored as `message`, whose whole `text` this is."""

    message: str
    state: AnswerState
    text: str = ""


@dataclass(frozen=True)
class Notice:
    """Something about the conversation rather than in it: a limit, a pause."""

    code: str
    text: Phrase
    retry_after: int | None = None


@dataclass(frozen=True)
class OwnerSaid:
    """The owner's own words, live."""

    message: str
    text: str


@dataclass(frozen=True)
class VisitorSaid:
    """The visitor's own words, for another window of theirs; `client_id` is how the one that sent them knows them."""

    message: str
    client_id: str
    text: str


@dataclass(frozen=True)
class OwnerPresent:
    """The owner has come into the conversation and answers in mimi's place, or has left it to mimi."""

    message: str
    state: Presence
    text: str


AnswerEvent = Opened | Delta | SourceFound | Suggested | Done | Notice | OwnerSaid | VisitorSaid | OwnerPresent


@dataclass(frozen=True)
class Sent:
    """An event with the cursor a client hands back as Last-Event-ID; None where there is nothing to resume from."""

    event: AnswerEvent
    cursor: str | None = None


@dataclass(frozen=True)
class VisitorMessage:
    """What a visitor posted. `client_id` is a UUID of the client's: sent twice, it is one message."""

    client_id: str
    text: str
    conversation_key: str = ""
    network: str = ""  # the truncated address
    sender: str = ""  # the address that one visitor has to themselves: for counting, and never kept as it is
    lang: Tag = "ja"  # of the page it was written on
    check: str = ""  # the token of the check that a doubtful message was asked for, and what was solved
    proof: str = ""
    to_owner: bool = False  # a person is wanted, not mimi
    stopped: str = ""  # the answer that its visitor does not want to hear to its end
