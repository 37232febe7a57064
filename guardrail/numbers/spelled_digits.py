"""Numbers put into words as digits: 〇九〇, ぜろきゅうぜろ, 千二百三十四, "oh nine oh double four", kyuu, O9O."""

import re
from collections.abc import Callable, Iterable, Iterator

from guardrail.names.name_lists import katakana
from guardrail.text.markup import Part, rewritten
from guardrail.text.normalise import Normalised

ENGLISH = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9", "ten": "10",
    "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40",
    "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
    "rei": "0", "maru": "0", "ichi": "1", "ni": "2", "san": "3", "yon": "4", "shi": "4", "go": "5", "roku": "6",
    "nana": "7", "shichi": "7", "hachi": "8", "kyuu": "9", "kyu": "9", "ku": "9",
}  # fmt: skip
KANA = {
    "ゼロ": "0", "レイ": "0", "マル": "0", "オー": "0", "イチ": "1", "イー": "1", "ワン": "1", "ニイ": "2", "ニー": "2",
    "ニ": "2", "ツー": "2", "サン": "3", "スリー": "3", "ヨン": "4", "ヨー": "4", "シイ": "4", "シ": "4", "フォー": "4",
    "ゴー": "5", "ゴ": "5", "ファイブ": "5", "ロク": "6", "シックス": "6", "ナナ": "7", "シチ": "7", "セブン": "7",
    "ハチ": "8", "エイト": "8", "キュウ": "9", "キュー": "9", "ク": "9", "ナイン": "9",
}  # fmt: skip
KANJI = {
    char: str(digit)
    for digit, chars in enumerate(
        ("〇零○◯", "一壱壹", "二弐貳", "三参參", "四肆", "五伍", "六陸", "七漆", "八捌", "九玖")
    )
    for char in chars
}
UNITS = {"千": 1000, "百": 100, "十": 10}
TIMES = {"double": 2, "triple": 3, "treble": 3}


def any_case(words: Iterable[str]) -> str:
    """An expression for one of the words, the longest first; far faster than one that ignores case."""
    spelled = ("".join(f"[{char}{char.upper()}]" for char in word) for word in sorted(words, key=len, reverse=True))
    return "|".join(spelled)


_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
# "double four", "twenty-one", "nine"; a digit only among words, where it is read out with them.
_SPOKEN = re.compile(
    rf"(?<![A-Za-z])(?=[A-Za-z0-9])(?:(?P<times>{any_case(TIMES)})[ -]+)?"
    rf"(?:(?P<tens>{any_case(word for word in ENGLISH if word.endswith('ty'))})[ -]?(?P<unit>{any_case(_ONES)})"
    rf"|(?P<word>{any_case(ENGLISH)})|(?<=[ -])(?P<digit>[0-9])(?![0-9]))(?![A-Za-z])"
)
_HUNDRED = re.compile(rf"(?<=[0-9])[ -]?{any_case(['hundred'])}(?![A-Za-z])")
# ニイチ is two and one: an イ goes on as イチ.
_KANA_WORDS = "|".join(
    "".join(char if char == "ー" else f"[{char}{chr(ord(char) - 0x60)}]" for char in word)
    + "(?![チち])" * (word == "ニイ")
    for word in sorted(KANA, key=len, reverse=True)
)
_ONE_READ = re.compile(_KANA_WORDS)
_KANA_SIGNS = "".join(sorted({*"".join(KANA), *(chr(ord(char) - 0x60) for char in "".join(KANA) if char != "ー")}))
# Four or more in a row: fewer are ordinary words (ニ, シ, ゴ), and a number that identifies has more.
_READ_OUT = re.compile(
    rf"(?=[{_KANA_SIGNS}0-9〇一二三四五六七八九の、,・ -]{{4}})"
    rf"(?>(?:(?>{_KANA_WORDS}|[0-9〇一二三四五六七八九])[の、,・ \-ー]*+){{4,}})"
)
# Without anything between them, as a skeleton has them; long vowels are gone there, and small kana stay.
_GLUED_WORDS = {word: digit for word, digit in ENGLISH.items() if len(digit) == 1 and len(word) > 2} | {
    "ぜろ": "0", "れい": "0", "まる": "0", "いち": "1", "に": "2", "さん": "3", "よん": "4", "ご": "5", "ろく": "6",
    "なな": "7", "しち": "7", "はち": "8", "きゅう": "9", "く": "9",
}  # fmt: skip
_GLUED_BACKWARDS = {word[::-1]: digit for word, digit in _GLUED_WORDS.items()}
_GLUED_WORD = re.compile("|".join(sorted(_GLUED_WORDS, key=len, reverse=True)))
_GLUED_BACKWARD = re.compile("|".join(sorted(_GLUED_BACKWARDS, key=len, reverse=True)))
_GLUED = re.compile(f"(?:{_GLUED_WORD.pattern}){{3,}}|(?:{_GLUED_BACKWARD.pattern}){{3,}}")
# 千二百三十四: each unit at most once and from the largest down, else it is a row of single digits.
_KANJI_NUMBER = re.compile(
    r"(?=[一二三四五六七八九]?[千百十])(?:[一二三四五六七八九]?千)?(?:[一二三四五六七八九]?百)?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?"
)
_KANJI_DIGIT = re.compile(f"[{''.join(KANJI)}]")
# O9O-I234: letters drawn like digits, in a run that has digits.
_DRAWN = re.compile(r"[0-9OoIlSBZ|](?<![A-Za-z0-9].)(?:[\-() .]?[0-9OoIlSBZ|]){5,}(?![A-Za-z0-9])")
# O and o, I, l and |, S, B, Z.
_LIKE = str.maketrans("OoIl|SBZ", "00111582")


