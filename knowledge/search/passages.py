"""A document's plain text -> passages of 200 to 400 characters that end where a sentence or paragraph does. Pure."""

import re

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
