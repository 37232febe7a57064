"""Hours of a day as people write them: 22:00-7:00, 夜10時から朝7時, 10 pm to 7 am."""

import re
import unicodedata
from datetime import time

from knowledge.store.alerts.quiet_hours import QuietHours

_PARTS = re.compile(
    r"(?P<before>[a-z]*|午前|午後|早朝|朝方|朝|お昼|昼|夕方|夕|晩|深夜|夜中|夜|未明)[のは]?"
    r"(?P<hour>[0-9]{1,2})"
    r"(?:(?:[:.h]|時)?(?P<minute>[0-5][0-9])分?|時(?P<half>半)|時|h|:)?"
    r"(?P<after>a\.?m\.?|p\.?m\.?)?"
)
_NEXT_DAY = re.compile(r"翌日の?|翌朝|翌|次の日の?|(?:the)?nextday|(?:the)?nextmorning")
_BETWEEN = re.compile(r"から|より|-|~|→|to|till?|until|and")
_AROUND = re.compile(
    r"^(?:from|between|(?:毎日|毎晩|だいたい)、?)|(?:まで|までの間|の間)?(?:です|でお願いします)?[。.]?$"
)
_WORDS = {"正午": "12:00", "noon": "12:00", "midnight": "0:00", "零時": "0時", "真夜中": "0:00"}
_KANJI = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_KANJI_HOUR = re.compile(r"(二?十)?([〇一二三四五六七八九])?(?=時)")
_MORNING = {"午前", "早朝", "朝方", "朝", "am", "a.m.", "a.m"}
_NIGHT = {"深夜", "夜中", "夜", "晩", "未明"}
_AFTERNOON = {"午後", "お昼", "昼", "夕方", "夕", "pm", "p.m.", "p.m"}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー〜～~", "-"))


def hours_written(text: str) -> QuietHours | None:
    """The hours a text names, from and to, in either language's ways; None where it names none.

    Width, blanks and dashes do not matter. A time of twelve hours is one where something says so (夜10時, 10 pm);
    24 to 29 are the hours after midnight, as Japanese timetables count them.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split()).translate(_DASHES)
    plain = _AROUND.sub("", _NEXT_DAY.sub("", plain))
    for word, hour in _WORDS.items():
        plain = plain.replace(word, hour)
    plain = _KANJI_HOUR.sub(_digits, plain)
    for between in _BETWEEN.finditer(plain):
        start, end = _time(plain[: between.start()]), _time(plain[between.end() :])
        if start is not None and end is not None and start != end:
            return QuietHours(start, end)
    return None


def _digits(match: re.Match[str]) -> str:
    tens, ones = match.group(1) or "", match.group(2)
    if not tens and ones is None:
        return ""
    return str({"": 0, "十": 10, "二十": 20}[tens] + (_KANJI[ones] if ones else 0))


def _time(written: str) -> time | None:
    match = _PARTS.fullmatch(written)
    if match is None:
        return None
    hour = _of_day(int(match["hour"]), {match["before"], match["after"] or ""})
    minute = 30 if match["half"] else int(match["minute"] or 0)
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
