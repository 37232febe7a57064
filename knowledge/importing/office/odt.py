"""An OpenDocument text (LibreOffice Writer) -> its parts, and what of it could not be read."""

from knowledge.importing import zips
from knowledge.importing.left_out import counted
from knowledge.importing.office.odt_text import DocumentText
from knowledge.importing.office.office import Package
from knowledge.importing.parts import TextPart
from knowledge.importing.read_results import LeftOut

MAIN = "content.xml"


def read(data: bytes) -> tuple[str, list[TextPart], list[LeftOut]]:
    """What it calls itself, its parts and what is left out. Raises BadInput for a locked, hostile or broken one."""
    package = Package(data)
    try:
        text = DocumentText(package.xml(MAIN), package.xml("styles.xml"))
        parts = text.parts()
    # A package that is no text inside.
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise zips.broken() from error
    return package.title(), parts, counted(text.left_out)
