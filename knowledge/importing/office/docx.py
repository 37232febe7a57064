"""A Word document -> its parts, and what of it could not be read."""

from knowledge.importing import zips
from knowledge.importing.left_out import counted
from knowledge.importing.office.docx_text import WordText
from knowledge.importing.office.office import Package
from knowledge.importing.parts import TextPart
from knowledge.importing.read_results import LeftOut

MAIN = "word/document.xml"


def read(data: bytes) -> tuple[str, list[TextPart], list[LeftOut]]:
    """What it calls itself, its parts and what is left out. Raises BadInput for a bomb, or hostile or broken markup."""
    package = Package(data)
    try:
        text = WordText(package, MAIN)
        parts = text.parts()
    # A package that is no Word document inside.
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise zips.broken() from error
    return package.title(), parts, counted(text.left_out)
