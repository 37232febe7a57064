"""The command table: what can be typed and tapped, in both languages, and how a line is read."""

import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from handlers.buttons import Button, Run, Shortcut, Tap
from handlers.chat.dialogues import Script
from handlers.chat.incoming import Incoming, LinkEnded, SentFile, Tapped, Wrote
from handlers.messages import Replies, Reply
from knowledge.phrases import Lang, Phrase
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.apps.pictures import Picture
from knowledge.store.database import OwnerScope
from knowledge.store.inbox.dialogues import Dialogue

T = TypeVar("T")
OnFile = Callable[[Owner, SentFile], Awaitable[Sequence[Reply]]]
OnLine = Callable[[App, Wrote, str], Awaitable[Sequence[Reply] | None]]
WhileLeaving = Callable[[Owner, Incoming], Awaitable[Sequence[Reply] | None]]
OnTakeBack = Callable[[OwnerScope, str], Awaitable[None]]
OnAnswered = Callable[[OwnerScope, str, Sequence[Reply]], Awaitable[None]]

# As people end a word that they say on its own: キャンセル！, STOP!!!, help.
_ENDING = re.compile(r"[\s!.。…~〜ー]+\Z")
_WORD = re.compile(r"\S+")  # "/faq add x" is looked up as "/faq add x", "/faq add" and "/faq", the longest first


@dataclass(frozen=True)
class Command:
    """One thing to type. `names`: English first, Japanese second, then other spellings; `run` gets what follows.

    `shows`: it changes nothing, so that whoever got no answer in time may simply ask again.
    """

    names: tuple[str, ...]
    summary: Phrase
    run: Run
    usage: Phrase | None = None
    shows: bool = False

    def name(self, lang: Lang) -> str:
        return self.names[1] if lang == "ja" else self.names[0]

    def help(self, lang: Lang) -> str:
        """Its line in /help: how it is typed, and what it does."""
        typed = self.name(lang) + (f" {self.usage.say(lang)}" if self.usage else "")
        return f"{typed}\n  {self.summary.say(lang)}"


class PhotoTaker(Protocol):
    """The feature that photos are for."""

    async def fetch(self, message: str) -> Picture:
        """The photo of a message, outside of any transaction. Raises MimiError."""

    async def receive(self, owner: Owner, photo: Picture, dialogue: Dialogue | None) -> Sequence[Reply]:
        """What comes of it; `dialogue` is what the owner is being asked."""


@dataclass(frozen=True)
class ChatAnswer:
    """What is said to a person in the chat, and whose account it is once that was done; None for nobody's."""

    replies: Replies
    owner: Owner | None


class Linker(Protocol):
    """The feature that links accounts: the one that also speaks with people who have none here."""

    async def prepare(self, tapped: Tapped) -> Tapped:
        """What was tapped, with what has to be fetched for it, outside of any transaction."""

    async def begin(self, tapped: Tapped) -> Sequence[Reply]:
        """The way to the page where it goes on, if what was tapped was prepared for that. Raises what stood in it."""

    def stranger(self, incoming: Incoming) -> Sequence[Reply] | None:
        """What to answer somebody without an account; None if it is not about linking."""

    async def ended(self, link: LinkEnded) -> ChatAnswer:
        """What to say once linking has ended."""


@dataclass(frozen=True)
class Feature:
    """What one feature adds to the chat: commands, what its buttons do, and dialogues.

    `on_file` takes files; `on_line` is asked about lines that nothing else claims while this app is the current one,
    and gives None if they are not its own; `on_take_back` forgets what came in the message with this id, `on_answered`
    hears what a message was answered with; `photos` takes photos; `linker` links accounts; `while_leaving` answers
    whoever is leaving in everybody's place, or gives None to let it pass. After the buttons in `changes_owner` the
    person may have another account, or none.
    """

    commands: Sequence[Command] = ()
    taps: Sequence[Tap] = ()
    scripts: Sequence[Script] = ()
    on_file: OnFile | None = None
    on_line: OnLine | None = None
    on_take_back: OnTakeBack | None = None
    on_answered: OnAnswered | None = None
    photos: PhotoTaker | None = None
    while_leaving: WhileLeaving | None = None
    linker: Linker | None = None
    changes_owner: Sequence[Button[str]] = ()


@dataclass(frozen=True)
class Call:
    """A command and what was written after its name."""

    command: Command
    rest: str


def one_each(claims: Iterable[tuple[str, T]]) -> dict[str, T]:
    """What each name belongs to. Raises ValueError where two claim one, of which one would never be called."""
    found: dict[str, T] = {}
    for name, claimed in claims:
        if name in found:
            raise ValueError(f"two features want {name}")
        found[name] = claimed
    return found


class CommandRegistry:
    """All commands by all their names, and by what stands on the buttons that do the same."""

    def __init__(self, commands: Iterable[Command], taps: Iterable[Tap] = ()) -> None:
        self.commands = tuple(commands)
        self._by_name = one_each((_plain(name), command) for command in self.commands for name in command.names)
        shortcuts = [tap for tap in taps if isinstance(tap.button, Shortcut)]
        self._buttons = [(tap.button, each) for tap in shortcuts for each in self.commands if each.run == tap.run]
        self._longest = max(name.count(" ") + 1 for name in self._by_name)

    def named(self, name: str) -> Command | None:
        """The command that is called so, slash and all."""
        return self._by_name.get(_plain(name))

    def parse(self, line: str, *, bare: bool) -> Call | None:
        """The command a line calls, full width or half; `bare`: its name or its button's does without the slash."""
        ends = [match.end() for match in _WORD.finditer(line)][: self._longest]
        for end in reversed(ends):
            if command := self._by_name.get(_plain(line[:end])):
                return Call(command, line[end:].strip())
        word = _plain(line)
        spellings = ("/" + word, "/" + _ENDING.sub("", word))
        command = next((self._by_name[each] for each in spellings if each in self._by_name), None) if bare else None
        if bare and command is None:
            command = next((command for button, command in self._buttons if button.is_said(line)), None)
        return Call(command, "") if command else None


def _plain(name: str) -> str:
    # Phones write the slash and the space in full width where one types Japanese: "／faq　追加" is "/faq 追加".
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
