"""Most of a value: what is looked for beside the whole, as hardly anybody needs the rest of a number to find it.

More than half of its letters from both of its sides, or seven digits in a row that are three fifths of a number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardrail.findings import PiiKind
from guardrail.known.keys import Key, cores, dialled, goes_on, spoken, stands_alone
from guardrail.names.name_lists import halves
from guardrail.numbers.spelled_digits import as_digits
from guardrail.text.normalise import normalise
from guardrail.text.romaji import sounds
from guardrail.text.skeleton import Skeleton, key

SHORTEST_NUMBER, LONGEST_NUMBER = 8, 20  # digits
FEWEST_DIGITS = 7  # in a row
SHORTEST_NAME, SHORTEST_KANJI_NAME = 8, 4  # letters
TOKEN = re.compile("[A-Za-z]+|[0-9]+")
# A number that goes on is another one, and so is one that says what it counts.
GOES_ON = re.compile(r"[\-.の・/]?[A-Za-z0-9]|丁目|番")
MOST_BETWEEN = 4  # characters between two digits of one number
LONGEST_WORD = 12  # characters of a word that says what a number is
CLOSE = 2  # between those that cannot but belong to one number
TOLD = 60  # between digits that are told one by one
COUNTED = frozenset("年月日時分秒円件個回人点位章節項つ階名歳才倍度%")
UNITS = re.compile(
    r"(?i)(?:[KMGT]i?B|[mkcμ]?[mgslWV]|[kMG]?Hz|kcal|px|pt|dpi|mAh|bytes?|files?|items?|pages?|points?|times)(?![A-Za-z])"
)
VERSION = re.compile(r"(?i)(?:build|version|release|ver\.?|rev\.?|バージョン|ビルド|リリース|\bv|[#＃])\s*\Z")


@dataclass(frozen=True)
class LetterShare(Key):
    """A run of a value's letters; no part of a longer word or number."""

    def fits(self, where: Skeleton, start: int, end: int) -> bool:
        if goes_on(where, start) or goes_on(where, end):
            return False
        first, last = where.places.starts[start], where.places.ends[end - 1]
        text = where.read.text
        if self.kind is PiiKind.PERSON and not self.text.isascii():
            return stands_alone(text, first, last)
        return self.kind in (PiiKind.PERSON, PiiKind.EMAIL) or not GOES_ON.match(text, last)


@dataclass(frozen=True)
class DigitShare(Key):
    """A run of a number's digits; `whole`: the number in every way it is dialled."""

    whole: str = ""

    def fits(self, where: Skeleton, start: int, end: int) -> bool:
        gaps = [_gap(where, at) for at in range(start + 1, end)]
        if not all(map(_is_joint, gaps)) and not _is_told(gaps, _gap(where, end)):
            return False
        while start and len(gap := _gap(where, start)) <= CLOSE and _is_joint(gap):
            start -= 1
        while end < len(where.text) and len(gap := _gap(where, end)) <= CLOSE and _is_joint(gap):
            end += 1
        first, last = where.places.starts[start], where.places.ends[end - 1]
        return where.text[start:end] in self.whole and not names_amount(where.read.text, first, last)


def _gap(where: Skeleton, at: int) -> str:
    """What was read between a digit and the one before it; behind the last one all that follows."""
    after = where.places.starts[at] if at < len(where.text) else len(where.read.text)
    return where.read.text[where.places.ends[at - 1] : after]


def _is_joint(gap: str) -> bool:
    return len(gap) <= MOST_BETWEEN and not any(map(str.isalnum, gap))


def _is_told(gaps: Sequence[str], behind: str) -> bool:
    """Whether each digit stands alone and counts nothing: "it begins with 0, then comes 8"."""
    return all(0 < len(gap) <= TOLD for gap in gaps) and not any(_is_counted(gap) for gap in (*gaps, behind))


def _is_counted(behind: str) -> bool:
    said = behind.lstrip()
    return bool(said) and (said[0] in COUNTED or UNITS.match(said) is not None)


def names_amount(text: str, first: int, last: int) -> bool:
    """Whether the number there counts something, is part of a decimal, or says which version of a thing it is."""
    behind = text[last : last + LONGEST_WORD]
    if (
        _is_counted(behind)
        or re.match(r"[,.][0-9]", behind)
        or re.search(r"[0-9],\Z", text[max(0, first - CLOSE) : first])
    ):
        return True
    return bool(VERSION.search(text[max(0, first - LONGEST_WORD) : first]))


