"""Help: what can be typed, from the command table, and what to do with a line that is no command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.alerts.cards import LIST_ALERTS
from handlers.buttons import Shortcut
from handlers.chat.account import WEB
from handlers.chat.commands import Command, CommandRegistry
from handlers.chat.faqs import ADD_FAQ, LIST_FAQS
from handlers.messages import Choice, Reply, Text
from knowledge.phrases import LANGS, Phrase, _
from knowledge.store.accounts.owners import Owner

HELP = Shortcut("help", _("Help"))

MOST_CHOICES = 13  # LINE's limit of quick replies
NAMES: Mapping[str, Phrase] = {
    "app": _("The app"),
    "faq": _("FAQ"),
    "doc": _("Reference documents"),
    "news": _("What's new"),
    "alerts": _("Alerts"),
    "export": _("Export"),
    "conversations": _("Conversations"),
}


@dataclass(frozen=True)
class Group:
    """Commands that belong together; `key` is the word they begin with."""

    key: str
    name: Phrase
    commands: tuple[Command, ...]


def next_steps() -> tuple[Choice, ...]:
    """What an owner most often wants next, as quick replies."""
    return (ADD_FAQ(), LIST_FAQS(), LIST_ALERTS(), WEB(), HELP())


def help_text(registry: CommandRegistry, owner: Owner, about: str = "") -> Sequence[Reply]:
    """Every command in short, in groups; with the name of a group, its commands with what they do."""
    groups = grouped(registry)
    wanted = next((group for group in groups if about.strip().casefold() in _names(group)), None)
    choices = tuple(HELP(group.key, label=group.name) for group in groups)
    if wanted:
        lines = "\n".join(command.help(owner.lang) for command in wanted.commands)
        return [Text(_("{group}\n{commands}", group=wanted.name, commands=lines), choices)]
    # Names only: with what each of them does, the list would fill several screens of a phone.
    short = "\n\n".join(
        f"{group.name.say(owner.lang)}\n{'  '.join(_unbroken(command.name(owner.lang)) for command in group.commands)}"
        for group in groups
    )
    told = _(
        "What you can write to me; tap a group to read more. Buttons and the menu do the same.\n\n{all}", all=short
    )
    return [Text(told, (*choices[: MOST_CHOICES - 1], WEB()))]


def grouped(registry: CommandRegistry) -> list[Group]:
    """The commands by their first word, those that stand alone together at the end."""
    by_word: dict[str, list[Command]] = {}
    for command in registry.commands:
        by_word.setdefault(command.names[0].removeprefix("/").split()[0], []).append(command)
    several = {word: commands for word, commands in by_word.items() if len(commands) > 1}
    alone = tuple(command for commands in by_word.values() if len(commands) == 1 for command in commands)
    named = [Group(word, NAMES.get(word) or Phrase(word), tuple(each)) for word, each in several.items()]
    return [*named, Group("more", _("And more"), alone)]


def _unbroken(name: str) -> str:
    """A command that stays in one line; typed or copied, either space is read alike."""
    return name.replace(" ", "\N{NO-BREAK SPACE}")


def _names(group: Group) -> set[str]:
    return {group.key, *(group.name.say(lang).casefold() for lang in LANGS)}


def is_for_mimi(line: str) -> bool:
    """Whether a line is meant as a command, known or not."""
    return line.startswith(("/", "／"))


def hint(line: str) -> Sequence[Reply]:
    """A kind answer to what is neither a command nor an answer."""
    if is_for_mimi(line):
        return [Text(_("I do not know this command. /help shows what I understand."), next_steps())]
    return [Text(_("I did not quite get that. What would you like to do?"), next_steps())]
