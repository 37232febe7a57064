"""A document's plain text -> passages of 200 to 400 characters that end where a sentence or paragraph does. Pure.

Each stands under one of its document's headings, as visitors are shown where an answer comes from.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from knowledge.words.words import clean

SHORTEST = 200
LONGEST = 400

_PARAGRAPHS = re.compile(r"\n[ \t　]*\n+")
# After 。！？ (and what closes a quotation), after . ! ? before a space, and after a line.
_SENTENCES = re.compile(r"(?<=[。！？!?][」』）)\"])|(?<=[。！？])(?![」』）)\"])|(?<=[.!?])(?=\s)|(?<=\n)")
_CLAUSES = re.compile(r"(?<=[、，,;；:：\s])")


def cut_into_passages(text: str) -> list[str]:
    """The passages of `text`, in order, none empty, none longer than LONGEST; only the last may be shorter
    than SHORTEST, and one that its neighbour had no room for."""
    passages: list[str] = []
    passage = ""
    for piece in _pieces(text):
        if passage and len(passage) + len(piece) > LONGEST:
            passages.append(passage)
            passage = ""
        passage += piece
        if len(passage) >= SHORTEST and piece.endswith("\n\n"):
            passages.append(passage)
            passage = ""
    passages.append(passage)
    return [trimmed for passage in passages if (trimmed := passage.strip())]


def _pieces(text: str) -> list[str]:
    """Sentences, each at most LONGEST long; the last of a paragraph ends with an empty line."""
    pieces: list[str] = []
    for paragraph in _PARAGRAPHS.split(text.replace("\r\n", "\n").strip()):
        sentences = [piece for sentence in _SENTENCES.split(paragraph) for piece in _at_most(sentence)]
        pieces += [*sentences[:-1], *(f"{sentence}\n\n" for sentence in sentences[-1:])]
    return pieces


def _at_most(sentence: str) -> list[str]:
    """A sentence that is too long, cut after a comma or space, or wherever it must be."""
    if len(sentence) <= LONGEST - 2:  # room for the empty line of a paragraph's end
        return [sentence]
    parts = [""]
    for clause in _CLAUSES.split(sentence):
        if len(parts[-1]) + len(clause) > LONGEST - 2:
            parts.append("")
        parts[-1] += clause
    return [part[start : start + LONGEST - 2] for part in parts for start in range(0, len(part), LONGEST - 2)]


LONGEST_HEADING = 60

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
    # A passage may run over a heading; what stands over most of it says what it is about.
    longest = max(pairwise(stretches), key=lambda pair: pair[1][0] - pair[0][0])
    return longest[0][1], headings[-1][1] if headings else before


def _named(match: re.Match[str]) -> str:
    """The words of a heading; "" for a line too long to be one."""
    words = _MARKS.sub("", match["marked"] or match["signed"] or match["bracketed"] or "").strip()
    return words if len(words) <= LONGEST_HEADING else ""
