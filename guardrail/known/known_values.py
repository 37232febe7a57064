"""What an app and a conversation are known to hold: found in an answer in any disguise that can be undone.

And the parts of one value that stand alone, in any order, over several answers: the last ones may not follow.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import methodcaller

from guardrail.findings import Finding, PiiKind
from guardrail.known.forms import Forms
from guardrail.known.keys import Key, digit_keys, goes_on, letter_keys, shifted_sounds, sound_keys
from guardrail.names.name_lists import halves
from guardrail.names.word_tables import AMBIGUOUS, SUFFIXES
from guardrail.numbers.spelled_digits import as_digits
from guardrail.text.automaton import Automaton
from guardrail.text.normalise import normalise
from guardrail.text.romaji import sounds
from guardrail.text.skeleton import Skeleton, key, letters

SHORTEST_NUMBER, LONGEST_NUMBER = 8, 20  # digits of a value that is worth following in parts
SHORTEST_SHARE = 3
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
                if len(group) < SHORTEST_SHARE:
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
        for end in range(start + SHORTEST_SHARE, len(number) + (start > 0)):
            yield number[start:end], ((1 << (end - start)) - 1) << start


def _all(places: Iterable[int]) -> int:
    total = 0
    for each in places:
        total |= each
    return total


SHORTEST_PART = 4  # letters of a word that may be part of a longer one
ENOUGH, ENOUGH_KANJI = 3, 2  # characters that may be the beginning of a value


@dataclass(frozen=True)
class Begun:
    """Where the first of the values starts that may go on behind a text, and whether it is worth waiting for one."""

    at: int
    is_enough: bool = False

    @classmethod
    def first(cls, each: Sequence["Begun"]) -> "Begun":
        """Several as one."""
        return cls(min(begun.at for begun in each), any(begun.is_enough for begun in each))


@dataclass(frozen=True)
class KnownValues:
    """An index, made once for an app and shared; nothing in it changes."""

    letters: Automaton[Key]
    digits: Automaton[Key]
    sounds: Automaton[Key]
    scattered: ValueParts
    words: frozenset[str] = frozenset()  # the words the values are made of
    written: str = ""  # the values in one
    sounding: str = ""  # their sounds in one
    figures: str = ""  # their digits in one

    @classmethod
    def of(cls, values: Iterable[tuple[PiiKind, str]], public: Iterable[str] = ()) -> "KnownValues":
        """Values with their kinds; those an owner published are left out."""
        published = {key(value) for value in public}
        known = sorted({(kind, text) for kind, text in values if key(text) not in published})
        return cls(
            Automaton(
                (k.text, k) for kind, text in known for k in (*letter_keys(text, kind), *shifted_sounds(text, kind))
            ),
            Automaton((k.text, k) for kind, text in known for k in digit_keys(text, kind) if k.text not in published),
            Automaton((k.text, k) for kind, text in known for k in sound_keys(text, kind)),
            ValueParts.of(known),
            frozenset(word for _, text in known for word in re.findall("[a-z]+", normalise(text).text.lower())),
            "\n".join(normalise(text).text.lower() for _, text in known),
            "\n".join(k.text for kind, text in known for k in sound_keys(text, kind)),
            "\n".join(re.sub("[^0-9]", "", as_digits(normalise(text)).text) for _, text in known),
        )

    def __bool__(self) -> bool:
        return self.letters.filled or self.digits.filled or self.sounds.filled

    def have_part(self, word: str) -> bool:
        """Whether a word is part of a known value, as it is written or by its sound."""
        if not (self.letters.filled or self.digits.filled or self.sounds.filled):
            return False
        lower = word.lower()
        if word.isdigit():
            return word in self.figures or word[::-1] in self.figures
        if word.isascii() and len(word) >= ENOUGH and self.letters.begins(lower):
            return True
        if word.isascii():
            return lower in self.words or (len(word) >= SHORTEST_PART and lower in self.written)
        folded = letters(normalise(word)).text
        if self.letters.begins(folded):
            return True
        return len(word) > 1 and (lower in self.written or sounds(normalise(word)).text in self.sounding)

    def find(self, forms: Forms) -> list[Finding]:
        """Where known values stand in a text, whatever they are disguised as; not sorted, may overlap."""
        if not self:
            return []
        skeletons = [(each, self.letters) for each in forms.letters] + [(each, self.digits) for each in forms.digits]
        if self.sounds.filled:
            skeletons += [(each, self.sounds) for each in (*forms.sounds, *forms.coded_sounds)]
        places = (found for skeleton, automaton in skeletons for found in _found(skeleton, automaton))
        return [Finding(f.start, _with_marks(forms.text, f.end), f.kind) for f in places]

    def find_scattered(self, shown: str, text: str) -> list[Finding]:
        """The parts in `text` with which a value of which `shown` had the others is complete."""
        return list(self.scattered.find(shown, text))

    def begun(self, forms: Forms) -> Begun:
        """What of known values has begun at the end of a text."""
        if not self:
            return Begun(len(forms.text))
        begun = [_begun(each, self.letters, forms.text) for each in forms.letters]
        begun += [_begun(each, self.digits, forms.text) for each in forms.digits]
        if self.sounds.filled:
            begun += [_begun(each, self.sounds, forms.text) for each in forms.sounds]
            begun += [Begun(_begun(each, self.sounds, forms.text).at) for each in forms.coded_sounds]
        return Begun.first(begun)


NOTHING_KNOWN = KnownValues.of(())


@dataclass(frozen=True)
class Together:
    """Several indexes as one: an app's, which is shared, and what one conversation adds to it."""

    indexes: tuple[KnownValues, ...]

    def __bool__(self) -> bool:
        return any(self.indexes)

    def have_part(self, word: str) -> bool:
        return any(map(methodcaller("have_part", word), self.indexes))

    def find(self, forms: Forms) -> list[Finding]:
        return [found for each in self.indexes for found in each.find(forms)]

    def find_scattered(self, shown: str, text: str) -> list[Finding]:
        return [found for each in self.indexes for found in each.find_scattered(shown, text)]

    def begun(self, forms: Forms) -> Begun:
        return Begun.first([Begun(len(forms.text)), *(each.begun(forms) for each in self.indexes)])


def _found(skeleton: Skeleton, automaton: Automaton[Key]) -> Iterator[Finding]:
    for start, end, wanted in automaton.find(skeleton.text):
        if wanted.fits(skeleton, start, end):
            yield from (Finding(*place, wanted.kind) for place in skeleton.spans(start, end))


def _with_marks(text: str, end: int) -> int:
    """The end, behind the invisible marks of the last character."""
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me", "Cf"):
        end += 1
    return end


def _begun(skeleton: Skeleton, automaton: Automaton[Key], text: str) -> Begun:
    """The longest key that has begun at the end, and whether so much of it that the rest is worth waiting for."""
    for begun in automaton.begun(skeleton.text):
        start = len(skeleton.text) - begun
        if not goes_on(skeleton, start):
            enough = ENOUGH if skeleton.text[start:].isascii() else ENOUGH_KANJI
            return Begun(skeleton.original(start), begun >= enough)
    return Begun(len(text))
