"""From which day until which, as people write it: 12/1〜12/25, 12月1日から, 来週まで, until Friday, Dec 1-25.

A text is read as a whole or not at all, so that nothing of a name ("iOS 18", "Sun & Moon") is taken for a day.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.errors import BadInput
from knowledge.phrases import _

_MONTHS = {
    name: at
    for at, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_WEEKDAYS = {name: at for at, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_WEEKDAYS |= {name: at for at, name in enumerate("月火水木金土日")}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー〜～~", "-"))
_REIWA = re.compile(r"令和(元|\d{1,2})年")  # its first is 2019
_SHORT = re.compile(r"\.{2,3}|…|→|->")  # other ways to write a dash between two days

# One after the other, from where the last one ended; the longest ways to write a day stand first.
_TOKEN = re.compile(
    rf"""
      (?P<ymd>(?P<y>\d{{4}})[-/.年]\s*(?P<m>\d{{1,2}})[-/.月]\s*(?P<d>\d{{1,2}})(?!\d)日?)
    | (?P<ym>(?P<y4>\d{{4}})年(?P<m4>\d{{1,2}})月)
    | (?P<md>(?P<m2>\d{{1,2}})[/月]\s*(?P<d2>\d{{1,2}})(?![\d/])日?)
    | (?P<mdy>(?P<m3>{_MONTH})\s*(?P<d3>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s+(?P<y3>\d{{4}}))?)
    | (?P<dmy>(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s+(?P<m5>{_MONTH})(?:,?\s+(?P<y5>\d{{4}}))?)
    | (?P<month>(?P<m6>\d{{1,2}})月(?:末|いっぱい|中)?|(?:the\s)?end\sof\s(?P<m7>{_MONTH}))
    | (?P<time>(?:午前|午後|[ap]m)?\s*\d{{1,2}}[:時]\d{{0,2}}分?(?::?\d{{2}}秒?)?\s*(?:[ap]m)?|\d{{1,2}}\s*[ap]m
        |メンテナンス(?:終了|開始)?[時後前]?)
    | (?P<lasting>(?:for\s)?(?P<n>\d{{1,3}})\s*(?:days?|日間|(?P<weeks>weeks?|週間)))
    | (?P<today>today|now|今日|本日|今すぐ|今から)
    | (?P<tomorrow>tomorrow|明日|あした|あす)
    | (?P<after_tomorrow>明後日|あさって)
    | (?P<this_month>(?:(?:the\s)?end\sof\s)?(?:the|this)\smonth|今月(?:末|いっぱい|中)?|月末)
    | (?P<next_month>(?:(?:the\s)?end\sof\s)?next\smonth|来月(?:末|いっぱい|中)?)
    | (?P<year>(?:the\s)?end\sof\s(?:the|this)\syear|年末|年内|今年いっぱい|今年中|大晦日)
    | (?P<weekday>(?P<next>next\s|来週の?)?(?:this\s|今週の?)?(?:(?P<w>{_WEEKDAY})|(?P<j>[月火水木金土日])曜日?))
    | (?P<weekend>(?P<next2>next\s|来週の?)?(?:this\s|the\s|今週の?|今)?(?:weekend|週末))
    | (?P<next_week>next\sweek|来週(?:いっぱい)?)
    | (?P<week>this\sweek|今週(?:いっぱい|中)?)
    | (?P<day>(?:the\s)?(?P<d8>\d{{1,2}})(?!\d)(?P<sure>日|st|nd|rd|th)?)
    | (?P<until>まで|迄|〆切?|締め?切り?|終了|until|till|through|thru|ends?|ending|by|to(?![a-z]))
    | (?P<since>から|より|以降|開始|スタート|from|starting|starts?|since)
    | (?P<dash>-|と)
    | (?P<nothing>期間|会期|限定|開催|公開|表示|だけ|のみ|only|dates?|valid|(?:and|the|on|[a-z]{{1,2}}st)(?![a-z])
        |[\s、,。.・:;|/の()\[\]「」【】にはを])
    """,
    re.VERBOSE,
)
# Beside a day, in brackets or not: (月), (Fri), Friday in "Friday, Dec 25".
_BESIDE = re.compile(
    rf"\(\s*(?:[月火水木金土日](?:曜日?)?[・/祝]*|{_WEEKDAY}\.?)\s*\)|\b{_WEEKDAY}\.?[,\s]\s*(?={_MONTH}|\d)"
)
_BEGIN = re.compile(r"^|(?<=[\s（(、,:：])|(?<=\D)(?=\d)")
_SAYS_DAYS = re.compile(r"\d|まで|迄|から|until|till|through|from|since", re.IGNORECASE)


@dataclass(frozen=True)
class Days:
    """From a day until a day, both of them included; None where it is open."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class _Named:
    """The days that one of them may be; `loose`: without a year, so that it may be of the next one; `bare`: a day of
    the month alone, which is `sure` to be one where it says so (25日, 25th).
    """

    first: date
    last: date
    loose: bool = False
    bare: bool = False
    sure: bool = True


def days_written(text: str, today: date) -> Days | None:
    """The days that a text names, seen from `today`; None for a text that says anything else.

    Both ends are included; a day without its year is the next one to come, a single one stands for itself. Raises
    BadInput where it ends before it begins, or lies behind.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES).strip()
    plain = _REIWA.sub(lambda era: f"{2018 + int(era[1].replace('元', '1'))}年", plain)
    plain = _BESIDE.sub(" ", _SHORT.sub("-", plain))
    try:
        tokens = list(_tokens(plain, today))
    except ValueError:  # no day of any month
        return None
    return _days(tokens, today)


def days_at_end(text: str, today: date) -> tuple[str, Days | None]:
    """A name and the days after it, as in "Winter sale 12/1-12/25"; all of the text is a name where it names none.

    A word that is a day's ("Sat") is a part of the name unless something beside it says otherwise. Raises BadInput.
    """
    for begin in _BEGIN.finditer(text):
        if _SAYS_DAYS.search(text, begin.start()) and (days := days_written(text[begin.start() :], today)):
            return text[: begin.start()].rstrip(" 　（(、,:：-〜~"), days
    return text.strip(), None


def _tokens(plain: str, today: date) -> Iterator[_Named | timedelta | str]:
    """What stands there: days, how long it lasts, and "since", "until" or "dash". Nothing but: else ValueError."""
    at = 0
    while at < len(plain):
        match = _TOKEN.match(plain, at)
        if match is None:
            raise ValueError(plain[at:])
        at = match.end()
        if match["lasting"]:
            yield timedelta(days=int(match["n"]) * (7 if match["weeks"] else 1))
        yield from (word for word in _WORDS if match[word])
        yield from (read(match, today) for kind, read in _DAYS.items() if match[kind])


def _with_year(match: re.Match[str], today: date) -> _Named:
    return _of(date(int(match["y"]), int(match["m"]), int(match["d"])))


def _in_words(match: re.Match[str], today: date) -> _Named:
    name, day, year = match.group("m3", "d3", "y3") if match["mdy"] else match.group("m5", "d5", "y5")
    month = _MONTHS[name[:3]]
    return _of(date(int(year), month, int(day))) if year else _loose(today, month, int(day))


def _whole_month(match: re.Match[str], today: date) -> _Named:
    number = int(match["m6"]) if match["m6"] else _MONTHS[match["m7"][:3]]
    return _month(today.year + (number < today.month), number)


def _weekday(match: re.Match[str], today: date) -> _Named:
    number = _WEEKDAYS[match["j"] or match["w"][:3]]
    weeks = 1 if match["next"] or number < today.weekday() else 0
    return _of(today + timedelta(days=number - today.weekday() + 7 * weeks))


def _days_of_week(first: int, last: int, today: date) -> _Named:
    """From one day to another of this week, which begins with its Monday, or (7 and more) of the next."""
    monday = today - timedelta(days=today.weekday())
    return _Named(monday + timedelta(days=first), monday + timedelta(days=last))


def _weekend(match: re.Match[str], today: date) -> _Named:
    return _days_of_week(12, 13, today) if match["next2"] else _days_of_week(5, 6, today)


def _bare(match: re.Match[str], today: date) -> _Named:
    day = date(today.year, today.month, int(match["d8"]))
    return _Named(day, day, bare=True, sure=bool(match["sure"]))


# In this order: what a part of a longer one is called stands after it.
_DAYS: Mapping[str, Callable[[re.Match[str], date], _Named]] = {
    "ymd": _with_year,
    "ym": lambda match, _today: _month(int(match["y4"]), int(match["m4"])),
    "md": lambda match, today: _loose(today, int(match["m2"]), int(match["d2"])),
    "mdy": _in_words,
    "dmy": _in_words,
    "month": _whole_month,
    "today": lambda _match, today: _of(today),
    "tomorrow": lambda _match, today: _of(today + timedelta(days=1)),
    "after_tomorrow": lambda _match, today: _of(today + timedelta(days=2)),
    "this_month": lambda _match, today: _month(today.year, today.month),
    "next_month": lambda _match, today: _month(*_following(today)),
    "year": lambda _match, today: _Named(today, date(today.year, 12, 31)),
    "weekday": _weekday,
    "weekend": _weekend,
    "next_week": lambda _match, today: _days_of_week(7, 13, today),
    "week": lambda _match, today: _days_of_week(0, 6, today),
    "day": _bare,
}
_WORDS = ("until", "since", "dash")


def _of(day: date) -> _Named:
    return _Named(day, day)


def _month(year: int, month: int) -> _Named:
    return _Named(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _following(day: date) -> tuple[int, int]:
    """The year and month after this day's."""
    return day.year + day.month // 12, day.month % 12 + 1


def _loose(today: date, month: int, day: int) -> _Named:
    """A day without its year, in this one; a leap day in the next that has one."""
    year = today.year
    while (month, day) == (2, 29) and not calendar.isleap(year):
        year += 1
    named = date(year, month, day)
    return _Named(named, named, loose=True)


def _days(tokens: list[_Named | timedelta | str], today: date) -> Days | None:
    named = [each for each in tokens if isinstance(each, _Named)]
    lasting = [each for each in tokens if isinstance(each, timedelta)]
    if lasting and not named:
        named = [_of(today)]
    if len(named) not in {1, 2} or len(named) + len(lasting) > 2 or not named[0].sure:
        return None
    if len(named) == 2:
        return _between(named[0], named[1], today)
    if lasting:
        return _checked(Days(named[0].first, named[0].first + lasting[0] - timedelta(days=1)), today)
    return _checked(_one(tokens, named[0], today), today)


def _one(tokens: list[_Named | timedelta | str], named: _Named, today: date) -> Days:
    """What is said of a single day: from it, until it, or it alone."""
    place = tokens.index(named)
    if "until" in tokens or tokens[:place] == ["dash"]:
        return Days(None, _coming(named, today).last)
    if "since" in tokens or "dash" in tokens:
        return Days(_coming(named, today, behind=180).first, None)
    coming = _coming(named, today)
    return Days(coming.first, coming.last)


def _between(start: _Named, end: _Named, today: date) -> Days:
    """Where the end says no month or year, it is the next such day after the start."""
    if end.bare:
        start = _coming(start, today, behind=31 - start.first.day) if start.bare and end.last < today else start
        day = start.first.replace(day=end.first.day)
        day = day if day >= start.first else _month(*_following(day)).first.replace(day=day.day)
        end = _Named(day, day, loose=start.loose)
    elif end.loose and not start.loose:
        end = _years_on(end, start.first.year - end.first.year)
        end = _years_on(end, 1) if end.last < start.first else end
    if start.loose:
        if end.loose:
            end = _coming(end, today)
        start = _years_on(start, end.last.year - start.first.year)
        start = _years_on(start, -1) if start.first > end.last else start
    return _checked(Days(start.first, end.last), today)


def _coming(named: _Named, today: date, behind: int = 0) -> _Named:
    """The next such day, or one that was at most so many days ago."""
    if named.bare and named.last < today:
        return _of(_month(*_following(today)).first.replace(day=named.last.day))
    return _years_on(named, 1) if named.loose and named.last < today - timedelta(days=behind) else named


def _years_on(named: _Named, years: int) -> _Named:
    def moved(day: date) -> date:
        # The 29th of February is the 28th where there is none.
        last = calendar.monthrange(day.year + years, day.month)[1]
        return day.replace(year=day.year + years, day=min(day.day, last))

    return _Named(moved(named.first), moved(named.last), named.loose)


def _checked(days: Days, today: date) -> Days:
    if days.since and days.until and days.until < days.since:
        raise BadInput(_("The last day comes before the first one. Please write them like 12/1-12/25."))
    if days.until and days.until < today:
        raise BadInput(_("That day has already passed. Please write another one."))
    return days