def as_digits(read: Normalised) -> Normalised:
    """The form with digits in place of the words for them; `read` itself if there are none."""
    for pattern, parts in _STEPS:
        read = rewritten(read, pattern, parts)
    return read


def glued_digits(read: Normalised) -> Normalised:
    """The form of a skeleton, in which nothing parts words, with digits for runs of words for them: zerooneeight."""
    return rewritten(read, _GLUED, _glued_run)


def _glued_run(match: re.Match[str]) -> Iterator[Part]:
    forwards = len(_GLUED_WORD.sub("", match[0])) == 0
    words = _GLUED_WORDS if forwards else _GLUED_BACKWARDS
    for word in (_GLUED_WORD if forwards else _GLUED_BACKWARD).finditer(match[0]):
        start = match.start() + word.start()
        yield words[word[0]], start, match.start() + word.end()
        yield " ", start, match.start() + word.end()  # ご and に behind a number are seldom part of it


def _whole(match: re.Match[str], digits: str) -> Iterator[Part]:
    return ((digit, match.start(), match.end()) for digit in digits)


def _drawn(match: re.Match[str]) -> Iterator[Part]:
    read = match[0].translate(_LIKE) if re.search("[0-9]", match[0]) else match[0]
    return ((char, at, at + 1) for at, char in enumerate(read, match.start()))


def _spoken(match: re.Match[str]) -> Iterator[Part]:
    if match["tens"]:
        digits = ENGLISH[match["tens"].lower()][0] + ENGLISH[match["unit"].lower()]
    else:
        digits = match["digit"] or ENGLISH[match["word"].lower()]
    return _whole(match, digits * TIMES.get((match["times"] or "").lower(), 1))


def _hundred(match: re.Match[str]) -> Iterator[Part]:
    return _whole(match, "00")


def _read_out(match: re.Match[str]) -> Iterator[Part]:
    at = match.start()
    while at < match.end():
        word = _ONE_READ.match(match.string, at, match.end())
        if word:
            yield from _whole(word, KANA[katakana(word[0])])
        else:
            yield match.string[at], at, at + 1
        at = word.end() if word else at + 1


def _kanji_number(match: re.Match[str]) -> Iterator[Part]:
    total, digit = 0, 0
    for char in match[0]:
        if char in UNITS:
            total, digit = total + max(digit, 1) * UNITS[char], 0
        else:
            digit = int(KANJI[char])
    return _whole(match, str(total + digit))


def _kanji_digit(match: re.Match[str]) -> Iterator[Part]:
    return _whole(match, KANJI[match[0]])


# In this order: letters like digits before words, words before "hundred" behind their digits, and whole kanji numbers
# before the kanji digits they are made of.
_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[Part]]], ...] = (
    (_DRAWN, _drawn),
    (_SPOKEN, _spoken),
    (_HUNDRED, _hundred),
    (_READ_OUT, _read_out),
    (_KANJI_NUMBER, _kanji_number),
    (_KANJI_DIGIT, _kanji_digit),
)
