"""The numbers Word puts before the items of a list, which stand nowhere in the text (ECMA-376, 17.9)."""

import re
from collections import defaultdict
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_KANJI = "〇一二三四五六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
BULLET = "・"


def value(element: Any, *path: str) -> str | None:
    """The w:val of what stands at this path below an element, None where there is nothing."""
    for name in path:
        element = element.find(W + name) if element is not None else None
    return element.get(W + "val") if element is not None else None


class ListNumbers:
    """Counts the items of all lists of a document, in its order."""

    def __init__(self, numbering: Any) -> None:
        self._levels: dict[str, dict[int, Any]] = {}
        self._of: dict[str, str] = {}  # numId -> abstractNumId, which is what counts
        self._starts: dict[tuple[str, int], int] = {}  # (numId, level) -> where it starts anew
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()
        self._styles: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._take_in(numbering)

    def _take_in(self, numbering: Any) -> None:
        abstract = {each.get(W + "abstractNumId"): each for each in numbering.iter(W + "abstractNum")}
        linked = {value(each, "styleLink"): key for key, each in abstract.items() if value(each, "styleLink")}
        for num in numbering.iter(W + "num"):
            number, key = num.get(W + "numId"), value(num, "abstractNumId") or ""
            key = linked.get(value(abstract[key], "numStyleLink"), key) if key in abstract else key
            levels = {int(e.get(W + "ilvl", 0)): e for e in abstract[key].iter(W + "lvl")} if key in abstract else {}
            for override in num.iter(W + "lvlOverride"):
                level = int(override.get(W + "ilvl", 0))
                own = override.find(W + "lvl")
                if own is not None:
                    levels[level] = own
                start = value(override, "startOverride") or (value(own, "start") if own is not None else None)
                if start is not None:
                    self._starts[number, level] = int(start)
            self._levels[number], self._of[number] = levels, key
            for level, element in levels.items():
                if style := value(element, "pStyle"):
                    self._styles.setdefault(style, (number, level))

    def level_of(self, style: str, number: str) -> int:
        """The level of a list that a style stands for."""
        found = self._styles.get(style)
        return found[1] if found and self._of.get(found[0]) == self._of.get(number) else 0

    def next(self, number: str, level: int) -> str:
        """The number of the next item, with what stands around it; "" where it has none."""
        levels = self._levels.get(number, {})
        if level not in levels:
            return ""
        counts = self._counts[self._of[number]]
        anew = (number, level) in self._starts and (number, level) not in self._begun
        self._begun.add((number, level))
        if anew:
            counts[level] = self._starts[number, level]
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = _start(levels[level])
        for deeper in [each for each in counts if each > level]:
            restart = value(levels[deeper], "lvlRestart") if deeper in levels else None
            if restart is None or (restart != "0" and level < int(restart)):
                del counts[deeper]
        for higher in range(level):
            counts.setdefault(higher, _start(levels[higher]) if higher in levels else 1)
        if value(levels[level], "numFmt") == "bullet":
            return BULLET
        legal = levels[level].find(W + "isLgl") is not None

        def said(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            form = value(levels[at], "numFmt") if at in levels else None
            return formed(counts.get(at, 1), "decimal" if legal and form != "decimalZero" else form or "decimal")

        return _PLACE.sub(said, value(levels[level], "lvlText") or "").strip()


def _start(level: Any) -> int:
    return int(value(level, "start") or 0)


def formed(number: int, form: str) -> str:  # noqa: C901 (a table)
    """A number in one of Word's forms."""
    match form:
        case "lowerLetter" | "upperLetter":
            letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""
            return letters if form == "lowerLetter" else letters.upper()
        case "lowerRoman" | "upperRoman":
            return _roman(number) if form == "upperRoman" else _roman(number).lower()
        case "ordinal":
            ends = {1: "st", 2: "nd", 3: "rd"}
            return f"{number}{'th' if number % 100 in {11, 12, 13} else ends.get(number % 10, 'th')}"
        case "decimalZero":
            return f"{number:02}"
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if 1 <= number <= 20:
            return chr(0x2460 + number - 1)
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(number).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
        case "aiueo" | "aiueoFullWidth" if 1 <= number <= len(_AIUEO):
            return _AIUEO[number - 1]
        case "iroha" | "irohaFullWidth" if 1 <= number <= len(_IROHA):
            return _IROHA[number - 1]
        case "none":
            return ""
    if form.startswith(("japanese", "chinese", "ideograph", "taiwanese", "korean")) and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return f"{_KANJI[tens] if tens > 1 else ''}{'十' if tens else ''}{_KANJI[ones] if ones else ''}"
    return str(number)


def _roman(number: int) -> str:
    signs = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
    said = ""
    for size, sign in (*signs, (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= size:
            said, number = said + sign, number - size
    return said
