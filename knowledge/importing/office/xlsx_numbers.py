"""A workbook's numbers as they are shown, where they are something else than a number: dates, times, shares.

Formats: ECMA-376, SpreadsheetML, numFmts; those with fixed numbers are in 18.8.30.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DATES = frozenset({*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58})
_TIMES = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56})
_BOTH = 22
_SHARES = frozenset({9, 10})
# What a format says in letters of its own, and what it says of colours, conditions and places; [h] counts hours on.
_SAID = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_FIRST_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^";\\])*')
LAST_DAY = 2_958_466  # 31 December 9999 and a day


class Numbers:
    """Says a cell's number by its style."""

    def __init__(self, styles: Any, workbook: Any) -> None:
        formats = {each.get("numFmtId"): each.get("formatCode", "") for each in _all(styles, "numFmt")}
        cells = styles.find(_M + "cellXfs") if styles is not None else None
        ids = [each.get("numFmtId", "0") for each in cells] if cells is not None else []
        self._kinds = [_kind(each, formats.get(each, "")) for each in ids]
        properties = workbook.find(_M + "workbookPr")
        is_mac = properties is not None and properties.get("date1904") in {"1", "true"}
        self._zero = datetime(1904, 1, 1, tzinfo=UTC) if is_mac else datetime(1899, 12, 30, tzinfo=UTC)

    def said(self, value: str, style: str) -> str:
        """The number as text: 2026-04-01, 09:30, 10%; any other as it is stored."""
        kind = self._kinds[int(style)] if style.isdigit() and int(style) < len(self._kinds) else ""
        try:
            number = float(value)
        except ValueError:
            return value
        if kind == "%":
            return f"{round(number * 100, 4):g}%"
        if not kind or not 0 <= number < LAST_DAY:
            return value
        return self._moment(number, kind)

    def _moment(self, days: float, kind: str) -> str:
        if kind == "elapsed":
            minutes = round(days * 24 * 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        # Excel counts a 29 February 1900 that never was.
        shift = 1 if self._zero.year == 1899 and 1 <= days < 60 else 0
        moment = self._zero + timedelta(days=int(days) + shift, seconds=round(days % 1 * 86_400))
        if days < 1 or kind == "time":
            return _time(moment)
        day = f"{moment:%Y-%m-%d}" if kind != "月日" else f"{moment.month}月{moment.day}日"
        return f"{day} {_time(moment)}" if kind == "both" or (kind == "date" and days % 1 > 0.00001) else day


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _all(root: Any, name: str) -> list[Any]:
    return list(root.iter(_M + name)) if root is not None else []


def _kind(number: str, code: str) -> str:
    """What a format shows: a date, a time, both, a time that goes on beyond a day, a share of a hundred, or none."""
    if not code:
        known = int(number) if number.isdigit() else 0
        return (
            "date" if known in _DATES else "both" if known == _BOTH else "elapsed" if known == 46
            else "time" if known in _TIMES else "%" if known in _SHARES else ""
        )  # fmt: skip
    first = _FIRST_SECTION.match(code)
    letters = _SAID.sub("", first[0] if first else code).lower()
    if "general" in letters or "標準" in letters:
        return ""
    if "[" in letters:
        return "elapsed"
    has_time = "h" in letters or "s" in letters
    has_year = "y" in letters or "e" in letters.replace("e+", "").replace("e-", "") or "g" in letters
    has_day = "d" in letters or has_year or ("m" in letters and not has_time)
    if has_day and has_time:
        return "both"
    if has_day:
        return "date" if has_year or "月" not in code else "月日"
    return "time" if has_time else "%" if "%" in letters else ""
