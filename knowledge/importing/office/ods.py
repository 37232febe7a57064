"""An OpenDocument spreadsheet (LibreOffice Calc) -> its sheets' rows, each cell as it is shown.

Elements and attributes: OASIS OpenDocument 1.3, part 3, chapter 9.
"""

from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import zips
from knowledge.importing.left_out import counted
from knowledge.importing.office.odt_text import DRAW, OFFICE, STYLE, TABLE, DocumentText, rows_of
from knowledge.importing.office.office import Package
from knowledge.importing.office.xlsx import Rows
from knowledge.importing.parts import flat
from knowledge.importing.read_results import LeftOut
from knowledge.importing.tables import MOST_COLUMNS, MOST_ROWS
from knowledge.phrases import _

MAIN = "content.xml"


def read(data: bytes) -> tuple[list[tuple[str, Rows]], list[LeftOut]]:
    """(sheet's name, numbered rows) for each sheet that is shown. Raises BadInput for a locked, hostile, broken or
    large one.
    """
    package = Package(data)
    try:
        workbook = _Workbook(package)
        sheets = workbook.sheets()
    # A package that holds no tables inside.
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise zips.broken() from error
    return sheets, counted(workbook.text.left_out)


class _Workbook:
    def __init__(self, package: Package) -> None:
        self._content = package.xml(MAIN)
        self.text = DocumentText(self._content, package.xml("styles.xml"))

    def sheets(self) -> list[tuple[str, Rows]]:
        found = list[tuple[str, Rows]]()
        for sheet in self._content.find(f"{OFFICE}body/{OFFICE}spreadsheet").iterfind(TABLE + "table"):
            look = self.text.style(sheet.get(TABLE + "style-name", ""), STYLE + "table-properties")
            if look is not None and look.get(TABLE + "display") == "false":
                self.text.left_out["sheets"] += 1
                continue
            # What lies on a sheet stands beside its rows; in a frame may be a chart.
            self.text.left_out["pictures"] += sum(1 for _each in sheet.iter(DRAW + "frame"))
            found.append((sheet.get(TABLE + "name", ""), self._rows(sheet)))
        return found

    def _rows(self, sheet: Any) -> Rows:
        rows, n = Rows(), 0
        for row in rows_of(sheet):
            again = _times(row, "rows")
            cells = self._cells(row)
            if any(cell.strip() for cell in cells):
                if len(rows) + again > MOST_ROWS:
                    raise BadInput(
                        _("This table is too large. At most {rows} rows can be imported at once.", rows=MOST_ROWS)
                    )
                rows += [(n + each, cells) for each in range(1, again + 1)]
            n += again
        return rows

    def _cells(self, row: Any) -> list[str]:
        """Those up to the last that is filled; empty ones are repeated up to the end of the sheet."""
        cells: list[str] = []
        for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
            # What a merged cell covers is there, but not shown.
            is_shown = cell.tag == TABLE + "table-cell"
            said = "\n".join(filter(None, map(flat, self.text.blocks(cell)))) if is_shown else ""
            cells += [said] * min(_times(cell, "columns"), MOST_COLUMNS - len(cells))
        while cells and not cells[-1].strip():
            cells.pop()
        return cells


def _times(element: Any, what: str) -> int:
    again = element.get(f"{TABLE}number-{what}-repeated", "1")
    return int(again) if again.isdigit() else 1
