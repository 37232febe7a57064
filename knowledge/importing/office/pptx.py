"""PowerPoint slides -> parts: each slide's title is a heading, what stands on it follows in the order of its shapes.

Elements: ECMA-376, PresentationML and DrawingML.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from knowledge.importing import zips
from knowledge.importing.left_out import counted
from knowledge.importing.office.office import DIAGRAM, DRAWING, RELATION, Package
from knowledge.importing.parts import TextPart
from knowledge.importing.read_results import LeftOut

MAIN = "ppt/presentation.xml"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TITLES = frozenset({"title", "ctrTitle"})
_ON_EACH = frozenset({"dt", "ftr", "sldNum", "hdr"})  # date, foot, number of the slide


def read(data: bytes) -> tuple[str, list[TextPart], list[LeftOut]]:
    """What it calls itself, its parts and what is left out. Raises BadInput for a bomb, or hostile or broken markup."""
    package = Package(data)
    try:
        slides = _Slides(package)
        parts = list(slides.parts())
    # A package that holds no slides inside.
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise zips.broken() from error
    return package.title(), parts, counted(slides.left_out)


# Letters of fonts of signs (Wingdings), which mean nothing elsewhere.
_SIGNS = {0xF000 + n: "" for n in range(256)} | {0xF0E0: "→", 0xF0E8: "→", 0xF0D8: "▸", 0xF0FC: "✓", 0xF0A7: "▪"}


class _Slides:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._relations: dict[str, tuple[str, str]] = {}  # of the slide that is read
        self.left_out: Counter[str] = Counter()

    def parts(self) -> Iterator[TextPart]:
        relations = self._package.relations(MAIN)
        for each in self._package.xml(MAIN).iter(_P + "sldId"):
            _kind, name = relations.get(each.get(RELATION + "id", ""), ("", ""))
            slide = self._package.xml(name)
            if slide is None:
                continue
            if slide.get("show") in {"0", "false"}:
                self.left_out["slides"] += 1
                continue
            self._relations = self._package.relations(name)
            self._count_notes()
            yield from self._slide(slide)

    def _count_notes(self) -> None:
        for kind, target in self._relations.values():
            notes = self._package.xml(target) if kind == "notesSlide" else None
            bodies = [shape for shape in notes.iter(_P + "sp") if _place(shape) == "body"] if notes is not None else []
            said = any("".join(shape.itertext(DRAWING + "t")).strip() for shape in bodies)
            self.left_out["notes"] += said

    def _slide(self, slide: Any) -> Iterator[TextPart]:
        tree = slide.find(f"{_P}cSld/{_P}spTree")
        shapes = list(self._shapes(tree))
        titles = [shape for shape in shapes if _place(shape) in _TITLES]
        for shape in titles:
            if text := " ".join(" ".join(text.split()) for text, _deep in self._paragraphs(shape) if text):
                yield TextPart(text, 2)
        for shape in shapes:
            if shape not in titles:
                yield from self._shape(shape)

    def _shapes(self, tree: Any) -> Iterator[Any]:
        """Groups opened; of two forms of the same thing the one for today's programs."""
        for child in tree:
            if child.tag == _P + "grpSp":
                yield from self._shapes(child)
            elif child.tag == _MC + "AlternateContent":
                chosen = child.find(_MC + "Choice")
                yield from self._shapes(chosen if chosen is not None else child.find(_MC + "Fallback"))
            else:
                yield child

    def _shape(self, shape: Any) -> Iterator[TextPart]:
        if shape.tag == _P + "pic":
            self.left_out["pictures"] += 1
        elif shape.tag == _P + "graphicFrame":
            yield from self._frame(shape)
        elif _place(shape) in _ON_EACH:
            self.left_out["heads"] += 1
        elif shape.tag == _P + "sp":
            said = [(text, deep) for text, deep in self._paragraphs(shape) if text]
            is_list = len(said) > 1
            for text, deep in said:
                yield TextPart(f"{'  ' * deep}{'- ' if is_list and deep else ''}{text}", in_list=is_list)

    def _frame(self, frame: Any) -> Iterator[TextPart]:
        table = next(frame.iter(DRAWING + "tbl"), None)
        if table is not None:
            rows = tuple(tuple(map(self._cell, row.iterfind(DRAWING + "tc"))) for row in table.iter(DRAWING + "tr"))
            if any(any(row) for row in rows):
                yield TextPart(rows=tuple(row for row in rows if any(row)))
            return
        if (diagram := next(frame.iter(DIAGRAM + "relIds"), None)) is not None:
            yield from self._package.diagram(self._relations, diagram)
        else:
            self.left_out["charts" if next(frame.iter(_CHART + "chart"), None) is not None else "objects"] += 1

    def _cell(self, cell: Any) -> str:
        """Its text; what lies below a merged one has none that is shown."""
        if cell.get("hMerge") in {"1", "true"} or cell.get("vMerge") in {"1", "true"}:
            return ""
        return "\n".join(text for text, _deep in self._paragraphs(cell) if text)

    def _paragraphs(self, shape: Any) -> Iterator[tuple[str, int]]:
        """(text, how far it is set in)"""
        for paragraph in shape.iter(DRAWING + "p"):
            properties = paragraph.find(DRAWING + "pPr")
            deep = properties.get("lvl", "0") if properties is not None else "0"
            text = "".join(_texts(paragraph)).strip()
            yield "\n".join(" ".join(line.split()) for line in text.split("\n")), min(int(deep), 8)


def _texts(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in {DRAWING + "t", _MATH + "t"}:
            # Where a line ends inside a title, PowerPoint may keep a vertical tab.
            yield (child.text or "").replace("\v", "\n").replace("_x000B_", "\n").translate(_SIGNS)
        elif child.tag == DRAWING + "br":
            yield "\n"
        elif child.tag == _MC + "AlternateContent":
            chosen = child.find(_MC + "Choice")
            yield from _texts(chosen if chosen is not None else child)
        elif child.tag != DRAWING + "pPr":
            yield from _texts(child)


def _place(shape: Any) -> str:
    """What a shape is for on its slide: a title, a body, the slide's number."""
    holder = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return str(holder.get("type", "body")) if holder is not None else ""
