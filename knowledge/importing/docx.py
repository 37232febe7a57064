"""A Word document -> a document with its headings, paragraphs and tables (python-docx)."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import markup, zips
from knowledge.importing.prose import LONGEST_TITLE
from knowledge.importing.read_results import FoundDocument
from knowledge.phrases import _

MARKUP = (".xml", ".rels")


def read(data: bytes, otherwise: str) -> FoundDocument:
    """The text. Raises BadInput for a bomb, for hostile or broken markup, or where there is no text."""
    zips.check(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.lower().endswith(MARKUP):
                    markup.check(archive.read(name))
    except zips.BROKEN as error:
        raise zips.broken() from error
    title, text = _opened(data)
    if not text:
        raise BadInput(_("There is no text in it."))
    return FoundDocument(title[:LONGEST_TITLE] or otherwise, text)


def _opened(data: bytes) -> tuple[str, str]:
    from docx import Document

    try:
        document = Document(io.BytesIO(data))
        return document.core_properties.title.strip(), "\n\n".join(_parts(document)).strip()
    # A package that is no Word document inside fails in the library's own ways.
    except (*zips.BROKEN, KeyError, AttributeError, IndexError, TypeError) as error:
        raise zips.broken() from error


def _parts(document: Any) -> Iterator[str]:
    """Paragraphs as they are, headings marked, a table's rows as lines."""
    from docx.table import Table

    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield "\n".join(" | ".join(cell.text.strip() for cell in row.cells) for row in part.rows)
        elif text := part.text.strip():
            style = (part.style.name or "") if part.style else ""
            yield f"## {text}" if style.startswith("Heading") or style == "Title" else text
