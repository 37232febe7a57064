"""Under which of its document's headings a passage stands, as visitors are shown where an answer comes from. Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise

from knowledge.words.words import clean

LONGEST = 60

# Markdown's, and what Japanese texts without any markup put before or around a heading.
_HEADING = re.compile(
    r"^(?:#{1,6}[ \t]+(?P<marked>.+?)[ \t#]*|[■□◆◇●▼▽★][ \t　]*(?P<signed>\S.*?)|【(?P<bracketed>[^】]+)】)[ \t　]*$",
    re.MULTILINE,
)
_MARKS = re.compile(r"[*_`]+|\]\([^)]*\)|\[(?=[^\]]*\])")


def headings_of(title: str, passages: Sequence[str]) -> list[str]:
    """For each passage, in order, the heading that most of it stands under; "" for none, or the document's `title`."""
    found: list[str] = []
    in_force = ""
    for passage in passages:
        under, in_force = _within(passage, in_force)
        found.append("" if clean(under).casefold() == clean(title).strip().casefold() else under)
    return found


def _within(passage: str, before: str) -> tuple[str, str]:
    """The heading most of a passage stands under, and the one that goes on after it."""
    headings = [(match.start(), named) for match in _HEADING.finditer(passage) if (named := _named(match))]
    stretches = [(0, before), *headings, (len(passage), "")]
    longest = max(pairwise(stretches), key=lambda pair: pair[1][0] - pair[0][0])
    return longest[0][1], headings[-1][1] if headings else before


def _named(match: re.Match[str]) -> str:
    """The words of a heading; "" for a line too long to be one."""
    words = _MARKS.sub("", match["marked"] or match["signed"] or match["bracketed"] or "").strip()
    return words if len(words) <= LONGEST else ""
