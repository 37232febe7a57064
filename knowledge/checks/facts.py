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
    if not (was.has_numbers_of(now) and now.has_numbers_of(was)):
        return True
    return any(name not in now.letters for name in was.names) or any(name not in was.letters for name in now.names)


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

    def has_numbers_of(self, other: Self) -> bool:
        """Whether each number of the other is one here."""
        return all(any(each.same_as(mine) for mine in (*self.numbers, *self.single)) for each in other.numbers)
