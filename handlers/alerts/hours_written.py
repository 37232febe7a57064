"""Hours of a day as people write them: 22:00-7:00, 夜10時から朝7時, 10 pm to 7 am."""

import re
import unicodedata
from datetime import time

from knowledge.store.alerts.quiet_hours import QuietHours

_PARTS = (
    r"(?P<before>am|pm|午前|午後|早朝|朝方|朝|お昼|昼|夕方|夕|晩|深夜|夜中|夜|未明)?[のは]?"
    r"(?P<past>halfpast)?(?P<hour>[0-9]{1,2})"
    r"(?:(?:[:.h]|時)?(?P<minute>[0-5][0-9])分?|時(?P<half>半)|時|h|:)?"
    r"(?P<after>a\.?m\.?|p\.?m\.?|inthe(?:morning|afternoon|evening)|atnight)?"
)
# Whatever else is said around the two; a third time beside them is no such hours.
_FROM = re.compile(rf"(?<![0-9:.\-]){_PARTS}\Z")
_TO = re.compile(rf"{_PARTS}(?![0-9:\-時])")
_NEXT_DAY = re.compile(r"翌日の?|翌朝|翌|次の日の?|(?:the)?nextday|(?:the)?nextmorning")
_BETWEEN = re.compile(r"から|より|-|~|→|to|till?|until|and")
_WORDS = {"正午": "昼12:00", "noon": "昼12:00", "midnight": "0:00", "零時": "0時", "真夜中": "0:00"}
_KANJI = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_KANJI_HOUR = re.compile(r"(二?十)?([〇一二三四五六七八九])?(?=時)")
_MORNING = {"午前", "早朝", "朝方", "朝", "am", "a.m.", "a.m", "inthemorning"}
_NIGHT = {"深夜", "夜中", "夜", "晩", "未明", "atnight"}
_AFTERNOON = {"午後", "お昼", "昼", "夕方", "夕", "pm", "p.m.", "p.m", "intheafternoon", "intheevening"}
_DAY = ("お昼", "昼")
_NUMBERS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        map(str, range(1, 13)),
        strict=True,
    )
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー〜～~", "-"))


def hours_written(text: str) -> QuietHours | None:
    """The hours a text names, from and to, in either language's ways; None where it names none.

    Width, blanks and dashes do not matter. A time of twelve hours is one where something says so (夜10時, 10 pm);
    24 to 29 are the hours after midnight, as Japanese timetables count them.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split()).translate(_DASHES)
    plain = _NEXT_DAY.sub("", plain)
    for word, hour in (_WORDS | _NUMBERS).items():
        plain = plain.replace(word, hour)
    plain = _KANJI_HOUR.sub(_digits, plain)
    for between in _BETWEEN.finditer(plain):
        begins = _FROM.search(plain[: between.start()])
        start, end = _time(begins), _time(_TO.match(plain[between.end() :]))
        # 昼の1時から3時: by day both are.
        if begins and end and start and begins["before"] in _DAY and end.hour + 12 < 24 and end < start:
            end = end.replace(hour=end.hour + 12)
        if start is not None and end is not None and start != end:
            return QuietHours(start, end)
    return None


def _digits(match: re.Match[str]) -> str:
    tens, ones = match.group(1) or "", match.group(2)
    if not tens and ones is None:
        return ""
    return str({"": 0, "十": 10, "二十": 20}[tens] + (_KANJI[ones] if ones else 0))


def _time(match: re.Match[str] | None) -> time | None:
    if match is None:
        return None
    hour = _of_day(int(match["hour"]), {match["before"] or "", match["after"] or ""})
    minute = 30 if match["half"] or match["past"] else int(match["minute"] or 0)
    return None if hour is None else time(hour, minute)


def _of_day(hour: int, said: set[str]) -> int | None:
    """The hour of 0 to 23 that is meant; None where what is said beside it does not fit."""
    if not said <= _MORNING | _NIGHT | _AFTERNOON | {""}:
        return None
    if said & _MORNING and hour > 12:
        return None
    if said & (_MORNING | _AFTERNOON | _NIGHT) and hour == 12:
        return 12 if said & _AFTERNOON else 0
    if said & _AFTERNOON and hour < 12:
        return hour + 12
    # 夜1時 comes after 夜12時; 夜7時 is the evening.
    if said & _NIGHT and 5 < hour < 12:
        return hour + 12
    return hour - 24 if 24 <= hour < 30 else hour if hour < 24 else None
