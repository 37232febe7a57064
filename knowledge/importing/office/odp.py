"""OpenDocument slides (LibreOffice Impress) -> parts: each slide's title is a heading, what stands on it follows.

Elements and attributes: OASIS OpenDocument 1.3, part 3, chapters 10 and 16.
"""

from collections.abc import Iterator
from typing import Any

from knowledge.importing import zips
from knowledge.importing.left_out import counted
from knowledge.importing.office.odt_text import DRAW, OFFICE, STYLE, DocumentText
from knowledge.importing.office.office import Package
from knowledge.importing.parts import TextPart, flat
from knowledge.importing.read_results import LeftOut

MAIN = "content.xml"
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_ON_EACH = frozenset({"date-time", "footer", "header", "page-number"})


def read(data: bytes) -> tuple[str, list[TextPart], list[LeftOut]]:
    """What it calls itself, its parts and what is left out. Raises BadInput for a locked, hostile or broken one."""
    package = Package(data)
    try:
        slides = _Slides(package)
        parts = list(slides.parts())
    # A package that holds no slides inside.
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise zips.broken() from error
    return package.title(), parts, counted(slides.text.left_out)


class _Slides:
    def __init__(self, package: Package) -> None:
        self._content = package.xml(MAIN)
        self.text = DocumentText(self._content, package.xml("styles.xml"))

    def parts(self) -> Iterator[TextPart]:
        for slide in self._content.find(f"{OFFICE}body/{OFFICE}presentation").iterfind(DRAW + "page"):
            look = self.text.style(slide.get(DRAW + "style-name", ""), STYLE + "drawing-page-properties")
            if look is not None and look.get(PRESENTATION + "visibility") == "hidden":
                self.text.left_out["slides"] += 1
                continue
            yield from self._slide(slide)

    def _slide(self, slide: Any) -> Iterator[TextPart]:
        others = list[Any]()
        for shape in slide:
            kind = shape.get(PRESENTATION + "class", "")
            if shape.tag == PRESENTATION + "notes":
                self.text.left_out["notes"] += _is_said(shape)
            elif kind in _ON_EACH:
                self.text.left_out["heads"] += 1
            elif kind == "title":
                if title := " ".join(" ".join(flat(part).split()) for part in self.text.blocks([shape])):
                    yield TextPart(title, 2)
            else:
                others.append(shape)
        yield from self.text.blocks(others)


def _is_said(notes: Any) -> bool:
    frames = (each for each in notes.iter(DRAW + "frame") if each.get(PRESENTATION + "class") == "notes")
    return any("".join(each.itertext()).strip() for each in frames)
