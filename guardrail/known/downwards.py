"""A text read otherwise than along its lines: down a table, by how its lines and words begin or end, by lone kanji."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from guardrail.text.markup import after
from guardrail.text.normalise import Normalised, normalise

BEHIND = 1_500  # characters in which a value may be spread out like this
LONGEST_CELL = 4  # characters of what blanks part, if it is to be a cell
LONGEST_ROW = 12  # characters that stand below one another without any mark
# Initials of lines, and of words, spell a shorter value by chance.
FEWEST_LINES, FEWEST_WORDS = 3, 7
MOST_WORDS = 40
LONGEST_WORD = 30  # characters
LINE = re.compile(r"[^\n]*\S[^\n]*")
SENTENCE = re.compile(r"[^。！？.!?\n]*[^\s。！？.!?][^。！？.!?\n]*")
RULE = re.compile(r"[\s|:\-=+]+\Z")  # between a table's head and its rows
CELL = re.compile(r"[^|\t]+")
TOKEN = re.compile(r"\S+")
# What stands before a line's own words: marks of lists and quotes, the number of an item, emphasis.
MARKED = re.compile(r"[\s>*_`~#•・\-+「『（(\"'“|]*(?:[0-9]{1,3}[.)．:：]\s+)?[\s*_`~「『（(\"'“]*")
WORD = re.compile(r"[A-Za-zÀ-ɏ]+|[^\W_]")
# 1文字目は倉、2文字目は田: what is no part of a word, nor what says so.
LONE_KANJI = re.compile(r"(?<![一-龥々0-9])(?![字目次])[一-龥々](?![一-龥々])")
LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
APART = "\n" * 5  # between columns: more than stands between the parts of one value

Place = tuple[int, int]


def readings_across(text: str) -> Iterator[Normalised]:
    """Every such reading in which there is enough to hold a value, with places in `text`."""
    lines = [match.span() for match in LINE.finditer(text)]
    rows = [_cells(text, *line) for line in lines if not RULE.match(text, *line)]
    for is_table, table in groupby(rows, lambda cells: len(cells) > 1):
        if is_table and len(lines_of_cells := list(table)) > 1:
            yield _down(text, lines_of_cells)
    yield from initials(text, lines)
    yield from _spelled(text, [match.span() for match in LONE_KANJI.finditer(text)], 0, FEWEST_LINES)


def initials(text: str, lines: Sequence[Place] = ()) -> Iterator[Normalised]:
    """The first letters of lines, of sentences and of words, and the last of lines."""
    lines = lines or [match.span() for match in LINE.finditer(text)]
    sentences = [match.span() for match in SENTENCE.finditer(text)]
    for places in (lines, sentences) if len(sentences) > len(lines) else (lines,):
        yield from _spelled(text, [word for place in places for word in _first_word(text, *place)], 0, FEWEST_LINES)
    yield from _spelled(text, [word for line in lines for word in _last_word(text, *line)], -1, FEWEST_LINES)
    yield from _spelled(text, [m.span() for m in LATIN_WORD.finditer(text)][-MOST_WORDS:], 0, FEWEST_WORDS)


def _cells(text: str, start: int, end: int) -> Sequence[Place]:
    """What stands in the columns of a line; one place if it has none."""
    line = text[start:end]
    if "|" in line or "\t" in line:
        return [cell.span() for cell in CELL.finditer(text, start, end) if cell[0].strip()]
    tokens = [token.span() for token in TOKEN.finditer(text, start, end)]
    if len(tokens) > 1 and all(last - first <= LONGEST_CELL for first, last in tokens):
        return tokens
    if len(tokens) == 1 and tokens[0][1] - tokens[0][0] <= LONGEST_ROW:
        return [(at, at + 1) for at in range(*tokens[0])]
    return [(start, end)]


def _down(text: str, rows: Sequence[Sequence[Place]]) -> Normalised:
    """Column after column, the cells of one parted by blanks."""
    written: list[tuple[str, Place]] = []
    for column in zip_longest(*rows):
        for start, end in filter(None, column):
            written += [(text[at], (at, at + 1)) for at in range(start, end)]
            written.append((" ", (end - 1, end)))
        written += [(mark, written[-1][1]) for mark in APART]
    return _read(written)


def _first_word(text: str, start: int, end: int) -> Iterator[Place]:
    marked = MARKED.match(text, start, end)
    if word := WORD.search(text, marked.end() if marked else start, end):
        yield word.span()


def _last_word(text: str, start: int, end: int) -> Iterator[Place]:
    words = [word.span() for word in WORD.finditer(text, max(start, end - LONGEST_WORD), end)]
    yield from words[-1:]


def _spelled(text: str, words: Sequence[Place], which: int, fewest: int) -> Iterator[Normalised]:
    """The first or last letters of words, which they lead back to as a whole."""
    if len(words) >= fewest:
        letters = [(text[start:end][which], (start, end)) for start, end in words]
        yield _read([part for letter in letters for part in (letter, (" ", letter[1]))])


def _read(written: Sequence[tuple[str, Place]]) -> Normalised:
    joined = Normalised(
        "".join(char for char, _ in written), [start for _, (start, _) in written], [end for _, (_, end) in written]
    )
    return after(joined, normalise(joined.text))
