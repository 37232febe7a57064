"""Values spelled out: word by word in other languages and alphabets, in roman numerals, with dice."""

import re
from collections.abc import Iterator, Mapping, Sequence

from guardrail.known.tongues import KOREAN, MOST_WORDS, NAMES, OTHERWISE, SIGNS
from guardrail.numbers.spelled_digits import as_digits
from guardrail.text.markup import Part, rewritten
from guardrail.text.normalise import Normalised
from guardrail.text.skeleton import FOLDS

FEWEST = 4  # words, signs or numbers in a row; what identifies has more
MOST_BETWEEN = 4  # characters between two words
# With the signs of vowels that scripts of India write behind a letter.
WORD = re.compile(r"(?:[^\W\d_][\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e]*)+|[0-9]+")
ONE_WORD = frozenset(NAMES)
SPOKEN_KOREAN = re.compile(rf"(?:[{''.join(KOREAN)}][ ,、·.\-]{{0,2}}){{{FEWEST},}}")
# "R for Romeo", "R as in Romeo", 朝日のア: the words say nothing more than the letter.
AS_IN = re.compile(
    r"(?<![A-Za-z])([A-Za-z])[ ]?(?:as in|for|like|comme|wie)[ ]['\"“]?[A-Za-z]+"
    r"|[㐀-鿿ァ-ヺー々]{1,8}の([ァ-ヺ])(?![ァ-ヺー])"
)
DICE = re.compile(r"(?:[⚀-⚅]{1,2}|[0-9])(?:[ ,、/|\-]{1,3}(?:[⚀-⚅]{1,2}|[0-9])){3,}")
_NUMERAL = r"(?:[IVXLCDM]+|[ivxlcdm]+|[Nn]ulla|[Zz]ero|[NO〇○零]|[0-9]+)"
_READ = "いち|に|さん|よん|し|ご|ろく|なな|しち|はち|きゅう|く|ゼロ|れい|ぜろ|まる"
# はちじゅう、さんじゅうよん: numbers of several digits as they are said.
_TENS = rf"(?:(?:{_READ})?[せぜ]ん)?(?:(?:{_READ})?[ひびぴ]ゃく)?(?:{_READ})?じゅう(?:{_READ})?"
_SAID = rf"(?:{_TENS}|{_READ})"
SAID_IN_KANA = re.compile(rf"{_SAID}(?:[、,・ \-]{{1,2}}{_SAID}){{3,}}")
KANA_UNITS = (("せん", "千"), ("ぜん", "千"), ("ひゃく", "百"), ("びゃく", "百"), ("ぴゃく", "百"), ("じゅう", "十"))
KANA_DIGITS = dict(zip(_READ.split("|"), "一二三四四五六七七八九九〇〇〇〇", strict=True))
_KANA_NUMBER = re.compile("|".join((*(kana for kana, _ in KANA_UNITS), *sorted(KANA_DIGITS, key=len, reverse=True))))
ROMAN = re.compile(rf"(?<![A-Za-z0-9]){_NUMERAL}(?:[ ,.、・/|:\-]{{1,3}}{_NUMERAL}){{2,}}(?![A-Za-z0-9])")
ROMAN_VALUES = dict(zip("IVXLCDM", (1, 5, 10, 50, 100, 500, 1000), strict=True))


def spelled_out(read: Normalised) -> Iterator[Normalised]:
    """The forms of a text in which something is spelled out, with what it stands for in its place."""
    words = WORD.findall(read.text.lower())
    if len(named := ONE_WORD.intersection(words)) > 1:
        yield from _called(read, words, NAMES)
        if named & OTHERWISE.keys():
            yield from _called(read, words, NAMES | OTHERWISE)
    steps = [(AS_IN, _as_in), (ROMAN, _roman)]
    if not read.text.isascii():
        steps += [(SPOKEN_KOREAN, _korean), (DICE, _thrown)]
        if "じゅう" in read.text and (said := rewritten(read, SAID_IN_KANA, _in_kanji)) is not read:
            yield as_digits(said)
    for pattern, parts in steps:
        if (form := rewritten(read, pattern, parts)) is not read:
            yield form


