"""Parts of one known value that stand alone, in any order, over several answers: the last ones may not follow."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from guardrail.findings import Finding, PiiKind
from guardrail.names.name_lists import halves
from guardrail.names.word_tables import AMBIGUOUS, SUFFIXES
from guardrail.numbers.spelled_digits import as_digits
from guardrail.text.normalise import normalise
from guardrail.text.skeleton import key

SHORTEST_NUMBER, LONGEST_NUMBER = 8, 20  # digits of a value that is worth following in parts
SHORTEST_PART = 3
# With at most two marks between: further apart they are two numbers.
NUMBER = re.compile(r"[0-9]+(?:[-. ()]{1,2}[0-9]+)*")
DIGITS = re.compile(r"[0-9]+")
NAME = re.compile(r"[A-Za-zÀ-ž]{2,}|[㐀-鿿々]+|[ァ-ヺー]{2,}")
# A local part or domain that is no ordinary word: with a dot, a mark or a digit in it.
MAIL_PART = re.compile(r"[A-Za-z0-9]+(?:[._+\-]+[A-Za-z0-9]+)+|[A-Za-z]+[0-9][A-Za-z0-9]*")
HONORIFIC = re.compile(r"(?<=.)(?:様|氏|先生|君|殿)$")
ORDINARY = frozenset(word.lower() for word in AMBIGUOUS | SUFFIXES)

Part = tuple[int, int]  # which value, and a bit for each of its places


@dataclass(frozen=True)
class ValueParts:
    """Part -> the values it belongs to; and what a value looks like when all its parts are there."""

    parts: dict[str, list[Part]]
    whole: Sequence[int]
    kinds: Sequence[PiiKind]

    @classmethod
    def of(cls, values: Iterable[tuple[PiiKind, str]]) -> "ValueParts":
        """From known values; those without parts worth following are left out."""
        parts: dict[str, list[Part]] = {}
        whole: list[int] = []
        kinds: list[PiiKind] = []
        for kind, text in values:
            pieces = list(_parts(kind, text))
            if pieces:
                for part, places in pieces:
                    parts.setdefault(part, []).append((len(whole), places))
                whole.append(_all(places for _, places in pieces))
                kinds.append(kind)
        return cls(parts, whole, kinds)

    def find(self, shown: str, text: str) -> Iterator[Finding]:
        """The parts in `text` whose values are complete with them and what was shown."""
        if not self.parts:
            return
        new = [
            (start, end, value, places)
            for word, start, end in _words(text)
            for value, places in self.parts.get(word, ())
        ]
        if not new:
            return  # what was shown is long, and need not be read again
        seen: dict[int, int] = {}
        for word, _, _ in _words(shown):
            for value, places in self.parts.get(word, ()):
                seen[value] = seen.get(value, 0) | places
        for _, _, value, places in new:
            seen[value] = seen.get(value, 0) | places
        for start, end, value, _ in new:
            if seen[value] == self.whole[value]:
                yield Finding(start, end, self.kinds[value])


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Numbers, however they are grouped or spelled, and words that could be parts."""
    plain = normalise(text)
    for read in {id(each): each for each in (plain, as_digits(plain))}.values():
        for pattern in (NUMBER, DIGITS, NAME, MAIL_PART):
            for match in pattern.finditer(read.text):
                word = HONORIFIC.sub("", match[0])
                yield _spelling(word), *read.original(match.start(), match.start() + len(word))


def _spelling(word: str) -> str:
    """Case is kept but for words in capitals: `Hill` is a name where `hill` is none."""
    bare = re.sub(r"[-. ()]", "", word) if word[0].isdigit() else word
    return bare.capitalize() if bare.isupper() else bare


def _parts(kind: PiiKind, text: str) -> Iterator[tuple[str, int]]:
    plain = normalise(text).text
    number = key(text)
    if kind in (PiiKind.PHONE, PiiKind.OTHER_ID) and number.isdigit():
        # Shorter ones are told in parts by chance; of longer ones there are too many stretches.
        if SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER:
            yield from _stretches(number)
            at = 0
            for group in DIGITS.findall(plain):
                if len(group) < SHORTEST_PART:
                    yield group, ((1 << len(group)) - 1) << at
                at += len(group)
    elif kind is PiiKind.PERSON:
        first, second = halves(plain)
        if len(first) > 1 and len(second) > 1 and not {first.lower(), second.lower()} & ORDINARY:
            yield _spelling(first), 1
            yield _spelling(second), 2
    elif kind is PiiKind.EMAIL and plain.count("@") == 1:
        local, domain = plain.split("@")
        # info, support, sales: half of such an address is everywhere.
        if re.search("[._0-9]", local):
            yield local, 1
            yield domain, 2


def _stretches(number: str) -> Iterator[tuple[str, int]]:
    for start in range(len(number)):
        for end in range(start + SHORTEST_PART, len(number) + (start > 0)):
            yield number[start:end], ((1 << (end - start)) - 1) << start


def _all(places: Iterable[int]) -> int:
    total = 0
    for each in places:
        total |= each
    return total
