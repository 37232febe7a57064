"""An Excel workbook -> its sheets' rows, as they are shown but for the form of numbers that are no dates or shares."""

import re
from collections import Counter
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import zips
from knowledge.importing.left_out import counted
from knowledge.importing.office.office import RELATION, Package
from knowledge.importing.office.xlsx_numbers import Numbers
from knowledge.importing.parts import TextPart
from knowledge.importing.read_results import LeftOut
from knowledge.importing.tables import MOST_COLUMNS, MOST_ROWS
from knowledge.phrases import _

MAIN = "xl/workbook.xml"
_M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COLUMN = re.compile(r"[A-Z]{1,3}")

Rows = list[tuple[int, list[str]]]


def read(data: bytes) -> tuple[list[tuple[str, Rows]], list[LeftOut]]:
    """(sheet's name, numbered rows) for each sheet that is shown. Raises BadInput for a bomb, a broken or large one."""
    package = Package(data)
    try:
        return _read(package)
    except (AttributeError, KeyError, IndexError, TypeError) as error:
        raise zips.broken() from error


def _read(package: Package) -> tuple[list[tuple[str, Rows]], list[LeftOut]]:
    relations = package.relations(MAIN)
    strings = package.xml("xl/sharedStrings.xml")
    shared = [_text(each) for each in strings.findall(_M + "si")] if strings is not None else []
    numbers = Numbers(package.xml("xl/styles.xml"), package.xml(MAIN))
    sheets, left_out = list[tuple[str, Rows]](), Counter[str]()
    for sheet in package.xml(MAIN).iter(_M + "sheet"):
        if sheet.get("state", "visible") != "visible":
            left_out["sheets"] += 1
            continue
        kind, target = relations.get(sheet.get(RELATION + "id", ""), ("", ""))
        root = package.xml(target) if kind == "worksheet" else None
        if root is None:
            left_out["charts"] += 1
            continue
        left_out["pictures"] += sum(1 for _each in root.iter(_M + "drawing"))
        sheets.append((sheet.get("name", ""), _rows(root, shared, numbers)))
    return sheets, counted(left_out)


def _rows(root: Any, shared: list[str], numbers: Numbers) -> Rows:
    rows: Rows = []
    for n, row in enumerate(root.iter(_M + "row"), 1):
        if n > MOST_ROWS:
            raise BadInput(_("This table is too large. At most {rows} rows can be imported at once.", rows=MOST_ROWS))
        cells: list[str] = []
        for cell in row.iter(_M + "c"):
            place = _place(cell.get("r", "")) if cell.get("r") else len(cells)
            text = _cell(cell, shared, numbers)
            if place < MOST_COLUMNS and text:
                cells += [""] * (place + 1 - len(cells))
                cells[place] = text
        if any(cell.strip() for cell in cells):
            rows.append((int(row.get("r", n)), cells))
    return rows


def _place(name: str) -> int:
    place = 0
    found = _COLUMN.match(name)
    for letter in found[0] if found else "A":
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _cell(cell: Any, shared: list[str], numbers: Numbers) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell.find(_M + "is"))
    value = cell.findtext(_M + "v") or ""
    if kind == "s":
        return shared[int(value)] if value else ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind == "e":
        return ""
    return numbers.said(value, cell.get("s", "0")) if kind == "n" else value


def _text(element: Any) -> str:
    """Its runs, without the readings that stand above them (rPh)."""
    runs = [each for each in element.iter(_M + "t") if each.getparent().tag != _M + "rPh"]
    return "".join(each.text or "" for each in runs).replace("_x000D_", "")


def parts_of(name: str, rows: Rows) -> list[TextPart]:
    """A sheet that holds no questions, as a table under its name."""
    return [TextPart(name, 2), TextPart(rows=tuple(tuple(cells) for _n, cells in rows))] if rows else []
