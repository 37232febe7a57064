"""What comes to the core from outside, where two implementations exist."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Protocol

from knowledge.drafting import Drafted
from knowledge.model_events import ModelEvent
from knowledge.phrases import Lang
from knowledge.prompt import Prompt
from knowledge.retrieval import Hit


class AnswerModel(Protocol):
    """A prompt in, an answer's events out: Claude, or quotations from the knowledge itself."""

    def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        """The events as they come. Raises ModelFailed when there will be no whole answer."""


class DraftModel(Protocol):
    """A question and what was found for it in, a draft for the owner out: Claude's, or quotations."""

    async def draft(self, question: str, lang: Lang, hits: Sequence[Hit]) -> Drafted | None:
        """None where the knowledge says nothing about it. Raises ModelFailed."""


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