def _called(read: Normalised, words: Sequence[str], names: Mapping[str, str]) -> Iterator[Normalised]:
    """With letters and digits for runs of their names, and a blank behind each; nothing if there is none."""
    places = [match.span() for match in WORD.finditer(read.text)]
    kept: list[Part] = []
    run: list[Part] = []
    at, copied = 0, 0
    while at < len(words):
        said, taken = _name_at(words, at, names)
        start, end = places[at][0], places[at + taken - 1][1]
        if said is None or (run and start - run[-1][2] > MOST_BETWEEN):
            copied = _close(read, run, kept, copied)
            run = []
        if said is not None:
            run.append((said, start, end))
        at += taken
    copied = _close(read, run, kept, copied)
    if copied:
        kept += _as_it_is(read, copied, len(read.text))
        letters = [(char, start, end) for said, start, end in kept for char in said]
        yield Normalised(
            "".join(char for char, _, _ in letters),
            [read.starts[start] for _, start, _ in letters],
            [read.ends[end - 1] for _, _, end in letters],
        )


def _name_at(words: Sequence[str], at: int, names: Mapping[str, str]) -> tuple[str | None, int]:
    """What the longest name at a word stands for, and of how many words it is made; None where there is none."""
    for size in range(min(MOST_WORDS, len(words) - at), 0, -1):
        if (said := names.get("".join(words[at : at + size]))) is not None:
            return said, size
    word = words[at]
    if word in SIGNS:
        return "", 1
    return (word if len(word) == 1 or word.isdigit() else None), 1


def _close(read: Normalised, run: Sequence[Part], kept: list[Part], copied: int) -> int:
    """A run of names that has ended, and what stands before it, if it is long enough; how far that reaches."""
    named = sum(1 for said, start, end in run if said and (end - start > 1 or read.text[start] not in said))
    if named < FEWEST:
        return copied
    kept += _as_it_is(read, copied, run[0][1])
    kept += [(said + " ", start, end) for said, start, end in run if said]
    return run[-1][2]


def _as_it_is(read: Normalised, start: int, end: int) -> Iterator[Part]:
    return ((read.text[at], at, at + 1) for at in range(start, end))


def _whole(match: re.Match[str], said: str) -> Iterator[Part]:
    return ((char, match.start(), match.end()) for char in said)


def _as_in(match: re.Match[str]) -> Iterator[Part]:
    return _whole(match, match[1] or match[2])


def _roman(match: re.Match[str]) -> Iterator[Part]:
    for numeral in re.finditer("[A-Za-z〇○零]+|[0-9]+", match[0]):
        start, end = match.start() + numeral.start(), match.start() + numeral.end()
        yield from ((char, start, end) for char in f"{_number(numeral[0].upper())} ")


def _number(numeral: str) -> str:
    if numeral.isdigit():
        return numeral
    values = [ROMAN_VALUES.get(letter, 0) for letter in numeral]  # N, O: nought
    behind = [*values[1:], 0]
    return str(sum(-value if value < after else value for value, after in zip(values, behind, strict=True)))


def _in_kanji(match: re.Match[str]) -> Iterator[Part]:
    kanji = KANA_DIGITS | dict(KANA_UNITS)
    at = match.start()
    while at < match.end():
        word = _KANA_NUMBER.match(match.string, at, match.end())
        end = word.end() if word else at + 1
        yield kanji[word[0]] if word else " ", at, end
        at = end


def _korean(match: re.Match[str]) -> Iterator[Part]:
    return ((KOREAN[char], at, at + 1) for at, char in enumerate(match[0], match.start()) if char in KOREAN)


def _thrown(match: re.Match[str]) -> Iterator[Part]:
    """What lies together is added."""
    for throw in re.finditer("[⚀-⚅]+|[0-9]", match[0]):
        eyes = sum(int(FOLDS[die]) for die in throw[0])
        start, end = match.start() + throw.start(), match.start() + throw.end()
        yield from ((char, start, end) for char in str(eyes))
