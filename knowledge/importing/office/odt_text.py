"""What a reader sees in an OpenDocument text: changes accepted, lists with their numbers, tables, notes, boxes.

Elements and attributes: OASIS OpenDocument 1.3, part 3.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.importing.office.docx_numbers import formed
from knowledge.importing.parts import TextPart, flat, nested

_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE = f"{_NS}office:1.0}}", f"{_NS}text:1.0}}", f"{_NS}table:1.0}}"
STYLE, DRAW = f"{_NS}style:1.0}}", f"{_NS}drawing:1.0}}"
FO = f"{_NS}xsl-fo-compatible:1.0}}"
_INDEXES = frozenset(
    TEXT + each
    for each in (
        *("table-of-content", "illustration-index", "table-index", "object-index", "user-index"),
        *("alphabetical-index", "bibliography"),
    )
)
# Deleted text, fields' declarations, readings above letters.
_GONE = frozenset({TEXT + "tracked-changes", TEXT + "ruby-text", TEXT + "note-citation", OFFICE + "forms"})
_UNSEEN = frozenset({TEXT + "hidden-text", TEXT + "hidden-paragraph"})
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
MOST_SPACES = 100
MOST_SPANNED = 100


class DocumentText:
    """Reads `content.xml`. `left_out` counts what has no text that could be read."""

    def __init__(self, content: Any, styles: Any) -> None:
        self._content = content
        self._styles: dict[str, Any] = {}
        self._lists: dict[str, Any] = {}
        for root in (styles, content):
            for each in root.iter(STYLE + "style", TEXT + "list-style") if root is not None else ():
                found = self._lists if each.tag == TEXT + "list-style" else self._styles
                found[each.get(STYLE + "name", "")] = each
        self._counts: dict[tuple[str, int], int] = {}
        self._noted: list[str] = []  # of the paragraph that is read
        self._boxes: list[TextPart] = []
        self._note_count = 0
        self.left_out: Counter[str] = Counter()

    def parts(self) -> list[TextPart]:
        """All of it. Raises ValueError where there is no text inside."""
        body = self._content.find(f"{OFFICE}body/{OFFICE}text")
        if body is None:
            raise ValueError("no text")
        return list(self.blocks(body))

    # Blocks

    def blocks(self, parent: Iterable[Any]) -> Iterator[TextPart]:
        """What is read in these elements, in their order."""
        for child in parent:
            tag = child.tag
            if tag in {TEXT + "p", TEXT + "h"}:
                yield from self._paragraph(child)
            elif tag == TEXT + "list":
                yield from self._list(child, "", 1)
            elif tag == TABLE + "table":
                yield from self._table(child)
            elif tag in _INDEXES:
                lines = (each for each in child.iter(TEXT + "p") if "".join(each.itertext()).strip())
                self.left_out["contents"] += sum(1 for _each in lines)
            elif tag == OFFICE + "annotation":
                self.left_out["comments"] += 1
            elif tag == TEXT + "section" and child.get(TEXT + "display", "true") != "true":
                self.left_out["hidden"] += 1
            elif tag.startswith(DRAW):
                boxes = self._boxes
                self._boxes = []
                "".join(self._drawing(child))
                yield from self._boxes
                self._boxes = boxes
            elif tag not in _GONE:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Any, mark: str = "") -> Iterator[TextPart]:
        style = paragraph.get(TEXT + "style-name", "")
        if self._is_hidden(style):
            self.left_out["hidden"] += 1
            return
        boxes, notes = self._boxes, self._noted
        self._boxes, self._noted = [], []
        text = "".join(self._texts(paragraph)).strip()
        level = self._level(paragraph, style) if text else 0
        strong = bool(text) and not level and self._is_strong(paragraph, style)
        if text:
            text = "\n".join([f"{mark}{text}", *self._noted])
            yield TextPart(text, level, (), strong, bool(mark) and not level)
        yield from self._boxes
        self._boxes, self._noted = boxes, notes

    def _level(self, paragraph: Any, style: str) -> int:
        """Of a heading; the first is left to the document's own title."""
        if any(each.get(STYLE + "name") == "Title" for each in self._chain(style)):
            return 2
        outline = paragraph.get(TEXT + "outline-level", "1")
        return min(int(outline) + 1, 6) if paragraph.tag == TEXT + "h" and outline.isdigit() else 0

    def _chain(self, style: str) -> Iterator[Any]:
        seen = set[str]()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = self._styles[style].get(STYLE + "parent-style-name", "")

    def style(self, name: str, of: str) -> Any:
        """What a style says of something (`of`: its element); None if nothing."""
        return self._styles[name].find(of) if name in self._styles else None

    def _property(self, style: str, name: str) -> str:
        """What a style says of letters, or the ones it is made from."""
        found = (each.find(STYLE + "text-properties") for each in self._chain(style))
        return next((said for each in found if each is not None and (said := each.get(name))), "")

    def _is_hidden(self, style: str) -> bool:
        return self._property(style, TEXT + "display") == "none"

    def _is_strong(self, paragraph: Any, style: str) -> bool:
        own = self._property(style, FO + "font-weight") == "bold"
        spans = [each for each in paragraph.iter(TEXT + "span") if "".join(each.itertext()).strip()]
        said = (paragraph.text or "") + "".join(each.tail or "" for each in paragraph)
        weights = [self._property(each.get(TEXT + "style-name", ""), FO + "font-weight") or own for each in spans]
        return all(each in {True, "bold"} for each in weights) and (own if said.strip() else bool(weights) or own)

    # Text

    def _texts(self, element: Any) -> Iterator[str]:
        yield " ".join((element.text or "").split("\n"))
        for child in element:
            tag = child.tag
            if tag == TEXT + "s":
                count = child.get(TEXT + "c", "1")
                yield " " * (min(int(count), MOST_SPACES) if count.isdigit() else 1)
            elif tag == TEXT + "tab":
                yield " "
            elif tag == TEXT + "line-break":
                yield "\n"
            elif tag == TEXT + "note":
                yield self._note(child)
            elif tag == OFFICE + "annotation":
                self.left_out["comments"] += 1
            elif tag in _UNSEEN or (tag == TEXT + "span" and self._is_hidden(child.get(TEXT + "style-name", ""))):
                self.left_out["hidden"] += 1
            elif tag.startswith(DRAW):
                yield from self._drawing(child)
            elif tag not in _GONE:
                yield from self._texts(child)
            yield " ".join((child.tail or "").split("\n"))

    def _drawing(self, element: Any) -> Iterator[str]:
        """A frame's text is read behind the paragraph it hangs on."""
        tag = element.tag
        if tag == DRAW + "image":
            self.left_out["pictures"] += 1
        elif tag in {DRAW + "object", DRAW + "object-ole", DRAW + "plugin"}:
            self.left_out["objects"] += 1
        elif tag == DRAW + "frame" and (element.find(DRAW + "object") is not None):
            # The picture in it shows the object to programs that cannot.
            self.left_out["objects"] += 1
        elif tag == DRAW + "frame" and (tables := element.findall(TABLE + "table")):
            # Here, too, the picture in it shows the same.
            self._boxes += self.blocks(tables)
        elif element.find(TEXT + "p") is not None or element.find(TEXT + "list") is not None:
            outside, self._boxes = self._boxes, []
            inside = list(self.blocks(element))
            self._boxes = [*outside, *inside, *self._boxes]
        else:
            for child in element:
                yield from self._drawing(child)

    def _note(self, note: Any) -> str:
        body = note.find(TEXT + "note-body")
        if body is None:
            return ""
        self._note_count += 1
        mark = f"[{self._note_count}]"
        said = " ".join(flat(part) for part in self.blocks(body))
        self._noted.append(f"{mark} {said}")
        return mark

    # Lists

    def _list(self, element: Any, style: str, level: int) -> Iterator[TextPart]:
        style = element.get(TEXT + "style-name", style)
        goes_on = element.get(TEXT + "continue-numbering") == "true" or element.get(TEXT + "continue-list")
        if not goes_on:
            self._counts[style, level] = self._start(style, level) - 1
        for item in element:
            if item.tag not in {TEXT + "list-item", TEXT + "list-header"}:
                continue
            mark = self._mark(item, style, level) if item.tag == TEXT + "list-item" else ""
            for child in item:
                if child.tag == TEXT + "list":
                    yield from self._list(child, style, level + 1)
                elif child.tag in {TEXT + "p", TEXT + "h"}:
                    for part in self._paragraph(child, mark):
                        yield part
                        mark = ""
                else:
                    yield from self.blocks([child])

    def _look(self, style: str, level: int) -> Any:
        looks = self._lists.get(style, ())
        return next((each for each in looks if each.get(TEXT + "level") == str(level)), None)

    def _start(self, style: str, level: int) -> int:
        look = self._look(style, level)
        start = look.get(TEXT + "start-value", "1") if look is not None else "1"
        return int(start) if start.isdigit() else 1

    def _mark(self, item: Any, style: str, level: int) -> str:
        """What stands before an item: its number in its form, or a dash; nothing if its paragraphs are headings."""
        own = item.get(TEXT + "start-value", "")
        count = int(own) if own.isdigit() else self._counts.get((style, level), 0) + 1
        self._counts[style, level] = count
        look = self._look(style, level)
        form = look.get(STYLE + "num-format", "") if look is not None else ""
        if item.find(TEXT + "h") is not None and not form:
            return ""
        if form not in _FORMS:
            return "- "
        before, behind = look.get(STYLE + "num-prefix", ""), look.get(STYLE + "num-suffix", "")
        return f"{before}{formed(count, _FORMS[form])}{behind} "

    # Tables

    def _table(self, table: Any) -> Iterator[TextPart]:
        rows = [self._cells(row) for row in rows_of(table)]
        if sum(len(row) for row in rows) == 1:
            # One cell is a frame around what stands in it.
            yield from next(row for row in rows if row)[0]
            return
        plain = tuple(tuple(" ".join(map(flat, cell)) for cell in row) for row in rows)
        if any(any(row) for row in plain):
            yield TextPart(rows=tuple(row for row in plain if any(row)))

    def _cells(self, row: Any) -> list[list[TextPart]]:
        """Each cell's parts; what lies below a merged one is empty."""
        found: list[list[TextPart]] = []
        for cell in row:
            if cell.tag == TABLE + "table-cell":
                found.append([nested(part) for part in self.blocks(cell)])
                again = cell.get(TABLE + "number-columns-repeated", "1")
                if again.isdigit() and found[-1]:
                    found += [found[-1]] * min(int(again) - 1, MOST_SPANNED)
            elif cell.tag == TABLE + "covered-table-cell":
                found.append([])
        return found


def rows_of(table: Any) -> Iterator[Any]:
    """Its rows, also those that are grouped."""
    for child in table:
        if child.tag == TABLE + "table-row":
            yield child
        elif child.tag in {TABLE + "table-header-rows", TABLE + "table-rows", TABLE + "table-row-group"}:
            yield from rows_of(child)
