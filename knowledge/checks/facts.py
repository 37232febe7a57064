"""What an answer says that must not change unseen: its numbers, its names, and whether it denies. Pure.

Answers that say the same in other words have the same facts. What a sentence adds in words alone is not seen.
"""

import re
from dataclasses import dataclass
from typing import Self

from knowledge.words.words import clean, is_japanese

_DIGITS = "〇一二三四五六七八九"
_TENS = {"十": 10, "百": 100, "千": 1_000}
_UNITS = "円|日|時間|分|秒|週間?|か月|ヶ月|カ月|年|回|台|人|件|個|枚|本|倍|割|営業日"
_IN_KANJI = re.compile(rf"[{_DIGITS}十百千万]+(?={_UNITS})")
_SPOKEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
_WORDS = _SPOKEN.split()
_VALUES = dict(zip(_WORDS, [*range(21), *range(30, 100, 10)], strict=True))
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_WORDS[2:])})\b")  # "one" is seldom a number
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_A_WEEK = re.compile(r"(\d+)\s*(?:週間|weeks?)")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_FREE = re.compile(r"無料|無償|\bfree(?: of charge)?\b")
_DENIES = re.compile(
    r"ません|ない(?!と)|なく(?!なる)|かね[るま]|不可|非対応|未対応|禁止|いいえ|お断り|一切|対象外|廃止"
    r"|\b(?:not?|never|none|cannot|without|unable|unavailable|neither|nor|discontinued)\b|n't\b"
)
_NARROWS = re.compile(r"のみ|(?<!た)だけ|限り|\bonly\b")
# What is written in Latin letters in Japanese, with a capital within an English sentence, or in brackets.
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+-]*")
_CAPITAL = re.compile(r"(?<=[\w,;] )[A-Z][A-Za-z0-9+-]+")
_CALLED = re.compile(r"[「『“\"]([^」』”\"]+)[」』”\"]")


def says_otherwise(old: str, new: str) -> bool:
    """Whether a fact of one answer is none of the other."""
    was, now = _Facts.of(old), _Facts.of(new)
    if (was.numbers, was.denies, was.narrows) != (now.numbers, now.denies, now.narrows):
        return True
    return any(name not in now.letters for name in was.names) or any(name not in was.letters for name in now.names)


@dataclass(frozen=True)
class _Facts:
    """`denies`: some of it is a no. `narrows`: it is for some only. `letters` is all of it, to look for names in."""

    numbers: frozenset[str]
    names: frozenset[str]
    denies: bool
    narrows: bool
    letters: str

    @classmethod
    def of(cls, answer: str) -> Self:
        written = clean(answer).replace("’", "'")
        plain = written.casefold()
        numbers = {number.lstrip("0") or "0" for number in _NUMBER.findall(_in_digits(plain))}
        free = {"0"} if _FREE.search(plain) else set()
        named = (_LATIN if is_japanese(written) else _CAPITAL).findall(written) + _CALLED.findall(written)
        names = frozenset(name.casefold() for name in named)
        return cls(frozenset(numbers | free), names, bool(_DENIES.search(plain)), bool(_NARROWS.search(plain)), plain)


def _in_digits(plain: str) -> str:
    """千円, "five days" and 1週間 as 1000円, "5 days" and 7日."""
    plain = _THOUSANDS.sub("", plain)
    plain = _IN_KANJI.sub(lambda found: str(_value(found[0])), plain)
    plain = _IN_WORDS.sub(lambda found: str(_VALUES[found[0]]), plain)
    return _A_WEEK.sub(lambda found: f"{int(found[1]) * 7}日", plain)


def _value(kanji: str) -> int:
    total = part = digit = 0
    for sign in kanji:
        if sign in _DIGITS:
            digit = digit * 10 + _DIGITS.index(sign)
        elif sign == "万":
            total, part, digit = total + (part + digit or 1) * 10_000, 0, 0
        else:
            part, digit = part + (digit or 1) * _TENS[sign], 0
    return total + part + digit
