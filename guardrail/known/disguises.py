"""Letters and digits put for one another: counted marks, places in the alphabet, a telephone's keys, turned letters."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import cycle, product
from string import ascii_lowercase

from guardrail.known.codings import SIGNS as MORSE
from guardrail.names.word_tables import listed
from guardrail.text.markup import Part, nothing, rewritten
from guardrail.text.normalise import Normalised

# Marks to be counted, those of another kind being noughts: ●●● ○ ●●
COUNTED = re.compile(r"(?<!\S)(?:([^\w\s,、/])\1{0,8}|0)(?:[ \t,、/\n]{1,3}(?:([^\w\s,、/])\2{0,8}|0)){5,}(?!\S)")
MARKS = re.compile(r"[^\w\s,、/]+|0")
# Morse in any two marks: 🔵🔵🔴 🔴🔵
TWO_MARKS = re.compile(r"(?<!\S)[^\w\s]{1,6}(?:[ /|]{1,3}[^\w\s]{1,6}){4,}(?!\S)")
# "0[^1] 7[^2]", and chr(48)+chr(55)
NOTES = re.compile(r"\[\^?\w{1,3}\]")
CODED = re.compile(r"(?i)\bcha?r\(([0-9]{2,5})\)")
# Four bits a digit.
NIBBLES = re.compile(r"(?<![0-9])[01]{4}(?:[ ,.\-|/\n]{1,2}[01]{4}){5,}(?![0-9])")
# 13-1-18: places in the alphabet. 6 2 777: keys of a telephone, pressed so many times.
PLACES = re.compile(r"(?<![0-9])[0-9]{1,2}(?:[ ,.\-/|、]{1,3}[0-9]{1,2}){4,}(?![0-9])")
PRESSED = re.compile(r"(?<![0-9])([2-9])\1{0,3}(?:[ \-,./|]{1,2}([2-9])\2{0,3}){4,}(?![0-9])")
KEYS = dict(zip("23456789", ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), strict=True))
# ABC for 012, or for 123; J is nine or nought.
LETTERED = re.compile(r"(?<![A-Za-z])[A-J](?:[ \-]?[A-J]){6,}(?![A-Za-z])")
# arcusmay itfieldwhay: what was taken from the front stands before "ay".
PIG = re.compile(r"(?i)(?<![a-z])[a-z]{2,}ay(?![a-z])")
ONSETS = listed(
    "b c d f g h j k l m n p q r s t v w x y z bl br ch cl cr dr dw fl fr gl gr kn kl kr ph pl pr sc sch scr sh shr sk"
    " sl sm sn sp spl spr st str sw th thr tr tw wh wr"
)
# Letters that stand on their heads; b, d, n, p, q and u stand for one another then.
TURNED = re.compile("[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]")
UPRIGHT = str.maketrans("ɐqɔpǝɟƃɥᴉɾʞɯuodbɹʇnʌʍʎ", "abcdefghijkmnopqrtuvwy")
# Letters put together of signs: |V|4rcu5 \/\/h17f13|d
DRAWN = {
    "|\\/|": "m", "|v|": "m", "/\\/\\": "m", "\\/\\/": "w", "|\\|": "n", "/\\/": "n", "|-|": "h", "]-[": "h",
    "|_|": "u", "(_)": "u", "|<": "k", "|)": "d", "|3": "b", "|=": "f", "|_": "l", "()": "o",
    "><": "x", "|2": "r", "|>": "p",
    "/-\\": "a", "/\\": "a", "\\/": "v",
}  # fmt: skip
SIGNS = re.compile("|".join(map(re.escape, DRAWN)), re.IGNORECASE)
AS_LETTERS = str.maketrans("01345679$!|+@", "oieasgtqsilta")
# Korean syllables by Unicode's arithmetic (chapter 3.12), romanised; kana's sounds are made of the same.
HANGUL = re.compile("[가-힣]+(?: [가-힣]+)?")
_SOUNDS = """
k kk n t tt r m p pp s ss _ j jj ch k t p h
a ae ya yae o e yeo ye o wa wae oe yo u wo we wi yu u ui i
_ k k k n n n t l l l l l l l l m p p t t n t t k t p t
a b v g d e yo j z i i k l m n o p r s t u f h ts ch sh sh _ i _ e yu ya
"""
_INITIALS, _MEDIALS, _FINALS, _LETTERS = (line.split() for line in _SOUNDS.strip().splitlines())
_CYRILLIC = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _LETTERS, strict=True))
CYRILLIC = re.compile("(?i)[а-яё]+")
# Dominoes, lying and standing: both halves together.
DOMINOES = {
    first + 7 * one + other: str(one + other) for first in (0x1F031, 0x1F063) for one in range(7) for other in range(7)
}
DOMINOES[0x1F006] = "0"  # the white tile of mahjong
DOMINO = re.compile("[\U0001f006\U0001f031-\U0001f093]")
LONGEST_PIG = 2  # words that are tried in every way


def undone(read: Normalised) -> Iterator[Normalised]:
    """The forms of a text in which something of this kind is undone."""
    for pattern, parts in _STEPS:
        if (form := rewritten(read, pattern, parts)) is not read:
            yield form
    for dot_first in (True, False) if TWO_MARKS.search(read.text) else ():
        yield rewritten(read, TWO_MARKS, partial(_tapped, dot_first))
    if SIGNS.search(read.text):
        drawn = rewritten(read, SIGNS, lambda match: _whole(match, DRAWN[match[0].lower()]))
        yield Normalised(drawn.text.translate(AS_LETTERS), drawn.starts, drawn.ends)
    if len(PIG.findall(read.text)) > 1:
        yield from _from_pig(read)
    if DOMINO.search(read.text):
        yield rewritten(read, DOMINO, lambda match: _whole(match, DOMINOES.get(ord(match[0]), "")))
    if len(TURNED.findall(read.text)) > 1:
        yield Normalised(read.text.translate(UPRIGHT), read.starts, read.ends)


def in_latin(read: Normalised) -> Iterator[Normalised]:
    """With Korean and Cyrillic words as they sound."""
    for pattern, parts in ((HANGUL, _korean), (CYRILLIC, _cyrillic)):
        if pattern.search(read.text):
            yield rewritten(read, pattern, parts)


def _whole(match: re.Match[str], said: str) -> Iterator[Part]:
    return ((char, match.start(), match.end()) for char in said)


def _each(match: re.Match[str], pattern: str) -> Iterator[tuple[str, int, int]]:
    return (
        (part[0], match.start() + part.start(), match.start() + part.end()) for part in re.finditer(pattern, match[0])
    )


def _counted(match: re.Match[str]) -> Iterator[Part]:
    marks = [(m[0], match.start() + m.start(), match.start() + m.end()) for m in MARKS.finditer(match[0])]
    counted = max(marks, key=lambda mark: len(mark[0]))[0][0]
    for mark, start, end in marks:
        yield str(len(mark)) if mark[0] == counted else "0", start, end


def _tapped(dot_first: bool, match: re.Match[str]) -> Iterator[Part]:
    marks = sorted(set(re.findall(r"[^\w\s/|]", match[0])), reverse=dot_first)
    if len(marks) == 2:
        morse = str.maketrans("".join(marks), ".-")
        for letter, start, end in _each(match, r"[^\w\s/|]+"):
            yield MORSE.get(letter.translate(morse), " "), start, end


def _coded(match: re.Match[str]) -> Iterator[Part]:
    return _whole(match, chr(int(match[1])))


def _nibbles(match: re.Match[str]) -> Iterator[Part]:
    return ((str(int(bits, 2) % 10), start, end) for bits, start, end in _each(match, "[01]{4}"))


def _placed(match: re.Match[str]) -> Iterator[Part]:
    for number, start, end in _each(match, "[0-9]+"):
        yield ascii_lowercase[int(number) - 1] if 0 < int(number) <= len(ascii_lowercase) else " ", start, end


def _pressed(match: re.Match[str]) -> Iterator[Part]:
    for keys, start, end in _each(match, "[2-9]+"):
        letters = KEYS[keys[0]]
        yield letters[(len(keys) - 1) % len(letters)], start, end


def _from_nought(match: re.Match[str]) -> Iterator[Part]:
    return ((str(ord(letter) - ord("A")), start, end) for letter, start, end in _each(match, "[A-J]"))


def _from_one(match: re.Match[str]) -> Iterator[Part]:
    return ((str((ord(letter) - ord("A") + 1) % 10), start, end) for letter, start, end in _each(match, "[A-J]"))


def _from_pig(read: Normalised) -> Iterator[Normalised]:
    """As much or as little as may have been taken from the front of each word, alternately."""
    starts = [match.start() for match in PIG.finditer(read.text)]
    for ways in product((-1, 0), repeat=LONGEST_PIG):
        yield rewritten(read, PIG, partial(_moved, dict(zip(starts, cycle(ways), strict=False))))


def _moved(ways: Mapping[int, int], match: re.Match[str]) -> Iterator[Part]:
    """A word as it was; `ways`: whether the longest or the shortest beginning was moved, by where a word starts."""
    word = match[0][:-2].lower()
    sizes = [size for size in (1, 2, 3) if word[-size:] in ONSETS]
    size = sizes[ways[match.start()]] if sizes else 0
    return _whole(match, word[len(word) - size :] + word[: len(word) - size])


def _korean(match: re.Match[str]) -> Iterator[Part]:
    for at, syllable in enumerate(match[0], match.start()):
        if syllable == " ":
            yield " ", at, at + 1
            continue
        number = ord(syllable) - ord("가")
        sounds = _INITIALS[number // 588], _MEDIALS[number % 588 // 28], _FINALS[number % 28]
        yield from ((char, at, at + 1) for char in "".join(sounds).replace("_", ""))


def _cyrillic(match: re.Match[str]) -> Iterator[Part]:
    for at, letter in enumerate(match[0].lower(), match.start()):
        yield from ((char, at, at + 1) for char in _CYRILLIC[letter].replace("_", ""))


_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[Part]]], ...] = (
    (NIBBLES, _nibbles),
    (PLACES, _placed),
    (PRESSED, _pressed),
    (LETTERED, _from_nought),
    (LETTERED, _from_one),
    (COUNTED, _counted),
    (NOTES, nothing),
    (CODED, _coded),
)
