"""CSV and TSV -> rows -> entries; a quotation mark in the wrong place is told with the row it is in."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from knowledge.errors import BadInput
from knowledge.importing import columns
from knowledge.importing.left_out import counted
from knowledge.importing.read_results import Columns, FileKind, FoundDocument, FoundFaq, Item, ReadResult, Unusable
from knowledge.importing.site.web_page import is_html, text_in_html
from knowledge.phrases import _

MOST_ROWS = 10_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000_000
LONGEST_BEGINNING = 60  # of a row that cannot be used
DELIMITERS = ",\t;|"
SAMPLE = 30  # rows that tell the delimiter
WRITTEN_OUT = frozenset({"answer", "text"})
YES = frozenset({"1", "true", "yes", "y", "x", "はい", "○", "◯", "〇", "✓", "exact"})

# A spreadsheet runs what begins so (S28); exports put an apostrophe before it, and it is taken off here again.
# What is not to be seen may stand before the sign, and the sign in any of its widths (OWASP, CSV injection).
_UNSEEN = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
_GUARDED = re.compile(rf"'+(?:[\t\r]|{_UNSEEN}*[=+\-@＝＋－＠﹦﹢﹣﹫−⁺⁻⁼₊₋₌])")


def read(text: str, kind: FileKind, roles: Mapping[str, int]) -> ReadResult:
    """The entries in a table. Raises BadInput where it is broken, or no two columns can be made out."""
    # Excel's own first line, which says what separates the cells.
    told = _SEPARATOR.match(text)
    if told:
        text = text[told.end() :]
    delimiter = told[1] if told else "\t" if kind is FileKind.TSV else _delimiter(text)
    # Excel's first line counts.
    first = int(bool(told))
    numbered = [(n + first, row) for n, row in _rows(text, delimiter) if any(cell.strip() for cell in row)]
    return read_rows(numbered, kind, roles)


def read_rows(numbered: Sequence[tuple[int, list[str]]], kind: FileKind, roles: Mapping[str, int]) -> ReadResult:
    """The entries in rows with their numbers. Raises BadInput where no two columns can be made out."""
    if not numbered:
        raise BadInput(_("This table is empty."))
    guessed = columns.guess([row for _n, row in numbered])
    chosen = columns.chosen(guessed, roles) if roles else guessed
    body = numbered[chosen.above + 1 :] if chosen.header else numbered
    items = [_item(n, row, chosen) for n, row in body if _is_filled(row, chosen)]
    left_out = {"above": chosen.above, "empty_rows": len(body) - len(items)}
    return ReadResult(kind, (*items, *counted(left_out)), chosen)


def _is_filled(row: Sequence[str], chosen: Columns) -> bool:
    """Whether there is something in the columns that count; forms come with numbered rows that nobody filled in."""
    return any(place < len(row) and row[place].strip() for place in chosen.roles.values())


_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.I)
_KEYWORDS = re.compile(r"[\n,、，;；|｜]")


def unguarded(cell: str) -> str:
    """A cell as it was before an export made it harmless."""
    return cell[1:] if _GUARDED.match(cell) else cell


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs, and that `unguarded` gives back as it was."""
    return f"'{cell}" if _GUARDED.match(f"'{cell}") else cell


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on."""
    # Beyond it a quotation mark was opened and never closed, and the rest of the file is one cell.
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for count in range(MOST_ROWS + 2):
        starts = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(starts, str(error)) from error
        # The first names the columns.
        if count > MOST_ROWS or len(row) > MOST_COLUMNS:
            raise BadInput(_("This table is too large. At most {rows} rows can be imported at once.", rows=MOST_ROWS))
        yield starts, row


def _broken(line: int, error: str) -> BadInput:
    if "field larger" in error or "end of data" in error:
        return BadInput(_('In the row at line {line} a quotation mark (") is opened and never closed.', line=line))
    return BadInput(
        _(
            'In the row at line {line} a quotation mark (") is in the wrong place. Inside a cell, write it twice.',
            line=line,
        )
    )


def _delimiter(text: str) -> str:
    """What separates the cells: the sign that gives most rows the same number of them."""
    head = text[:20_000]

    def agreement(delimiter: str) -> tuple[int, int]:
        rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if row][:SAMPLE]
        width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
        return (count if width > 1 else 0, width)

    # The commoner first: of signs that agree alike, max takes the earliest.
    return max(DELIMITERS, key=agreement)


def _item(n: int, row: Sequence[str], chosen: Columns) -> Item:
    cells = {role: plain(unguarded(row[place]), role) for role, place in chosen.roles.items() if place < len(row)}
    cells = dict.fromkeys(chosen.roles, "") | cells
    if columns.is_of_keywords(chosen):
        cells["phrasings"] = "\n".join(_words(cells["phrasings"]))
    if "phrasings" in cells and "question" not in cells:
        # Keywords that bring up an answer: the first stands for the question.
        cells["question"], _end, cells["phrasings"] = cells["phrasings"].partition("\n")
    if "question" in cells:
        return faq_item(n, cells)
    return document_item(n, cells)


def _words(cell: str) -> list[str]:
    return [word for each in _KEYWORDS.split(cell) if (word := each.strip())]


def plain(cell: str, role: str) -> str:
    """A cell's text, its line ends made alike; of an answer or text written as HTML its words are taken."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return text_in_html(text) if role in WRITTEN_OUT and is_html(text) else text


def faq_item(n: int, cells: Mapping[str, str]) -> Item:
    """The entry in a row's cells, by role."""
    question, answer = cells["question"].strip(), cells["answer"].strip()
    if not question:
        return Unusable(n, _("It has no question."), answer[:LONGEST_BEGINNING])
    if not answer:
        return Unusable(n, _("It has no answer."), question[:LONGEST_BEGINNING])
    phrasings = [line.strip() for line in cells["phrasings"].split("\n")] if "phrasings" in cells else None
    return FoundFaq(
        question,
        answer,
        None if phrasings is None else tuple(line for line in phrasings if line),
        cells["exact"].strip().casefold() in YES if "exact" in cells else None,
        n,
        cells.get("url", "").strip(),
    )


def document_item(n: int, cells: Mapping[str, str]) -> Item:
    """The same for a document."""
    title, text = cells["title"].strip(), cells["text"].strip()
    if not title:
        return Unusable(n, _("It has no title."), text[:LONGEST_BEGINNING])
    if not text:
        return Unusable(n, _("It has no text."), title[:LONGEST_BEGINNING])
    return FoundDocument(title, text, cells.get("url", "").strip(), n)
