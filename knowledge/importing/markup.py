"""XML that may be read: no document types, no entities, no towers of elements (S36)."""

from xml.sax import SAXException  # its names only: defusedxml does the reading
from xml.sax.handler import ContentHandler

from knowledge.errors import BadInput
from knowledge.phrases import _

DEEPEST = 200


class _Depth(ContentHandler):
    """Follows how deep the elements go, and stops where nothing honest goes."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802 (xml.sax's name)
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadInput(_("This file is nested too deeply to be read."))

    def endElement(self, name: str) -> None:  # noqa: N802
        self._depth -= 1


def check(data: bytes) -> None:
    """Raises BadInput for XML that is broken or that attacks its reader."""
    from defusedxml import DefusedXmlException
    from defusedxml.sax import parseString

    try:
        parseString(data, _Depth(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadInput(
            _("This file defines its own XML entities, which no document needs. It was not read.")
        ) from error
    except SAXException as error:
        raise BadInput(_("The XML in this file is broken. Please save it again and send the new one.")) from error
