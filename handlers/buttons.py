"""Buttons as typed values: each is declared once, by the feature it belongs to, and nobody else writes its word.

`EDIT = Button("faq.edit", _("Edit"), FaqId)` is the declaration, `EDIT(entry.id)` is such a button under a message, and
`EDIT.runs(ask_part)` says what a tap does, with what the button names already read: `ask_part(owner, faq_id)`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, TypeVarTuple, overload

from handlers.messages import Action, Choice, Reply, Words
from knowledge.phrases import LANGS, Phrase
from knowledge.store.accounts.owners import Owner

Named = TypeVarTuple("Named")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Read = Callable[[str], A]  # gives what it reads, or raises a MimiError
Run = Callable[[Owner, str], Awaitable[Sequence[Reply]]]  # whose chat it is, and what was written or named


class Button(Generic[*Named]):
    """One kind of button: its word, what stands on it where nothing else is said, and how what it names is read.

    Word, order and separator never change: buttons live as long as the chats they stand in. What is read from text
    is written back by `str`, and what an old button does not name is read from an empty text.
    """

    @overload
    def __init__(self: "Button[()]", word: str, label: Words, /) -> None: ...
    @overload
    def __init__(self: "Button[A]", word: str, label: Words, a: Read[A], /) -> None: ...
    @overload
    def __init__(
        self: "Button[A, B]", word: str, label: Words, a: Read[A], b: Read[B], /, *, part: str = ":"
    ) -> None: ...
    @overload
    def __init__(
        self: "Button[A, B, C]", word: str, label: Words, a: Read[A], b: Read[B], c: Read[C], /, *, part: str = ":"
    ) -> None: ...
    def __init__(self, word: str, label: Words, /, *reads: Read[Any], part: str = ":") -> None:
        self.word, self.label, self._reads, self._part = word, label, reads, part

    def __call__(self, *named: *Named, label: Words = "") -> Choice:
        """The button itself, as it stands under a message or on a card."""
        return Choice(label or self.label, self.action(*named))

    def action(self, *named: *Named) -> Action:
        """What a tap brings back. Nothing is written of what is empty at its end."""
        about = list(map(str, named))
        while about and not about[-1]:
            about.pop()
        return Action(f"{self.word}:{self._part.join(about)}" if about else self.word)

    def read(self, about: str) -> tuple[*Named]:
        """What such a button names; the last takes all that is left. Raises what reading it raises, a MimiError."""
        texts = about.split(self._part, len(self._reads) - 1) if self._reads else []
        texts += [""] * (len(self._reads) - len(texts))
        return tuple(read(text) for read, text in zip(self._reads, texts, strict=True))

    def is_on(self, action: str) -> bool:
        """Whether what a tap brought back is of this kind."""
        return action.partition(":")[0] == self.word

    def is_said(self, line: str) -> bool:
        """Whether a line is what stands on it, in either language."""
        labels = [self.label.say(lang) for lang in LANGS] if isinstance(self.label, Phrase) else [self.label]
        return " ".join(line.casefold().split()) in [label.casefold() for label in labels]

    def runs(self, run: Callable[[Owner, *Named], Awaitable[Sequence[Reply]]]) -> "Tap":
        """What a tap does."""
        return Tap(self, run)


class Shortcut(Button[str]):
    """A button that stands for a command; it names what one would write after that, most often nothing."""

    def __init__(self, word: str, label: Words) -> None:
        super().__init__(word, label, str)

    if TYPE_CHECKING:  # as it is, a button takes fewer names than it has: here that is meant

        def __call__(self, rest: str = "", *, label: Words = "") -> Choice: ...
        def action(self, rest: str = "") -> Action: ...


@dataclass(frozen=True)
class Tap:
    """What a tap on one kind of button does; `run` takes whose chat it is and what `button` reads."""

    button: Button[*tuple[Any, ...]]
    run: Callable[..., Awaitable[Sequence[Reply]]]


# They do their work in the phone: one opens the keyboard, and what is typed then comes as text; the other turns to
# another page of the menu.
TYPE_IN = Button("type", "")
TURN_MENU = Button("menu", "", str)
