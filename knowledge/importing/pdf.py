"""PDF -> a document with the text of its pages (pypdf)."""

import io

from knowledge.errors import BadInput
from knowledge.importing.prose import LONGEST_TITLE
from knowledge.importing.read_results import FoundDocument
from knowledge.phrases import _

MOST_PAGES = 300


def read(data: bytes, otherwise: str) -> FoundDocument:
    """The text. Raises BadInput for a broken or locked file, one with too many pages, or without any text."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput(_("This PDF is locked by a password. Please send it without one."))
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise BadInput(
                _(
                    "This PDF has {count} pages; at most {most} can be read. Please send the part that matters.",
                    count=count,
                    most=MOST_PAGES,
                )
            )
        text = "\n\n".join(page.extract_text().strip() for page in reader.pages).strip()
        title = str((reader.metadata.title if reader.metadata else None) or "").strip()
    # What a damaged PDF makes the library stumble over is not foreseen by it either.
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise BadInput(_("This PDF is broken. Please save it again and send the new one.")) from error
    if not text:
        raise BadInput(_("This PDF has no text in it, only pictures. Please send its text."))
    return FoundDocument(title[:LONGEST_TITLE] or otherwise, text)
