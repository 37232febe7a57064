"""What comes out of an answer model, whichever one it is."""

from dataclasses import dataclass
from typing import Literal

from knowledge.errors import Unavailable
from knowledge.phrases import Lang, _

Why = Literal["timeout", "overloaded", "rate_limited", "refused", "auth", "billing", "broken_stream", "empty", "error"]


@dataclass(frozen=True)
class TextDelta:
    """The next words of the answer."""

    text: str


@dataclass(frozen=True)
class Cited:
    """The answer rests on this item of the prompt; said once for each item."""

    item_id: str


@dataclass(frozen=True)
class NotInKnowledge:
    """The knowledge does not say. `question` is what the owner would have to answer, in `lang`."""

    question: str
    lang: Lang


@dataclass(frozen=True)
class WantsPerson:
    """The visitor asks for a person."""


@dataclass(frozen=True)
class Usage:
    """What the answer cost, in tokens, and the model that made it."""

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    model: str


ModelEvent = TextDelta | Cited | NotInKnowledge | WantsPerson | Usage


class ModelFailed(Unavailable):
    """The model gave no (whole) answer; text that came before it must not stand as one."""

    def __init__(self, why: Why, *, retry_after: float = 0) -> None:
        super().__init__(_("I cannot answer right now. Please try again in a little while."))
        self.why: Why = why
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.why
