"""Release notes as people paste them: one, or a whole changelog, parted at the lines that name a version or a day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import dedent

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
DAY = re.compile(
    rf"""(?<!\d)(?:
      (?P<y>(?:19|20)\d\d)[-/.年]\s?(?P<m>\d{{1,2}})[-/.月]\s?(?P<d>\d{{1,2}})(?!\d)日?
    | (?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>(?:19|20)\d\d)
    | (?P<dd>1[3-9]|2\d|3[01])/(?P<mm>\d{{1,2}})/(?P<yyyy>(?:19|20)\d\d)
    | (?P<m_>\d{{1,2}})/(?P<d_>1[3-9]|2\d|3[01])/(?P<y_>(?:19|20)\d\d)
    | (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<month2>{_MONTH}),?\s(?P<year2>(?:19|20)\d\d)
    )(?:T[\d:.+Z-]+)?""",
    re.IGNORECASE | re.VERBOSE,
)
# 2.3, v1.0.0-beta.2, 0.9.x, 2026.11; a whole number only behind a word that says what it is (Version 12, v29).
_VERSION = re.compile(
    r"(?<![\w.])(?:(?:version|ver\.?|v|バージョン|リリース|release)\s?\.?)?\d+(?:\.(?:\d+|x))+(?:[-+.]?[a-z][\w.-]*)?(?![\w.])"
    r"|(?<![\w.])(?:version|ver\.?|v|バージョン)\s?\.?\d+(?![\w.])",
    re.IGNORECASE,
)
_UNRELEASED = re.compile(r"\b(?:unreleased|upcoming|in progress|nightly)\b|未リリース|開発中", re.IGNORECASE)
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)[\s#]*$|^(={1,3})\s+(.*?)\s+=+\s*$")  # = 1.8 =, as WordPress's readme.txt
_BULLET = re.compile(r"^[-*]\s+")
# What else may stand in a line that begins a note: a few words, as in "What's New in 2.9.1", "Ver.1.1.0 リリース記録".
_MOST_WORDS = 100
_ABOUT = re.compile(r"upgrad|migrat|\bfrom\b|移行", re.IGNORECASE)  # another version than the note's own
_INTRODUCES = re.compile(
    r"(?:what.?snew(?:in)?|releasenotes?|initial|first|released?|初回|初版|正式版?|リリース|更新|アップデート|公開|配信)*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[\[\]()（）【】「」*_`|:：\-–—~■□◆●▼★\s]+")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_REFERENCE = re.compile(r"^\[[^\]]+\]:\s*\S+\s*$", re.MULTILINE)  # [1.1.0]: https://…, below a whole changelog
_RULE = re.compile(r"^\s*(?:-{3,}|={3,}|\*{3,})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class WrittenNote:
    """One note: what it is called (mostly a version) and its day, each if it says so, and its text."""

    title: str
    text: str
    day: date | None = None


def notes_written(text: str) -> list[WrittenNote]:
    """The notes in a text, in its order. One that names neither version nor day anywhere is a single note.

    What stands before the first of several is about all of them, and what is not released yet is none; both are left
    out, as are notes without a text.
    """
    plain = _REFERENCE.sub("", text.replace("\r\n", "\n")).strip()
    lines = plain.split("\n")
    begins = _joined(list(_begins(lines)), lines)
    if not begins:
        return [WrittenNote("", plain)] if plain else []
    ends = [*(begun.at for begun in begins[1:]), len(lines)]
    notes = [
        WrittenNote(begun.title, _text_of(lines[begun.after : end], begun.level), begun.day)
        for begun, end in zip(begins, ends, strict=True)
        if begun.title or begun.day
    ]
    return [note for note in notes if note.text.strip()]


@dataclass(frozen=True)
class _Begun:
    """Where a note begins and its text goes on, at which level of headings (0: none), and what is said there."""

    at: int
    after: int
    level: int
    title: str
    day: date | None


def _joined(begins: list[_Begun], lines: list[str]) -> list[_Begun]:
    """A version and its day in two lines, whichever comes first, are one beginning."""
    joined: list[_Begun] = []
    for begun in begins:
        before = joined[-1] if joined else None
        is_rest = before and not any(map(str.strip, lines[before.after : begun.at])) and (
            (before.title and not before.day and not begun.title) or (before.day and not before.title and not begun.day)
        )  # fmt: skip
        if before and is_rest:
            level = max(before.level, begun.level)
            begun = _Begun(before.at, begun.after, level, before.title or begun.title, before.day or begun.day)
            joined.pop()
        joined.append(begun)
    return joined


def day_in(text: str) -> date | None:
    """The first whole date in a text."""
    for match in DAY.finditer(text):
        try:
            return _date(match)
        except ValueError:
            continue
    return None


def _date(match: re.Match[str]) -> date:
    if match["y"]:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    # 27/11/2023 and 11/27/2023 say which is the month; 11/08/2023 does not, and is no day for us.
    for names in (("yyyy", "mm", "dd"), ("y_", "m_", "d_")):
        if match[names[0]]:
            return date(*map(int, match.group(*names)))
    month, day, year = match.group("month", "day", "year") if match["month"] else match.group("month2", "day2", "year2")
    return date(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day))


def _begins(lines: list[str]) -> Iterator[_Begun]:
    """The lines that begin a note; where what is not released begins, they have neither title nor day."""
    last = -1  # a line that begins a note is no text that the next one could go on with
    for at, line in _outside_code(lines):
        before = lines[at - 1] if at and last != at - 1 else ""
        level, words = _heading(line)
        words = _LINK.sub(r"\1", words)
        day, version = day_in(words), _VERSION.search(DAY.sub(" ", words))
        if level and _UNRELEASED.search(words):
            yield _Begun(at, at + 1, level, "", None)
        elif (version or day) and _may_begin(level, words, before, lines[at + 1 : at + 2], version):
            last = at
            yield _Begun(at, at + 1, level, version[0] if version else "", day)


def _heading(line: str) -> tuple[int, str]:
    """A line's level as a heading (0: none), and its words."""
    found = _HEADING.match(line)
    if found is None:
        return 0, line.strip()
    # WordPress writes the higher ones with more signs.
    return (len(found[1]), found[2]) if found[1] else (7 - len(found[3]), found[4])


