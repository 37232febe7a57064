"""PDF -> a document with the text of its pages as people read it (pdfium)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import documents
from knowledge.importing.left_out import counted
from knowledge.importing.read_results import Item
from knowledge.importing.writing import is_written, with_plain_radicals
from knowledge.phrases import _

MOST_PAGES = 300
PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
EDGE = 0.1  # of a page's height, at its head and foot, is where running heads and page numbers stand
_DIGITS = re.compile(r"[0-9０-９]+")
_PAGE_NUMBER = re.compile(
    r"[-–—‐(（\s]*(?:p(?:age)?\.?\s*)?[0-9０-９]{1,4}(?:\s*(?:/|of|／)\s*[0-9０-９]{1,4})?(?:\s*(?:ページ|頁))?[-–—‐)）\s]*",
    re.I,
)
# What programs write for want of a title.
_NO_TITLE = re.compile(
    r"about:blank|untitled|無題|名称未設定|^(?:microsoft|libreoffice|powerpoint)\b|\.(?:docx?|xlsx?|pptx?|pdf|html?|md|txt|dvi|tex|rtf|odt|indd)$"
    r"|^https?:|\ufffd|^[\W\d_]*$|^document\d*$|^スライド ?\d+$",
    re.I,
)


def read(data: bytes, otherwise: str, *, whole: bool = False) -> tuple[Item, ...]:
    """The text, and what of it could not be read. Raises BadInput for a broken or locked file, one with too many pages,
    without any text, or whose letters mean nothing."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", 0) == PASSWORD_ERROR:
            raise BadInput(_("This PDF is locked by a password. Please send it without one.")) from error
        raise _broken() from error
    count = len(document)
    if count > MOST_PAGES:
        raise BadInput(
            _(
                "This PDF has {count} pages; I can read at most {most}. Please send the part that matters.",
                count=count,
                most=MOST_PAGES,
            )
        )
    try:
        return _read(document, otherwise, whole=whole)
    except pdfium.PdfiumError as error:
        raise _broken() from error


def _read(document: Any, otherwise: str, *, whole: bool) -> tuple[Item, ...]:
    from knowledge.importing.pdf.pdf_glyphs import content_of
    from knowledge.importing.pdf.pdf_layout import Line, blocks_of, join, paragraphs, pieces_of

    laid: list[tuple[list[Line], float]] = []
    pictures, bare = 0, 0
    for n in range(len(document)):
        content = content_of(document[n])
        laid.append((pieces_of(content), content.height))
        pictures += content.pictures
        bare += not content.glyphs
    dropped = _without_running(laid)
    pages = [blocks_of(pieces) for pieces, _height in laid]
    sizes = [
        line.letters
        for page in pages
        for block in page
        if not block.is_table
        for line in block.lines
        for _c in line.text
    ]
    body = median(sizes) if sizes else 0.0
    title = _title(document, pages, body)
    text = ""
    for page in pages:
        told = paragraphs(page, body)
        # A sentence that goes on overleaf.
        if text and told and _goes_on(text, told):
            head, _end, rest = told.partition("\n\n")
            text = join(text, head) + (f"\n\n{rest}" if rest else "")
        else:
            text = f"{text}\n\n{told}" if text and told else text or told
    text = with_plain_radicals(text).strip()
    if not text:
        raise BadInput(_("This PDF has only pictures and no text. Please send its text."))
    if not is_written(text):
        raise BadInput(
            _(
                "This PDF shows its letters but does not say which characters they are. Please export it again "
                "from the program it was written in, or send its text."
            )
        )
    left_out = counted({"running": dropped, "pictures": pictures, "bare": bare})
    return documents.of_text(text, with_plain_radicals(title), otherwise, left_out, whole=whole)


def _goes_on(text: str, told: str) -> bool:
    last, first = text.rstrip()[-1], told[0]
    is_word = unicodedata.category(last)[0] == "L" or last in "、，,-"
    return (
        is_word
        and "\n" not in text[-15:]
        and unicodedata.category(first) in {"Ll", "Lo"}
        and "|" not in told.split("\n")[0]
    )


def _broken() -> BadInput:
    return BadInput(_("This PDF is broken. Please save it again and send the new one."))


def _title(document: Any, pages: Sequence[Any], body: float) -> str:
    """What the file calls itself if that is a title, else the largest words on its first page."""
    named = " ".join((document.get_metadata_dict().get("Title") or "").split())
    if named and not _NO_TITLE.search(named) and is_written(named):
        return named
    first: list[Any] = next((page for page in pages if page), [])
    lines = [line for block in first if not block.is_table for line in block.lines if len(line.text.strip()) > 1]
    if not lines:
        return ""
    largest = max(line.letters for line in lines)
    if largest < body * 1.15:
        return ""
    top = next(n for n, line in enumerate(lines) if line.letters > largest * 0.95)
    words = [line.text for line in lines[top : top + 3] if line.letters > largest * 0.95]
    return " ".join(" ".join(words).split())


def _without_running(pages: Sequence[tuple[list[Any], float]]) -> int:
    """Take off what stands at the head or foot of many pages, but for its numbers the same; how much that was."""
    edges = [
        [piece for piece in pieces if piece.text and not height * EDGE < piece.y0 < height * (1 - EDGE)]
        for pieces, height in pages
    ]
    seen = Counter(form for edge in edges for form in {_DIGITS.sub("#", piece.text) for piece in edge})
    filled = sum(bool(pieces) for pieces, _height in pages)
    if filled < 2:
        return 0
    dropped = 0
    for (pieces, _height), edge in zip(pages, edges, strict=True):
        for piece in edge:
            if seen[_DIGITS.sub("#", piece.text)] >= max(2, filled * 0.4) or _PAGE_NUMBER.fullmatch(piece.text):
                pieces.remove(piece)
                dropped += 1
    return dropped
