"""Rich text (RTF) -> its parts. What is to be skipped, how bytes become letters: Rich Text Format 1.9.1.

No library reads it with code pages by font, tables and what stands out; this reads just what a text is made of.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from knowledge.errors import BadInput
from knowledge.importing.left_out import counted
from knowledge.importing.parts import TextPart
from knowledge.importing.read_results import LeftOut
from knowledge.phrases import _

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)", re.S
)
# Groups that are no text of the document, beside all that are marked with \*.
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf "
    b"fldinst annotation atnid atnauthor listtable listoverridetable revtbl rsidtbl generator themedata datastore "
    b"xmlnstbl sp nonshppict bkmkstart bkmkend txfieldtext tc xe filetbl pgdsctbl latentstyles ud nonesttables "
    b"background".split()
)
_SHOWN = frozenset(b"shpinst shptxt nesttableprops".split())  # marked with \*, and text all the same
_COUNTED = {b"pict": "pictures", b"object": "objects", b"annotation": "comments"}
_SIGNS = {
    b"tab": " ", b"line": "\n", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
    b"endash": "–", b"emdash": "—", b"emspace": " ", b"enspace": " ", b"~": " ", b"_": "-", b"\t": " ",
}  # fmt: skip
_ENDS = frozenset(b"par sect page \r \n".split(b" "))
# \fcharsetN -> Python's name of the code page.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_PAGES = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
_MULTIBYTE = frozenset({"cp932", "cp949", "gbk", "cp936", "big5", "cp950", "johab"})
MOST_GROUPS = 1_000


@dataclass(frozen=True)
class _State:
    """What holds inside a group, and ends with it."""

    skipped: bool = False
    destination: bytes = b""
    font: int = -1
    bold: bool = False
    hidden: bool = False
    unicode_skip: int = 1  # characters that stand for a \uN in old programs


@dataclass
class _Line:
    """The paragraph that is read."""

    text: str = ""
    strong: list[bool] = field(default_factory=list)
    level: int = 0
    in_table: bool = False


def read(data: bytes) -> tuple[str, list[TextPart], list[LeftOut]]:
    """What it calls itself, its parts and what is left out. Raises BadInput for a broken one."""
    text = _RichText()
    parts = text.parts(data)
    return text.title.strip(), parts, counted(text.left_out)


class _RichText:
    def __init__(self) -> None:
        self.title = ""
        self.left_out: Counter[str] = Counter()
        self._state = _State()
        self._codec = "cp1252"
        self._fonts: dict[int, int] = {}  # \fN -> \fcharsetN
        self._levels: dict[int, int] = {}  # \sN -> its place among headings
        self._style = -1
        self._bytes = b""  # of one code page, not letters yet
        self._to_skip = 0
        self._surrogate = 0
        self._line = _Line()
        self._parts: list[TextPart] = []
        self._cell: list[str] = []
        self._row: list[str] = []
        self._rows: list[tuple[str, ...]] = []

    def parts(self, data: bytes) -> list[TextPart]:
        groups: list[_State] = []
        marked, place = False, 0
        while found := _TOKEN.match(data, place):
            place = found.end()
            word, number, code, sign, brace, plain = found.groups()
            if brace:
                self._flush()
                self._group(groups, brace)
                marked = False
            elif code:
                self._add(bytes([int(code, 16)]))
            elif plain:
                self._add(plain)
            elif sign == b"*":
                marked = True
            elif sign is not None and sign in b"\\{}":
                self._add(sign)
            elif (name := word or sign) == b"bin":
                place += max(int(number or 0), 0)
            elif name:
                self._word(name, int(number) if number else None, marked=marked)
                marked = False
        self._flush()
        self._end_paragraph()
        self._end_table()
        return self._parts

    def _group(self, groups: list[_State], brace: bytes) -> None:
        if brace == b"{":
            if len(groups) >= MOST_GROUPS:
                raise BadInput(_("This file is nested too deeply to be read."))
            groups.append(self._state)
        elif groups:
            if self._state.destination == b"footnote" and groups[-1].destination != b"footnote":
                self._line.text += ") "
            self._state = groups.pop()

    # Letters

    def _add(self, data: bytes) -> None:
        if self._to_skip:
            gone = min(self._to_skip, len(data))
            self._to_skip -= gone
            data = data[gone:]
        self._bytes += data

    def _flush(self) -> None:
        """What was gathered becomes letters, in the code page of its font."""
        data, self._bytes = self._bytes, b""
        self._to_skip = 0 if data else self._to_skip
        if data:
            self._say(self._decoded(data))

    def _decoded(self, data: bytes) -> str:
        charset = self._fonts.get(self._state.font, 1)
        own = _CHARSETS.get(charset, self._codec)
        # A font for western letters may carry bytes of the file's own code page, or be what it says.
        for codec in (own, "cp1252") if charset == 0 and own in _MULTIBYTE else (own,):
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                continue
        return data.decode("cp1252" if charset == 0 else own, "replace")

    def _say(self, text: str) -> None:
        state = self._state
        if state.destination == b"title":
            self.title += text
        elif state.skipped:
            return
        elif state.hidden:
            self.left_out["hidden"] += bool(text.strip())
        else:
            if text.strip():
                self._line.strong.append(state.bold)
            self._line.text += text

    def _unicode(self, number: int) -> None:
        """\\uN, a signed unit of UTF-16."""
        self._flush()
        unit = number & 0xFFFF
        if 0xD800 <= unit < 0xDC00:
            self._surrogate = unit
        elif 0xDC00 <= unit < 0xE000:
            if self._surrogate:
                self._say(chr(0x10000 + ((self._surrogate - 0xD800) << 10) + unit - 0xDC00))
            self._surrogate = 0
        else:
            self._say(chr(unit))
        self._to_skip = self._state.unicode_skip

    # Words

    def _word(self, name: bytes, number: int | None, *, marked: bool) -> None:
        if name == b"u" and number is not None:
            self._unicode(number)
            return
        self._flush()
        self._to_skip = 0
        if name in _SKIPPED or (marked and name not in _SHOWN) or name in {b"title", b"footnote"}:
            self._enter(name)
        elif name in _SIGNS:
            self._say(_SIGNS[name])
        elif not self._state.skipped:
            self._place(name, number)
        self._format(name, number)

    def _enter(self, name: bytes) -> None:
        outside = self._state
        # Word writes a picture twice: for today's programs (shppict) and for old ones.
        if name in _COUNTED and (not outside.skipped or outside.destination == b"shppict"):
            self.left_out[_COUNTED[name]] += 1
        if not outside.skipped and name.startswith((b"header", b"footer")):
            self.left_out["heads"] += 1
        is_text = name == b"footnote" and not outside.skipped
        self._state = replace(outside, skipped=outside.skipped or not is_text, destination=name)
        if is_text:
            self._line.text += " ("

    def _place(self, name: bytes, number: int | None) -> None:
        """Words that end something, or say where it stands."""
        if name in _ENDS and self._state.destination != b"footnote":
            self._end_paragraph()
        elif name == b"intbl":
            self._line.in_table = True
        elif name == b"pard":
            self._line.in_table, self._line.level = False, 0
        elif name == b"s" and number is not None:
            self._line.level = self._levels.get(number, 0)
        elif name == b"outlinelevel" and number is not None:
            self._line.level = min(number + 2, 6) if number < 9 else 0
        elif name in {b"cell", b"nestcell"}:
            self._end_cell()
        elif name in {b"row", b"nestrow"}:
            self._rows.append(tuple(self._row))
            self._row = []

    def _format(self, name: bytes, number: int | None) -> None:
        """Words about letters."""
        state, is_on = self._state, number != 0
        if name == b"f" and number is not None:
            self._state = replace(state, font=number)
        elif name == b"b":
            self._state = replace(state, bold=is_on)
        elif name == b"plain":
            self._state = replace(state, bold=False, hidden=False)
        elif name in {b"v", b"deleted"}:
            self._state = replace(state, hidden=is_on)
        elif name == b"uc" and number is not None:
            self._state = replace(state, unicode_skip=max(number, 0))
        else:
            self._define(name, number)

    def _define(self, name: bytes, number: int | None) -> None:
        """Words of the tables at the file's head: fonts, styles, code pages."""
        state = self._state
        if name == b"fcharset" and number is not None:
            self._fonts.setdefault(state.font, number)
        elif name == b"ansicpg" and number:
            self._codec = _codec(number) or self._codec
        elif name in _PAGES:
            self._codec = _PAGES[name]
        elif state.destination == b"stylesheet" and name == b"s" and number is not None:
            self._style = number
        elif state.destination == b"stylesheet" and name == b"outlinelevel" and number is not None and number < 9:
            self._levels[self._style] = min(number + 2, 6)

    # Parts

    def _end_paragraph(self) -> None:
        line = self._line
        self._line = _Line(level=line.level, in_table=line.in_table)
        text = "\n".join(" ".join(each.split()) for each in line.text.split("\n")).strip()
        if line.in_table:
            self._cell.append(text)
            return
        self._end_table()
        if text:
            strong = not line.level and all(line.strong)
            self._parts.append(TextPart(text, line.level, (), strong, _is_item(text)))

    def _end_cell(self) -> None:
        said = [*self._cell, " ".join(self._line.text.split())]
        self._row.append("\n".join(each for each in said if each))
        self._cell, self._line = [], _Line(in_table=True)

    def _end_table(self) -> None:
        if self._row:
            self._rows.append(tuple(self._row))
        if rows := tuple(row for row in self._rows if any(row)):
            self._parts.append(TextPart(rows=rows))
        self._rows, self._row = [], []
        if said := "\n".join(each for each in self._cell if each):
            self._parts.append(TextPart(said))
        self._cell = []


def _is_item(text: str) -> bool:
    return bool(re.match(r"(?:[-•·*]|[0-9A-Za-z]{1,3}[.)])\s", text))


def _codec(page: int) -> str:
    name = {932: "cp932", 936: "gbk", 949: "cp949", 950: "big5", 10000: "mac_roman", 65001: "utf-8"}.get(page)
    try:
        b"".decode(name or f"cp{page}")
    except LookupError:
        return ""
    return name or f"cp{page}"
