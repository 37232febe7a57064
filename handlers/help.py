"""Help: what can be typed, from the command table, and what to do with a line that is no command."""

from collections.abc import Sequence

from handlers.commands import CommandRegistry
from handlers.messages import Choice, Reply, Text
from knowledge.phrases import _
from knowledge.store.owners import Owner


def next_steps() -> tuple[Choice, ...]:
    """What an owner most often wants next, as quick replies."""
    return (
        Choice(_("Add FAQ"), action="faq.add"),
        Choice(_("List FAQ"), action="faq.list"),
        Choice(_("Open questions"), action="alert.list"),
        Choice(_("Web page"), action="web"),
        Choice(_("Help"), action="help"),
    )


def help_text(registry: CommandRegistry, owner: Owner) -> Sequence[Reply]:
    """Every command in the owner's language."""
    lines = "\n".join(command.help(owner.lang) for command in registry.commands)
    return [Text(_("What you can write to me:\n{commands}", commands=lines), next_steps())]


def is_for_mimi(line: str) -> bool:
    """Whether a line is meant as a command, known or not."""
    return line.startswith(("/", "／"))


def hint(line: str) -> Sequence[Reply]:
    """A kind answer to what is neither a command nor an answer."""
    if is_for_mimi(line):
        return [Text(_("I do not know this command. /help shows what I understand."), next_steps())]
    return [Text(_("I did not quite get that. What would you like to do?"), next_steps())]
