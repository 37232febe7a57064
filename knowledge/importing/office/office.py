"""Office files (docx, pptx, xlsx, odt): zips of XML, checked before anything in them is read (S35, S36)."""

import io
import posixpath
import zipfile
from collections.abc import Mapping
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import markup, zips
from knowledge.importing.parts import TextPart
from knowledge.phrases import _

MARKUP = (".xml", ".rels")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# Signatures and lists of an OpenDocument's files; old ones name document types.
MANIFEST = "META-INF/"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """The parts of one. Raises BadInput for a bomb, or hostile or broken markup."""

    def __init__(self, data: bytes) -> None:
        zips.check(data)
        self._parsed: dict[str, Any] = {}
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self.names = archive.namelist()
                self._xml = {name: archive.read(name) for name in self.names if name.lower().endswith(MARKUP)}
        except zips.BROKEN as error:
            raise zips.broken() from error
        manifests = [self._xml.pop(name) for name in self.names if name.startswith(MANIFEST) and name in self._xml]
        # OpenDocument 1.3, part 2: files that are encrypted are described in the manifest, not in the zip.
        if any(b"encryption-data" in manifest for manifest in manifests):
            raise BadInput(_("This file is locked by a password. Please send it without one."))
        # LibreOffice leaves files for its tool bars that are empty.
        self._xml = {name: content for name, content in self._xml.items() if content.strip()}
        for content in self._xml.values():
            markup.check(content)

    def xml(self, name: str) -> Any:
        """The root element of a part, None where there is no such part."""
        from lxml import etree

        if name not in self._xml:
            return None
        if name not in self._parsed:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
            self._parsed[name] = etree.fromstring(self._xml[name], parser)
        return self._parsed[name]

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Of a part: id -> (the last word of its type, the name of the part it leads to)."""
        folder, file = posixpath.split(name)
        root = self.xml(f"{folder}/_rels/{file}.rels")
        if root is None:
            return {}
        return {
            each.get("Id", ""): (
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join(folder, each.get("Target", ""))).lstrip("/")
                if not each.get("Target", "").startswith("/")
                else each.get("Target", "")[1:],
            )
            for each in root.iter(_RELATIONSHIP)
        }

    def title(self) -> str:
        """What the file calls itself."""
        roots = (self.xml("docProps/core.xml"), self.xml("meta.xml"))
        root = next((each for each in roots if each is not None), None)
        found = root.find(".//{http://purl.org/dc/elements/1.1/}title") if root is not None else None
        return " ".join((found.text or "").split()) if found is not None else ""

    def diagram(self, relations: Mapping[str, tuple[str, str]], element: Any) -> list[TextPart]:
        """The words of a SmartArt that stands in an element (`dgm:relIds`) of a part with these relations."""
        _kind, target = relations.get(element.get(RELATION + "dm", ""), ("", ""))
        root = self.xml(target)
        texts = [text.strip() for text in root.itertext(DRAWING + "t")] if root is not None else []
        return [TextPart(text, in_list=True) for text in texts if text]
