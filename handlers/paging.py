"""A long list in chat: one page of cards at a time, and the buttons that turn it."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.messages import Action, Choice
from knowledge.phrases import _

PAGE = 8
FIRST = ""  # the page that a button shows which names none


@dataclass(frozen=True)
class Page:
    """One page of a list of `count` things, counted from 1."""

    number: int
    last: int
    size: int = PAGE

    @classmethod
    def of(cls, asked: str, count: int, size: int = PAGE) -> "Page":
        """The page asked for; the first for whatever is no number from 1 up, the last for what lies behind it."""
        last = max(1, (count - 1) // size + 1)
        number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
        return cls(min(number, last), last, size)

    @property
    def skip(self) -> int:
        return (self.number - 1) * self.size

    def turns(self, to: Callable[[str], Action]) -> tuple[Choice, ...]:
        """Buttons to the neighbouring pages; `to` is the action that shows the page with a number."""
        turns = [Choice(_("Next page"), to(f"{self.number + 1}"))] if self.number < self.last else []
        if self.number > 1:
            turns.append(Choice(_("Previous page"), to(f"{self.number - 1}")))
        return tuple(turns)
