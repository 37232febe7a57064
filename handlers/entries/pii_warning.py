"""The warning an owner gets when what they saved holds personal information."""

from collections.abc import Sequence

from guardrail.findings import PiiKind, label
from handlers.messages import Choice, Text
from knowledge.phrases import Phrase, _

SHOW = Choice(_("Show what is hidden"), action="hidden.list")


def pii_warning(kinds: Sequence[PiiKind]) -> list[Text]:
    """One line that names what visitors will not see; nothing where nothing was found."""
    if not kinds:
        return []
    named: Phrase = label(kinds[0])
    for kind in kinds[1:]:
        named = _("{first}, {next}", first=named, next=label(kind))
    return [Text(_("Visitors will not see: {kinds}", kinds=named))]


def with_warning(done: Phrase, kinds: Sequence[PiiKind], choices: tuple[Choice, ...]) -> list[Text]:
    """What was done, then the warning if there is one; the choices stand below the last, where LINE shows them."""
    if not kinds:
        return [Text(done, choices)]
    (warning,) = pii_warning(kinds)
    return [Text(done), Text(warning.text, (SHOW, *choices))]
