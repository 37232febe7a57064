"""What a document is made of, whatever file it came in: headings, paragraphs, list items and tables, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TextPart:
    """A heading if it has a `level` (1 is the highest), a table if it has `rows`, else a paragraph or list item.

    `strong`: all of it stands out (bold, coloured), as headings do that are not marked as such.
    """

    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    strong: bool = False
    in_list: bool = False


def text_of(parts: Sequence[TextPart]) -> str:
    """The parts as a document's text: headings marked as Markdown does, a table's rows as lines."""
    text = ""
    for n, part in enumerate(parts):
        if said := _said(part):
            is_next_item = n and part.in_list and parts[n - 1].in_list
            text += f"{'' if not text else chr(10) if is_next_item else chr(10) * 2}{said}"
    return text.strip()


def _said(part: TextPart) -> str:
    if part.rows:
        return "\n".join(row_text(row) for row in part.rows if any(row))
    return f"{'#' * part.level} {part.text}" if part.level and part.text else part.text


def row_text(row: Sequence[str]) -> str:
    """The cells of a row on one line; those that are empty at its end are left out."""
    return " | ".join(" ".join(cell.split()) for cell in row).rstrip(" |")


def nested(part: TextPart) -> TextPart:
    """The same inside a table's cell: a table there becomes lines."""
    if not part.rows:
        return part
    return TextPart("\n".join(" / ".join(cell for cell in row if cell) for row in part.rows))


def flat(part: TextPart) -> str:
    """Its words, of a table as lines."""
    return nested(part).text
