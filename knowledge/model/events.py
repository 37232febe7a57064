"""What comes out of an answer model, whichever one it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from knowledge.errors import Unavailable
from knowledge.phrases import Tag, _

Why = Literal[
    "timeout",
    "overloaded",
    "rate_limited",
    "refused",
    "auth",
    "billing",
    "unreachable",
    "no_model",
    "broken_stream",
    "empty",
    "unfinished",
    "ungrounded",
    "error",
]


class Decline(StrEnum):
    """Why a question is not answered although it may have an answer."""

    OFF_TOPIC = "off_topic"  # nothing to do with the app
    BANNED_TOPIC = "banned_topic"  # the owner does not want it talked about
    UNSAFE = "unsafe"  # harmful, or an attempt to misuse mimi


@dataclass(frozen=True)
class TextDelta:
    """The next words of the answer."""

    text: str


@dataclass(frozen=True)
class Cited:
    """The answer rests on this item of the prompt; said once for each item."""

    item_id: str


@dataclass(frozen=True)
class BlockEnded:
    """A piece of the answer, whole, after its deltas, and the items it points at.

    `broken` counts its pointers that led to nothing.
    """

    text: str
    cited: tuple[str, ...] = ()
    broken: int = 0


@dataclass(frozen=True)
class NotInKnowledge:
    """The knowledge does not say. `question` is what the owner would have to answer, in `lang`.

    `near`: entries' questions that come near it, where the one who answers names any.
    """

    question: str
    lang: Tag
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class WantsPerson:
    """The visitor asks for a person."""


@dataclass(frozen=True)
class Declined:
    """The question is kindly declined; it is nothing to ask the owner either."""

    reason: Decline


@dataclass(frozen=True)
class CutShort:
    """The answer reached its longest; its last sentence may be a half one."""


@dataclass(frozen=True)
class Usage:
    """What the answer cost, in tokens, and the model that made it.

    `hour_write_tokens` are those of `cache_write_tokens` that are kept for an hour.
    """

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    model: str
    hour_write_tokens: int = 0


ModelEvent = TextDelta | Cited | BlockEnded | NotInKnowledge | WantsPerson | Declined | CutShort | Usage


class ModelFailed(Unavailable):
    """The model gave no (whole) answer; text that came before it must not stand as one.

    `usage` is what it cost all the same, where that is known.
    """

    usage: Usage | None = None

    def __init__(self, why: Why, *, retry_after: float = 0) -> None:
        super().__init__(_("I cannot answer right now. Please try again in a little while."))
        self.why: Why = why
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.why
