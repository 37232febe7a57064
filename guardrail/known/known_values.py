"""What an app and a conversation are known to hold: found in an answer in any disguise that can be undone."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import methodcaller

from guardrail.findings import Finding, PiiKind
from guardrail.known.disguises import LETTERED
from guardrail.known.downwards import initials, readings_across
from guardrail.known.forms import Forms
from guardrail.known.keys import Key, digit_keys, goes_on, letter_keys, shifted_sounds, sound_keys
from guardrail.known.most import run_keys, share_keys, sound_shares
from guardrail.known.parts import ValueParts
from guardrail.known.tongues import NAMES
from guardrail.numbers.spelled_digits import as_digits
from guardrail.text.automaton import Automaton
from guardrail.text.normalise import normalise
from guardrail.text.romaji import sounds
from guardrail.text.skeleton import Skeleton, digits, key, letters

SHORTEST_PART = 4  # letters of a word that may be part of a longer one
ENOUGH, ENOUGH_KANJI = 3, 2  # characters that may be the beginning of a value
SPELLED = 5  # initials in a row that are no chance


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
                ((k.text, k) for kind, text in known for k in (*letter_keys(text, kind), *shifted_sounds(text, kind))),
                ((k.text, k) for kind, text in known for k in share_keys(text, kind)),
            ),
            Automaton(
                ((k.text, k) for kind, text in known for k in digit_keys(text, kind) if k.text not in published),
                ((k.text, k) for kind, text in known for k in run_keys(text, kind)),
            ),
            Automaton(
                ((k.text, k) for kind, text in known for k in sound_keys(text, kind)),
                ((k.text, k) for kind, text in known for k in sound_shares(text, kind)),
            ),
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
        # What may stand for a digit: ABJ, ふたつ.
        if LETTERED.fullmatch(word) or (len(word) > 1 and not word.isascii() and word in NAMES):
            return True
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

    def find_scattered(self, shown: str, written: str, text: str) -> list[Finding]:
        """The parts in `text` with which a value of which `shown` had the others is complete.

        `written`: what was shown with what was withheld of it; the rest of a number is no more to be had than its most.
        """
        return list(self.scattered.find(shown, written, text))

    def find_across(self, text: str) -> list[Finding]:
        """Where known values stand that are read down a table, or by the initials of lines and words."""
        found: list[Finding] = []
        for read in readings_across(text) if self else ():
            spelled = letters(read)
            found += (*_apart(spelled, self.letters), *_apart(digits(spelled), self.digits))
            if self.sounds.filled:
                found += _apart(sounds(read), self.sounds)
        return found

    def begun_across(self, text: str) -> bool:
        """Whether the initials at the end of a text may go on as a known value."""
        if not self:
            return False
        spelled = [letters(read).text for read in initials(text)]
        begun = [each[-size:] for each in spelled if (size := next(self.letters.begun(each), 0))]
        return any(len(each) >= (SPELLED if each.isascii() else ENOUGH_KANJI) for each in begun)

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

    def find_scattered(self, shown: str, written: str, text: str) -> list[Finding]:
        return [found for each in self.indexes for found in each.find_scattered(shown, written, text)]

    def find_across(self, text: str) -> list[Finding]:
        return [found for each in self.indexes for found in each.find_across(text)]

    def begun_across(self, text: str) -> bool:
        return any(map(methodcaller("begun_across", text), self.indexes))

    def begun(self, forms: Forms) -> Begun:
        return Begun.first([Begun(len(forms.text)), *(each.begun(forms) for each in self.indexes)])


def _found(skeleton: Skeleton, automaton: Automaton[Key]) -> Iterator[Finding]:
    for start, end, wanted in automaton.find(skeleton.text):
        if wanted.fits(skeleton, start, end):
            yield from (Finding(*place, wanted.kind) for place in skeleton.spans(start, end))


def _apart(skeleton: Skeleton, automaton: Automaton[Key]) -> Iterator[Finding]:
    """As `_found`, each character by itself: in the text other words stand between them."""
    places = skeleton.places
    for start, end, wanted in automaton.find(skeleton.text):
        if wanted.fits(skeleton, start, end):
            for at in range(start, end):
                yield Finding(*skeleton.read.original(places.starts[at], places.ends[at]), wanted.kind)


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