def share_keys(text: str, kind: PiiKind) -> Iterator[Key]:
    """Most of a value's letters."""
    runs = {
        PiiKind.PERSON: _of_name,
        PiiKind.EMAIL: _of_mail,
        PiiKind.ADDRESS: _of_address,
        PiiKind.OTHER_ID: _of_id,
        PiiKind.PHONE: _of_nothing,
    }[kind](normalise(text).text)
    yield from (LetterShare(run, kind) for run in dict.fromkeys(runs))


def sound_shares(text: str, kind: PiiKind) -> Iterator[Key]:
    """Most of the sound of a Japanese name."""
    pairs = spoken(normalise(text).text) if kind is PiiKind.PERSON else ()
    for first, second in {(_sound(first), _sound(second)) for first, second in pairs}:
        if second and len(first + second) >= SHORTEST_NAME:
            yield from (LetterShare(run, kind) for run in _across(first, second, windows=False))


def _sound(written: str) -> str:
    return sounds(normalise(written)).text


def run_keys(text: str, kind: PiiKind) -> Iterator[Key]:
    """Most of a number's digits, forwards and backwards."""
    number = key(text)
    if kind not in (PiiKind.PHONE, PiiKind.OTHER_ID) or not number.isdigit():
        return
    size = most_of(len(number))
    if not SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER or size >= len(number):
        return
    forms = [number, *(dialled(normalise(text).text) if kind is PiiKind.PHONE else ())]
    for way in (number, number[::-1]):
        whole = " ".join(forms if way == number else [form[::-1] for form in forms])
        yield from (DigitShare(way[at : at + size], kind, whole=whole) for at in range(len(way) - size + 1))


def most_of(digits: int) -> int:
    """How many digits in a row are most of a number."""
    return max(FEWEST_DIGITS, -(-digits * 3 // 5))


def is_most(places: int, whole: int) -> bool:
    """Whether of a number that has all places of `whole` those are most: in a row, or nearly all of them."""
    digits, row = whole.bit_length(), max(map(len, f"{places:b}".split("0")))
    if digits < SHORTEST_NUMBER:
        return False
    return row >= most_of(digits) or (places.bit_count() > FEWEST_DIGITS and places.bit_count() * 10 > digits * 7)


def _of_nothing(_text: str) -> Iterator[str]:
    return iter(())


def _of_name(text: str) -> Iterator[str]:
    first, second = map(key, halves(text))
    whole = first + second
    if not second or len(whole) < (SHORTEST_NAME if whole.isascii() else SHORTEST_KANJI_NAME):
        return
    for one, other in ((first, second), (second, first)):
        yield from _across(one, other, windows=whole.isascii())


def _of_mail(text: str) -> Iterator[str]:
    local, at_sign, domain = text.partition("@")
    if not at_sign:
        return
    yield from _across(key(local), key(domain), windows=True)
    tokens = [key(token[0]) for token in TOKEN.finditer(domain)]
    # Without the end of the domain, and without the beginning of the local part.
    for begin in [0, *(match.end() for match in re.finditer("[^A-Za-z0-9]+", local))]:
        for end in range(1, len(tokens) + 1):
            run = key(local[begin:]) + "".join(tokens[:end])
            if len(run) * 2 > len(key(text)):
                yield run


def _across(first: str, second: str, *, windows: bool) -> Iterator[str]:
    """What has something of both halves and more than half of all: from the beginning, or from anywhere."""
    whole = first + second
    size = len(whole) // 2 + 1
    yield from (whole[:end] for end in range(max(size, len(first) + 1), len(whole)))
    if windows:
        yield from (
            whole[at : at + size] for at in range(max(0, len(first) - size + 1), min(len(first), len(whole) - size + 1))
        )


def _of_address(text: str) -> Iterator[str]:
    if text.isascii():
        tokens = [key(token) for token in text.split()]
        runs = ("".join(tokens[:end]) for end in range(2, len(tokens)))
        if tokens and tokens[0][:1].isdigit():
            yield from (run for run in runs if len(run) * 2 > len(key(text)))
        return
    numbered = as_digits(normalise(text)).text
    for core in (numbered, *cores(numbered)):
        # Town and block without the house: 錦3-15 of 錦3-15-7.
        without_house = re.sub(r"(?<=[0-9])[^0-9]+[0-9]+[^0-9]*$", "", core)
        if len(re.findall("[0-9]+", core)) > 2 and len(key(without_house)) >= SHORTEST_NAME:
            yield key(without_house)


def _of_id(text: str) -> Iterator[str]:
    tokens = [key(token[0]) for token in TOKEN.finditer(text)]
    whole = "".join(tokens)
    if whole.isdigit():
        return
    for begin, end in ((0, len(tokens) - 1), (1, len(tokens))):
        run = "".join(tokens[begin:end])
        if len(run) >= FEWEST_DIGITS and len(run) * 10 >= len(whole) * 7:
            yield run
