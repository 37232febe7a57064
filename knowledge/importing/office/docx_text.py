"""What a reader sees in Word with all changes accepted: text, boxes, lists with their numbers, tables, notes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from knowledge.importing.office.docx_numbers import BULLET, ListNumbers, W, value
from knowledge.importing.office.office import DIAGRAM, DRAWING, Package
from knowledge.importing.parts import TextPart, flat, nested

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# With changes accepted these are gone.
GONE = frozenset({W + "del", W + "moveFrom", W + "delText", W + "delInstrText", W + "instrText", W + "rPr", W + "pPr"})
_SIGNS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "softHyphen": ""}
_NOTES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
_PICTURES = frozenset({DRAWING + "blip", "{urn:schemas-microsoft-com:vml}imagedata"})


class WordText:
    """Reads a package's main part. `left_out` counts what has no text that could be read."""

    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._relations = package.relations(main)
        self._root = package.xml(main)
        self._styles = {each.get(W + "styleId"): each for each in self._found("styles").iter(W + "style")}
        self._default = next((key for key, each in self._styles.items() if _is_default(each)), "")
        self._numbers = ListNumbers(self._part("numbering"))
        self._note_texts = {
            kind: {each.get(W + "id"): each for each in self._found(f"{kind}s").iter(W + kind)}
            for kind in _NOTES.values()
        }
        self._noted: list[str] = []  # of the paragraph that is read
        self._boxes: list[TextPart] = []
        self._count = 0
        self.left_out: Counter[str] = Counter()

    def parts(self) -> list[TextPart]:
        """All of it. Raises ValueError where there is no document inside."""
        body = self._root.find(W + "body")
        if body is None:
            raise ValueError("no body")
        self._count_beside()
        return list(self._blocks(body))

    def _part(self, kind: str) -> Any:
        name = next((target for is_kind, target in self._relations.values() if is_kind == kind), "")
        return self._package.xml(name)

    def _found(self, kind: str) -> Any:
        root = self._part(kind)
        return root if root is not None else self._root.makeelement("none")

    def _count_beside(self) -> None:
        for kind, target in self._relations.values():
            root = self._package.xml(target) if kind in {"header", "footer", "comments"} else None
            if root is not None and "".join(root.itertext(W + "t")).strip():
                self.left_out["comments" if kind == "comments" else "heads"] += 1
            if kind in {"chart", "aFChunk"}:
                self.left_out["charts" if kind == "chart" else "files"] += 1

    # Blocks

    def _blocks(self, parent: Any) -> Iterator[TextPart]:
        kept = ""  # of a paragraph whose end was deleted: it goes on in the next one
        for child in parent:
            if child.tag == W + "p":
                part = self._paragraph(child)
                if child.find(f"{W}pPr/{W}rPr/{W}del") is not None:
                    kept += part.text
                    continue
                if kept:
                    part = TextPart(kept + part.text, part.level, (), part.strong, part.in_list)
                    kept = ""
                yield from self._with_notes(part)
            elif child.tag == W + "tbl":
                yield from self._table(child)
            elif child.tag not in GONE:
                yield from self._blocks(child)
        if kept:
            yield TextPart(kept)

    def _with_notes(self, part: TextPart) -> Iterator[TextPart]:
        boxes, notes = self._boxes, self._noted
        self._boxes, self._noted = [], []
        if part.text:
            yield TextPart("\n".join([part.text, *notes]), part.level, (), part.strong, part.in_list)
        elif notes:
            yield TextPart("\n".join(notes))
        yield from boxes

    def _paragraph(self, paragraph: Any) -> TextPart:
        properties = paragraph.find(W + "pPr")
        style = value(properties, "pStyle") or self._default if properties is not None else self._default
        text = "".join(self._texts(paragraph)).strip()
        if self._name(style).startswith("toc ") and text:
            self.left_out["contents"] += 1
            return TextPart()
        level = self._heading(style, properties)
        number = self._number(style, properties) if text else ""
        if number:
            text = f"{number}{'' if number == BULLET else ' '}{text}"
        is_strong = not level and bool(text) and self._is_strong(paragraph)
        return TextPart(text, level, (), is_strong, bool(number) and not level)

    def _name(self, style: str) -> str:
        return (value(self._styles.get(style), "name") or "").lower()

    def _chain(self, style: str) -> Iterator[Any]:
        seen = set[str]()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = value(self._styles[style], "basedOn") or ""

    def _heading(self, style: str, properties: Any) -> int:
        """Its level; the first is left to the document's own title."""
        if self._name(style) == "title":
            return 2
        for holder in (properties, *(each.find(W + "pPr") for each in self._chain(style))):
            outline = value(holder, "outlineLvl")
            if outline is not None:
                return min(int(outline) + 2, 6) if int(outline) < 9 else 0
        for each in self._chain(style):
            name = (value(each, "name") or "").lower()
            if name.startswith("heading ") and name[8:9].isdigit():
                return min(int(name[8:9]) + 1, 6)
        return 0

    def _number(self, style: str, properties: Any) -> str:
        own = properties.find(W + "numPr") if properties is not None else None
        number, level = value(own, "numId"), value(own, "ilvl")
        if number is None:
            for each in self._chain(style):
                of_style = each.find(f"{W}pPr/{W}numPr")
                if (number := value(of_style, "numId")) is not None:
                    level = level or value(of_style, "ilvl")
                    level = level or str(self._numbers.level_of(each.get(W + "styleId"), number))
                    break
        return self._numbers.next(number, int(level or 0)) if number and number != "0" else ""

    def _is_strong(self, paragraph: Any) -> bool:
        runs = [run for run in paragraph.iter(W + "r") if "".join(run.itertext(W + "t")).strip()]
        return bool(runs) and all(_is_on(run.find(f"{W}rPr/{W}b")) for run in runs)

    # Text

    def _texts(self, element: Any) -> Iterator[str]:  # noqa: C901 (one case for each element Word has)
        for child in element:
            tag = child.tag
            if tag == W + "t" or tag == _MATH + "t":
                yield child.text or ""
            elif tag in _SIGNS:
                yield _SIGNS[tag] if child.get(W + "type") != "page" else ""
            elif tag in _NOTES:
                yield self._note(child.get(W + "id"), _NOTES[tag])
            elif tag == W + "r" and _is_on(child.find(f"{W}rPr/{W}vanish")):
                self.left_out["hidden"] += 1
            elif tag == W + "ruby":
                yield from self._texts(child.find(W + "rubyBase"))
            elif tag == _MC + "AlternateContent":
                chosen = child.find(_MC + "Choice")
                yield from self._texts(chosen if chosen is not None else child.find(_MC + "Fallback"))
            elif tag == W + "txbxContent":
                yield from self._box(child)
            elif tag in _PICTURES:
                self.left_out["pictures"] += 1
            elif tag == DIAGRAM + "relIds":
                self._boxes += self._package.diagram(self._relations, child)
            elif tag == W + "object":
                self.left_out["objects"] += 1
            elif tag not in GONE:
                yield from self._texts(child)

    def _note(self, number: str, kind: str) -> str:
        note = self._note_texts[kind].get(number)
        if note is None:
            return ""
        self._count += 1
        mark = f"[{self._count}]"
        outside, self._noted = self._noted, []
        said = " ".join(flat(part) for part in self._blocks(note))
        self._noted = [*outside, f"{mark} {said}"]
        return mark

    def _box(self, content: Any) -> Iterator[str]:
        """A text box is read behind the paragraph it hangs on."""
        outside, self._boxes = self._boxes, []
        inside = list(self._blocks(content))
        self._boxes = outside + inside
        yield ""

    # Tables

    def _table(self, table: Any) -> Iterator[TextPart]:
        rows = [cells for row in self._rows(table) if (cells := self._cells(row))]
        if sum(len(row) for row in rows) == 1:
            # One cell is a frame around what stands in it.
            yield from rows[0][0]
            return
        plain = tuple(tuple(" ".join(map(flat, cell)) for cell in row) for row in rows)
        if any(any(row) for row in plain):
            yield TextPart(rows=plain)

    def _rows(self, table: Any) -> Iterator[Any]:
        for child in table:
            if child.tag == W + "tr":
                if child.find(f"{W}trPr/{W}del") is None:
                    yield child
            elif child.tag not in GONE:
                yield from self._rows(child)

    def _cells(self, row: Any) -> list[list[TextPart]]:
        """Each cell's parts; one merged with the cell above it is empty, for its text stands there."""
        found: list[list[TextPart]] = []
        for child in row:
            if child.tag == W + "tc":
                merged = child.find(f"{W}tcPr/{W}vMerge")
                goes_on = merged is not None and merged.get(W + "val", "continue") == "continue"
                found.append([] if goes_on else [nested(part) for part in self._blocks(child)])
            elif child.tag in {W + "sdt", W + "sdtContent", W + "ins", W + "customXml"}:
                found += self._cells(child)
        return found


def _is_default(style: Any) -> bool:
    return style.get(W + "default") in {"1", "true"} and style.get(W + "type") == "paragraph"


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(W + "val", "1") not in {"0", "false", "off"}