def _may_begin(level: int, words: str, before: str, after: list[str], version: re.Match[str] | None) -> bool:
    """Whether a line with a version or a day is no sentence about one."""
    bullet = _BULLET.match(words)
    rest = _rest(words[bullet.end() :] if bullet else words, version)
    if level:
        return len(rest) <= _MOST_WORDS and not _ABOUT.search(words)
    # A list's item is one only where others stand below it.
    fits = any(line[:1].isspace() and line.strip() for line in after) if bullet else _stands_alone(words, before)
    return fits and _INTRODUCES.fullmatch(rest) is not None


def _outside_code(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines with their places, without those between fences."""
    in_code = False
    for at, line in enumerate(lines):
        is_fence = line.lstrip().startswith(("```", "~~~"))
        in_code ^= is_fence
        if not in_code and not is_fence:
            yield at, line


def _stands_alone(words: str, before: str) -> bool:
    """Whether a line that is no heading may be one all the same: first or after an empty line, and no list's."""
    return not before.strip() and not words.startswith(("- ", "* ", "•", "・")) and len(words) < 60


def _rest(words: str, version: re.Match[str] | None) -> str:
    """What else a line says, without blanks and marks."""
    said = words.replace(version[0], " ") if version else words
    return _BRACKETS.sub("", DAY.sub(" ", said))


def _text_of(lines: list[str], level: int) -> str:
    """A note's own text, at the margin."""
    return dedent("\n".join(_until_higher(lines, level)).strip("\n"))


def _until_higher(lines: list[str], level: int) -> list[str]:
    """The lines up to a heading as high as the note's own, or higher: something else begins there."""
    for at, line in _outside_code(lines) if level else ():
        if 0 < _heading(line)[0] <= level:
            return lines[:at]
    return [line for line in lines if not _RULE.match(line)]
