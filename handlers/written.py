"""What a person wrote, as it may be kept: trimmed, storable, and not longer than its place."""

import re

from knowledge.errors import BadInput
from knowledge.phrases import _

# Bidirectional marks and joiners stay: names and emoji need them. What cannot be seen or stored goes.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Old Macs' ends of lines, those within a paragraph in Word and PowerPoint, of pages, and Unicode's own two.
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\u2028\u2029]")
LONGEST_ADDRESS = 254
# What is shown of a longer text: on a card or in a reply, and in one row among others.
LONGEST_SHOWN = 200
LONGEST_IN_ROW = 100
# What a mail header takes as it is; the mail server knows the rest. Dots anywhere before the @: some phones' have them.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\Z")


def storable(text: str) -> str:
    """The same text without control characters and lone surrogates, which the store would refuse; lines end one way."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", text.encode("utf-8", "ignore").decode("utf-8"))).strip()


def written(text: str, longest: int) -> str:
    """The text to keep. Raises BadInput if nothing is in it, or more than `longest` characters."""
    kept = storable(text)
    if not kept:
        raise BadInput(_("There is nothing in it yet. Please write something."))
    if len(kept) > longest:
        raise BadInput(
            _("That is {length} characters. The limit here is {longest}.", length=len(kept), longest=longest)
        )
    return kept


def written_line(text: str, longest: int) -> str:
    """The same for a name or title: one line."""
    return written(" ".join(text.split()), longest)


def shortened(text: str, longest: int) -> str:
    """The beginning of a text, for a place that shows only so much."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def parted(text: str, longest: int) -> list[str]:
    """Pieces for places that hold so much, each ending with a paragraph or at least a line where there is one."""
    pieces = []
    while len(text) > longest:
        end = max(text.rfind("\n\n", 0, longest), text.rfind("\n", longest // 2, longest))
        end = end if end > longest // 2 else longest
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text]


def is_mail_address(text: str) -> bool:
    """Whether a mail can be addressed so."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.match(text) is not None
