"""What an answer says that must not change unseen: its numbers, its names, and whether it denies. Pure.

Answers that say the same in other words have the same facts. What a sentence adds in words alone is not seen.
"""

import re
from dataclasses import dataclass
from typing import Self

from knowledge.model.quantities import Quantity, quantities_of, single_units_of
from knowledge.words.words import clean, is_japanese, words_of

_DENIES = re.compile(
    r"(?<!かかり)ません|(?<!かから)ない(?!と)|なく(?!なる)|かね[るま]|不可|非対応|未対応|禁止|いいえ|お断り|一切|対象外|廃止"
    r"|\b(?:not?|never|none|cannot|without|unable|unavailable|neither|nor|discontinued)\b|n't\b"
)
_YES_NO = re.compile(r"\s*(?:はい|ええ|いいえ|いえ|yes\b|no\b)")
_NARROWS = re.compile(r"のみ|(?<!た)だけ|限り|\bonly\b")
# What is written in Latin letters in Japanese, with a capital within an English sentence, or in brackets.
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+-]*")
_CAPITAL = re.compile(r"(?<=[\w,;] )[A-Z][A-Za-z0-9+-]+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s、。）)]+")
_CALLED = re.compile(r"[「『“\"]([^」』”\"]+)[」』”\"]")


def says_otherwise(old: str, new: str) -> bool:
    """Whether a fact of one answer is none of the other."""
    was, now = _Facts.of(old), _Facts.of(new)
    if (was.denies, was.narrows) != (now.denies, now.narrows):
        return True
    if was.numbers_beside(now) or now.numbers_beside(was):
        return True
    return bool(was.names_beside(now) or now.names_beside(was))


def at_odds(one: str, other: str) -> bool:
    """Whether two answers to one question cannot both be true: one denies, or each has a number, of what the other
    counts, or a name that is not the other's. Where one only says more they differ (`says_otherwise`), but not so.
    """
    first, second = _Facts.of(one), _Facts.of(other)
    if first.denies != second.denies:
        return True
    own, others = first.numbers_beside(second), second.numbers_beside(first)
    if any(_counted(mine) == _counted(theirs) for mine in own for theirs in others):
        return True
    return bool(first.names_beside(second) and second.names_beside(first))


def _counted(number: Quantity) -> str:
    """What a number is of: months are time as days are."""
    return "seconds" if number.kind == "months" else number.kind


def turns_round(known: str, said: str, about: str) -> bool:
    """Whether what was said in a talk `about` a question is another number or the opposite of what is known of it.

    A talk says much besides: compared is only what has a word of it or begins with yes or no, and of its numbers those
    that count what the answer counts.
    """
    was, now = _Facts.of(known), _Facts.of(said)
    if not (set(words_of(said)) & set(words_of(f"{known}\n{about}")) or _YES_NO.match(now.letters)):
        return False
    for each in now.numbers:
        counted = any(mine.kind == each.kind for mine in was.numbers)
        if counted and not any(each.same_as(mine) for mine in was.numbers):
            return True
    return was.denies != now.denies


@dataclass(frozen=True)
class _Facts:
    """`single` are the numbers that a word alone says ("a year"). `denies`: some of it is a no. `narrows`: it is for
    some only. `letters` is all of it, to look for names in.
    """

    numbers: tuple[Quantity, ...]
    single: tuple[Quantity, ...]
    names: frozenset[str]
    denies: bool
    narrows: bool
    letters: str

    @classmethod
    def of(cls, answer: str) -> Self:
        written = clean(answer).replace("’", "'")
        plain = written.casefold()
        named = (
            (_LATIN if is_japanese(written) else _CAPITAL).findall(written)
            + _CALLED.findall(written)
            + _ADDRESS.findall(written)
        )
        names = frozenset(name.casefold() for name in named)
        denies, narrows = bool(_DENIES.search(plain)), bool(_NARROWS.search(plain))
        return cls(tuple(quantities_of(written)), tuple(single_units_of(written)), names, denies, narrows, plain)

    def numbers_beside(self, other: Self) -> list[Quantity]:
        """The numbers here that are none of the other's."""
        there = (*other.numbers, *other.single)
        return [each for each in self.numbers if not any(each.same_as(theirs) for theirs in there)]

    def names_beside(self, other: Self) -> list[str]:
        """The names here that do not stand in the other."""
        return [name for name in self.names if name not in other.letters]
