"""The parts of one value that stand alone, in any order, over several answers: the last ones may not follow."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from guardrail.findings import Finding, PiiKind
from guardrail.known.common_names import is_common
from guardrail.known.keys import cores
from guardrail.known.most import LONGEST_NUMBER, SHORTEST_NUMBER, is_most, names_amount
from guardrail.names.name_lists import halves
from guardrail.numbers.spelled_digits import as_digits
from guardrail.text.normalise import normalise
from guardrail.text.skeleton import key

SHORTEST_SHARE = 3
# With at most two marks between: further apart they are two numbers.
NUMBER = re.compile(r"[0-9]+(?:[-. ()]{1,2}[0-9]+)*")
DIGITS = re.compile(r"[0-9]+")
NAME = re.compile(r"[A-Za-zÀ-ž]{2,}|[㐀-鿿々]+|[ァ-ヺー]{2,}")
# A local part or domain that is no ordinary word: with a dot, a mark or a digit in it.
MAIL_PART = re.compile(r"[A-Za-z0-9]+(?:[._+\-]+[A-Za-z0-9]+)+|[A-Za-z]+[0-9][A-Za-z0-9]*")
TOWN_AND_NUMBER = re.compile(r"([一-龥々]{2,})([0-9][^一-龥]*(?:(?:丁目|番地?|号)[^一-龥]*)*)")
RELEASE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){2}")  # 5.18.3: a version
HONORIFIC = re.compile(r"(?<=.)(?:様|氏|先生|君|殿)$")

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

    def find(self, shown: str, written: str, text: str) -> Iterator[Finding]:
        """The parts in `text` whose values are complete, or a number most of the way, with them and what was shown.

        Of numbers `written` counts, which has what was withheld, too.
        """
        if not self.parts:
            return
        new = list(self._parts_in(text))
        if not new:
            return  # what was shown is long, and need not be read again
        seen: dict[int, int] = {}
        alone: dict[int, int] = {}  # of numbers that stand alone
        before = [part for part in self._parts_in(shown) if not _is_number(self.kinds[part[1]])]
        before += [part for part in self._parts_in(written) if _is_number(self.kinds[part[1]])]
        for _, value, places, is_alone in (*before, *new):
            seen[value] = seen.get(value, 0) | places
            alone[value] = alone.get(value, 0) | places * is_alone
        for (start, end), value, _, is_alone in new:
            if seen[value] == self.whole[value] or (is_alone and is_most(alone[value], self.whole[value])):
                yield Finding(start, end, self.kinds[value])

    def _parts_in(self, text: str) -> Iterator[tuple[tuple[int, int], int, int, bool]]:
        """Where a part stands, its value and places, and whether it is a number by itself that counts nothing."""
        for word, place, is_alone in _words(text):
            for value, places in self.parts.get(word, ()):
                yield place, value, places, is_alone


def _is_number(kind: PiiKind) -> bool:
    return kind in (PiiKind.PHONE, PiiKind.OTHER_ID)


def _words(text: str) -> Iterator[tuple[str, tuple[int, int], bool]]:
    """Numbers, however they are grouped or spelled, and words that could be parts."""
    plain = normalise(text)
    for read in {id(each): each for each in (plain, as_digits(plain))}.values():
        for pattern in (NUMBER, DIGITS, NAME, MAIL_PART):
            for match in pattern.finditer(read.text):
                word = HONORIFIC.sub("", match[0])
                is_alone = (
                    pattern is NUMBER
                    and not RELEASE.fullmatch(match[0])
                    and not names_amount(read.text, match.start(), match.end())
                )
                yield _spelling(word), read.original(match.start(), match.start() + len(word)), is_alone


def _spelling(word: str) -> str:
    """Case is kept but for words in capitals: `Hill` is a name where `hill` is none."""
    bare = re.sub(r"[-. ()]", "", word) if word[0].isdigit() else word
    return bare.capitalize() if bare.isupper() else bare


def _parts(kind: PiiKind, text: str) -> Iterator[tuple[str, int]]:
    plain = normalise(text).text
    number = key(text)
    if _is_number(kind) and number.isdigit():
        # Shorter ones are told in parts by chance; of longer ones there are too many stretches.
        if SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER:
            yield from _stretches(number)
            at = 0
            for group in DIGITS.findall(plain):
                if len(group) < SHORTEST_SHARE:
                    yield group, _bits(len(group)) << at
                at += len(group)
    elif kind is PiiKind.PERSON:
        first, second = halves(plain)
        if (
            len(first) > 1
            and len(second) > 1
            and not any(half.isascii() and is_common(half) for half in (first, second))
        ):
            yield _spelling(first), 1
            yield _spelling(second), 2
    elif kind is PiiKind.ADDRESS:
        yield from _of_address(plain)
    elif kind is PiiKind.EMAIL and plain.count("@") == 1:
        local, domain = plain.split("@")
        # info, support, sales: half of such an address is everywhere.
        if re.search("[._0-9]", local):
            yield local, 1
            yield domain, 2


def _of_address(text: str) -> Iterator[tuple[str, int]]:
    """The town and the numbers behind it, of a Japanese address that has both."""
    written = [*cores(as_digits(normalise(text)).text), *cores(text)]
    core = map(TOWN_AND_NUMBER.fullmatch, written)
    for match in list(filter(None, core))[-1:]:
        number = re.sub("[^0-9]", "", match[2])
        if len(number) >= SHORTEST_SHARE:
            yield match[1], 1
            yield number, 2


def _stretches(number: str) -> Iterator[tuple[str, int]]:
    for start in range(len(number)):
        for end in range(start + SHORTEST_SHARE, len(number) + (start > 0)):
            yield number[start:end], _bits(end - start) << start


def _bits(size: int) -> int:
    return (1 << size) - 1


def _all(places: Iterable[int]) -> int:
    total = 0
    for each in places:
        total |= each
    return total
