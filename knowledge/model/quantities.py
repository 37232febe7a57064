"""The numbers of a text with what they count, so that 二週間, "two weeks" and 14日 are one. Pure.

A sentence of an answer may say another way what an entry says, but not another number. Units are those of help texts:
money, time, dates, sizes, shares; anything else is compared as it is counted.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from knowledge.model.units import EACH, EACH_SHORT, UNITS
from knowledge.phrases import Tag

_TIMES = {"千": 1_000, "万": 10_000, "億": 100_000_000, "k": 1_000, "million": 1_000_000, "thousand": 1_000}
_DIGITS = {kanji: value for value, kanji in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_WORDS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
    for length in (3, len(name))
}

_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_KANJI = "[〇一二三四五六七八九十百千万億]+"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FOUND = re.compile(
    rf"""
    (?P<free>無料|ただで|タダ|無償|(?:料|費|金|円|代)(?:[はも]?一切)?[がはも]かか(?:りません|らない|らず)
        |\bno\ (?:extra\ |additional\ )?(?:charge|cost)\b|\b(?:charges?|costs?)\ nothing\b
        |\bfree(?:\ of\ charge)?\b(?!\s*(?:trial|plan|version|account|tier|to\b|up\b))
        |免[费費]|免运费|免運費|무료|\b(?:gratis|kostenlose?[nrs]?|miễn\ phí)(?!\w)|\bgratuit[aeo]?[es]?s?\b|ฟรี)
    |(?P<half>半年|半額|半日|\bhalf\ (?:a\ )?year\b|\bhalf\ price\b
        |\bhalf\ (?:of\ )?(?:the|your)\ (?:full\ )?(?:fee|price|amount|cost)\b)
    |(?P<clock>\b\d{{1,2}}(?::\d{{2}})?\s*[ap]\.?m\b
        |(?:午前|午後|朝|夜|夕方|上午|中午|下午|晚上|오전|오후)?\s*\d{{1,2}}
         (?::\d{{2}}(?:\s*[ap]\.\s?m\b)?|[時时点點](?!间|間)(?:\s?\d{{1,2}}分|半)?|시(?!간)(?:\s?\d{{1,2}}분|\s?반)?|\suhr\b|h\d{{2}}\b))
    |(?P<iso>(?<!\d)\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d))
    |(?P<date>\d{{1,2}}[月월]\s?\d{{1,2}}[日號号일]|\b(?:{_MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b
        |\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:{_MONTH})\b)
    |(?P<year>(?<![\d.,])(?:19|20)\d{{2}}(?:年(?!間)|\b(?!\s*(?:{_UNIT}))))
    |(?P<money>[¥$€]\s?(?P<amount>\d[\d,]*(?:\.\d+)?))
    |(?P<number>\d[\d,]*(?:\.\d+)*|(?!十分[にな]){_KANJI}|\b(?:{"|".join(_WORDS)})\b)
     (?:\s(?:more|full|whole|further|additional))?\s*(?P<times>[千万億k](?![a-zà-ỹ])|million\b|thousand\b)?\s*-?(?P<unit>(?:{_UNIT})(?![a-zà-ỹ])(?![ァ-ヺ]))?
    """,
    re.VERBOSE,
)
_DAY = 86_400
# "four to six days", 4～6日: both count days.
_UNTIL = re.compile(
    rf"\s?(?:to|or|and|[-–~〜～・]|から|a|à|bis|até|hasta|sampai|đến|ถึง|至|到)\s?"
    rf"(?:\d[\d,]*(?:\.\d+)?|{_KANJI}|(?:{'|'.join(_WORDS)})\b)\s?-?(?P<unit>(?:{_UNIT})(?![a-zà-ỹァ-ヺ]))"
)
_COUNTED = re.compile(r"\A\s*(?:[台人個回名枚冊件本軒文字]|[a-z]{3,})")
_SINGLE = re.compile(
    r"\b(?:an?|per|each|every)\s(seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b", re.IGNORECASE
)
# 2.500 and 2 500 are thousands there, and 4,99 a fraction.
_POINTS_THOUSANDS = frozenset(("es", "pt", "fr", "de", "id", "vi", "it", "nl", "tr", "pl"))
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[. ]\d{3})+(?![\d.])")
_FRACTION = re.compile(r"(\d),(\d{1,2})(?!\d)")
# How often a number comes again: behind it ("a month", /年), or before it in its clause (月額, "the yearly price").
_TIME_UNIT = "|".join(
    sorted(
        (re.escape(unit) for unit, (kind, _) in UNITS.items() if kind in ("months", "seconds")), key=len, reverse=True
    )
)
_EACH = "|".join(sorted(map(re.escape, EACH), key=len, reverse=True))
_EVERY = re.compile(
    rf"""
    \s?[(（]?\s?(?:[(（]?(?:税込み?|税抜き?|tax\ included|incl\.\ tax)[)）]?\s?)?
    (?:(?:/\s?|\bper\ |\ba\ )(?:user|person|device|member|seat|account|人|台|名|アカウント|ユーザー)\s?)?
    (?:(?:/|／|\b(?:per|an?|each|every|al|por|cada|par|chaque|pro|im|jeden|setiap|mỗi)\s|ต่อ|每)\s?(?P<unit>mo|yr|wk|mes|月|월|{_TIME_UNIT})(?![a-zà-ỹ])
        |(?:(?:billed|charged|paid)\s)?(?P<word>{_EACH})(?![a-zà-ỹ]))
    """,
    re.VERBOSE,
)
# "50 photos a month", 50枚/月: what a bare number counts.
_COUNTED_BY_WORD = re.compile(r"\s?(?!(?:and|each|every|per)\b)(?:[a-zà-ỹ]{3,}|[枚回個人件台名本冊通点]|文字)")
_CLAUSE_ENDS = re.compile(r"[、，。；;(（)）\n]|[,.](?=\s)")
_BEFORE = re.compile(
    rf"(?<![a-zà-ỹ])(?P<word>{_EACH})(?![a-zà-ỹ])|\b(?:per|each|every)\s(?P<unit>{_TIME_UNIT})(?![a-zà-ỹ])"
)
_JUST_BEFORE = re.compile(
    rf"(?<![\d〇一二三四五六七八九十数かヶカヵケ今来先翌毎每同])(?P<short>{'|'.join(EACH_SHORT)})(?:に|あたり|につき)?\s?"
    r"(?:約|およそ|最大|合計|わずか|たった|税込)?\s?\Z"
)
# Behind one of a unit of time, what comes in each: 1日50枚, 1か月につき480円.
_IN_EACH = re.compile(r"\s?(?:に|あたり|につき|ごとに)?\s?(?:約|およそ|最大|合計)?\s?")
_SHORT_UNITS = {
    "mo": UNITS["month"],
    "yr": UNITS["year"],
    "wk": UNITS["week"],
    "mes": UNITS["month"],
    "月": UNITS["month"],
    "월": UNITS["month"],
}
# Counted from what an answer itself lists: "two ways", 「2つの方法」.
_OWN_COUNT = re.compile(
    r"\A\s*-?(?:つ|通り|種類|点|ステップ|手順|パターン|ways?|steps?|options?|kinds?|types?|things?|methods?|points?)"
)


@dataclass(frozen=True)
class Quantity:
    """`value` in the basic unit of its `kind`; "" where nothing says what is counted."""

    value: Decimal
    kind: str = ""
    # The numbers as they stand there, which is all that can be compared where the other's unit is not known.
    written: tuple[Decimal, ...] = field(default=(), compare=False)
    # In which time it comes again, where that is said: a month's price is no year's.
    every: "Quantity | None" = field(default=None, compare=False)

    def same_as(self, other: "Quantity") -> bool:
        """Whether one may stand for the other."""
        if self.every and other.every and not self.every.same_as(other.every):
            return False
        if (not self.kind and self.value in other.written) or (not other.kind and other.value in self.written):
            return True
        if {self.kind, other.kind} == {"months", "seconds"}:
            months, seconds = (self, other) if self.kind == "months" else (other, self)
            return seconds.value in (months.value * 30 * _DAY, months.value / 12 * 365 * _DAY)
        return self.value == other.value and (self.kind == other.kind or not self.kind or not other.kind)


def quantities_of(text: str, lang: Tag = "") -> list[Quantity]:
    """All numbers of a text, but for those that only count what is said; `lang` says how its points and commas read."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if lang in _POINTS_THOUSANDS:
        plain = _FRACTION.sub(r"\1.\2", _THOUSANDS.sub(lambda found: re.sub(r"\D", "", found[0]), plain))
    return list(_quantities(plain))


def single_units_of(text: str) -> list[Quantity]:
    """One of what is counted by a word alone: "valid for a year" bears out "12 months", and 毎月 "each month"."""
    return [_counted("1", None, found[1].lower()) for found in _SINGLE.finditer(unicodedata.normalize("NFKC", text))]


def _quantities(plain: str) -> Iterator[Quantity]:
    """Each with the time in which it comes again, where that stands beside it."""
    before, until = None, 0
    for found in _FOUND.finditer(plain):
        for each in _found(found):
            behind = _every_behind(plain, found.end(), bare=not each.kind)
            every = _named(behind) if behind else _every_before(plain[until : found.start()], before)
            before = replace(each, every=every)
            until = behind.end() if behind else found.end()
            yield before


def _every_behind(plain: str, end: int, *, bare: bool) -> re.Match[str] | None:
    counted = _COUNTED_BY_WORD.match(plain, end) if bare else None
    return _EVERY.match(plain, end) or (_EVERY.match(plain, counted.end()) if counted else None)


def _every_before(between: str, before: Quantity | None) -> Quantity | None:
    """From the words between the last number and this one; of two kinds of times neither counts."""
    if short := _JUST_BEFORE.search(between):
        kind, factor = EACH_SHORT[short["short"]]
        return Quantity(Decimal(factor), kind)
    a_unit = before is not None and before.kind in ("months", "seconds") and before.written == (Decimal(1),)
    if before and a_unit and _IN_EACH.fullmatch(between):
        return before.every or before
    named = set(map(_named, _BEFORE.finditer(_CLAUSE_ENDS.split(between)[-1])))
    return named.pop() if len(named) == 1 else None


def _named(every: re.Match[str]) -> Quantity:
    unit = every["unit"]
    kind, factor = _SHORT_UNITS.get(unit) or UNITS[unit] if unit else EACH[every["word"]]
    return Quantity(Decimal(factor).normalize(), kind)


def _found(found: re.Match[str]) -> Iterator[Quantity]:
    match found.lastgroup if found.lastgroup not in ("amount", "times", "unit") else "number":
        case "free":
            yield Quantity(Decimal(0))
        case "half":
            yield _half(found[0])
        case "clock":
            yield Quantity(_minutes(found[0]), "clock", _digits_of(found[0]))
        case "iso":
            year, month, day = map(int, re.findall(r"\d+", found[0]))
            yield Quantity(Decimal(year), "year")
            yield Quantity(Decimal(month * 100 + day), "date", (Decimal(month), Decimal(day)))
        case "date":
            yield Quantity(_day(found[0]), "date", _digits_of(found[0]))
        case "year":
            yield Quantity(Decimal(found[0][:4]), "year")
        case "money":
            yield _counted(found["amount"], None, found["money"][0])
        case "number" if not _OWN_COUNT.match(found.string[found.end("number") :]):
            yield from _number(found)


def _number(found: re.Match[str]) -> Iterator[Quantity]:
    """A written number only where it counts something that can be checked: not 一度, 一般, "one of them"."""
    number, unit = found["number"], found["unit"]
    if not unit and (until := _UNTIL.match(found.string, found.end("number"))):
        unit = until["unit"]
    written = not number[0].isdigit() and not unit
    if written and (_value(number) < 2 or not _COUNTED.match(found.string[found.end("number") :])):
        return
    yield _counted(number, found["times"], unit)


def _counted(number: str, times: str | None, unit: str | None) -> Quantity:
    kind, factor = UNITS[unit] if unit else ("", "1")
    written = _value(number) * _TIMES.get(times or "", 1)
    return Quantity((written * Decimal(factor)).normalize(), kind, (written,))


def _digits_of(said: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, re.findall(r"\d+", said)))


def _value(number: str) -> Decimal:
    if number[0].isdigit():
        whole, *fraction = number.replace(",", "").split(".")
        # "3.2.1" is a version; its first two parts are enough to compare.
        return Decimal(".".join([whole, *fraction[:1]]) if fraction and fraction[0] else whole)
    return Decimal(_WORDS[number]) if number in _WORDS else Decimal(_kanji(number))


def _kanji(number: str) -> int:
    """千二百五十 -> 1250; 一〇 -> 10."""
    total = part = digit = 0
    if not set(number) & (_TENS.keys() | {"万", "億"}):
        return int("".join(str(_DIGITS[each]) for each in number))
    for each in number:
        if each in _DIGITS:
            digit = _DIGITS[each]
        elif each in _TENS:
            part += (digit or 1) * _TENS[each]
            digit = 0
        else:
            total += (part + digit or 1) * _TIMES[each]
            part = digit = 0
    return total + part + digit


def _half(said: str) -> Quantity:
    if "年" in said or "year" in said:
        return Quantity(Decimal(6), "months")
    return Quantity(Decimal(43_200), "seconds") if "日" in said else Quantity(Decimal(50), "percent")


def _minutes(said: str) -> Decimal:
    """Since midnight; of a twelve-hour clock without a half of the day as it is written."""
    hours, minutes = ([int(each) for each in re.findall(r"\d+", said)] + [30 if "半" in said or "반" in said else 0])[
        :2
    ]
    late = re.search(r"午後|夜|夕方|下午|晚上|오후|p\.?\s?m", said)
    return Decimal((hours + (12 if late and hours < 12 else 0)) * 60 + minutes)


def _day(said: str) -> Decimal:
    named = re.search(_MONTH, said)
    numbers = [int(each) for each in re.findall(r"\d+", said)]
    month, day = (_MONTHS[named[0]], numbers[0]) if named else (numbers[0], numbers[1])
    return Decimal(month * 100 + day)
