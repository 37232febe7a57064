"""How a name sounds: kana and Latin letters in one spelling, whichever way it was romanised."""

import re
from collections.abc import Iterator
from itertools import accumulate

from guardrail.text.markup import Part, rewritten
from guardrail.text.normalise import Normalised
from guardrail.text.skeleton import Skeleton, letters

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だ　　でど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ", "y": "や　ゆ　よ", "w": "わ　　　　",
}  # fmt: skip
_KANA = {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
    if kana != "　"
} | dict(
    zip("ぢづをんゔゐゑぁぃぅぇぉゎ", ["zi", "zu", "o", "n", "b", "i", "e", "a", "i", "u", "e", "o", "wa"], strict=True)
)
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_SYLLABLE = re.compile(r"[ぁ-ゔ][ゃゅょ]?")
_SYLLABLE_OR_NOT = re.compile(rf"{_SYLLABLE.pattern}|.", re.DOTALL)
_LATIN = {
    "sh": "sy", "shi": "si", "tch": "ty", "tchi": "ti", "ch": "ty", "chi": "ti", "tsu": "tu", "fu": "hu", "j": "zy",
    "ji": "zi", "jy": "zy", "dzu": "zu", "du": "zu", "l": "r", "mb": "nb", "mp": "np", "mm": "nm",
}  # fmt: skip
_SPELLING = re.compile("|".join(sorted(_LATIN, key=len, reverse=True)))
# Long vowels and doubled consonants are written or not.
_LONG = re.compile(r"([a-z])\1+|o[uh]+(?![aeiy])|ou+|uu+")


def sounds(read: Normalised) -> Skeleton:
    """The letters of `read` with kana and Latin spelling in one form."""
    places = _in_latin(letters(read).places)
    for pattern, parts in ((_SPELLING, _spelled), (_LONG, _short)):
        places = rewritten(places, pattern, parts)
    return Skeleton(read, places)


def _in_latin(read: Normalised) -> Normalised:
    """Kana by their sounds; not by `rewritten`, as in Japanese nearly every character is one."""
    written = read.text
    if not _SYLLABLE.search(written):
        return read
    parts = _SYLLABLE_OR_NOT.findall(written)
    said = [SOUNDS[part] for part in parts]
    behind = list(accumulate(map(len, parts)))
    starts = [read.starts[end - len(part)] for part, sound, end in zip(parts, said, behind, strict=True) for _ in sound]
    ends = [read.ends[end - 1] for sound, end in zip(said, behind, strict=True) for _ in sound]
    return Normalised("".join(said), starts, ends)


class _Sounds(dict[str, str]):
    """Syllable -> its sound, anything else as it is; worked out at first sight. Bounded by what a letter may be."""

    def __missing__(self, written: str) -> str:
        self[written] = sound = _sound(written)
        return sound


def _sound(written: str) -> str:
    if not _SYLLABLE.match(written):
        return written
    sound = _KANA.get(written[0], "")
    if len(written) > 1:
        sound = (sound[:-1] + "y").replace("yy", "y") + _SMALL[written[1]]
    return sound


SOUNDS = _Sounds()


def _whole(match: re.Match[str], sound: str) -> Iterator[Part]:
    return ((char, match.start(), match.end()) for char in sound)


def _spelled(match: re.Match[str]) -> Iterator[Part]:
    return _whole(match, _LATIN[match[0]])


def _short(match: re.Match[str]) -> Iterator[Part]:
    return _whole(match, match[0][0])
