"""How an answer was made: kept with it, for its owner's figures and for whoever asks why it says what it says."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Shown = Literal["", "whole", "found", "curated"]


@dataclass(frozen=True)
class AnswerFacts:
    """`model` is empty where none was asked; `cost` is in millionths of a US dollar.

    `knowledge`: the model had all of it, what was found of it, or the entry's words were said as they are.
    `statements` counts sentences that the model stated something in, `uncited` those of them without a pointer to the
    knowledge, which were left out, `broken` the pointers that led to nothing. `again`: it had a second try. `why` is
    why it is no answer: a model's failure, or a reason to decline. `by_words`: it was found by words alone, since
    meaning did not come in time; such answers are counted at `/metrics`, as `answered_by_words`.
    """

    model: str = ""
    knowledge: Shown = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cost: int = 0
    statements: int = 0
    uncited: int = 0
    broken: int = 0
    cut: bool = False
    why: str = ""
    again: bool = False
    by_words: bool = False

    def to_document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any] | None) -> Self:
        """From a message's document; one of before has none."""
        return cls(**(document or {}))


NOTHING_MADE = AnswerFacts()
