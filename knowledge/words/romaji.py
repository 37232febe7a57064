"""Japanese written in Latin letters -> katakana: Hepburn and Kunrei, as people type it."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice

from knowledge.words.dictionaries import by_frequency
from knowledge.words.words import clean, is_japanese, latin_words

_VOWELS = "aiueo"
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ",
    "p": "パピプペポ",
}  # fmt: skip
# Written with a small ya, yu, yo after the kana of the i row.
_GLIDES = {"sh": "シ", "ch": "チ", "j": "ジ", "ty": "チ", "sy": "シ", "jy": "ジ", "zy": "ジ"}
_OTHERS = {
    "shi": "シ", "chi": "チ", "tsu": "ツ", "fu": "フ", "ji": "ジ", "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "wa": "ワ",
    "wo": "ヲ", "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ", "va": "ヴァ", "vi": "ヴィ", "vu": "ヴ",
    "ve": "ヴェ", "vo": "ヴォ", "ti": "ティ", "di": "ディ", "we": "ウェ", "wi": "ウィ",
}  # fmt: skip
# っ: a doubled consonant, or t before ch (matcha).
_DOUBLED = re.compile(r"([bcdfghjkmpqrstvwxyz])(?=\1)|t(?=ch)")
# ん: n, n' before a vowel, m before b, p and m (shimbun).
_NASAL = re.compile(r"n'?|m(?=[bpm])")

# In wordfreq's hundredths of a power of ten: one word in three million. An English question has none that is rarer.
_RAREST = 650
_TO_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(ord("ァ"), ord("ヶ") + 1)}


def in_hiragana(question: str) -> str | None:
    """A question typed in romaji, in hiragana ("ikura desuka" -> いくら ですか); None if it is in another writing.

    It is taken for romaji where half of its letters are in words that English has not and Japanese may have.
    """
    plain = clean(question)
    if is_japanese(plain):
        return None
    words = latin_words(plain)
    # By letters, not by words: "no" and "to" are words of both languages, long ones hardly.
    japanese = sum(len(word) for word in words if _only_japanese(word))
    if not japanese or japanese * 2 < sum(map(len, words)):
        return None
    return " ".join(to_katakana(word) or word for word in words).translate(_TO_HIRAGANA)


@lru_cache(maxsize=20_000)
def _only_japanese(word: str) -> bool:
    return len(word) > 3 and to_katakana(word) is not None and word not in _english()


@cache
def _english() -> frozenset[str]:
    """Words that could be Japanese and are not rare in English: a table of all words would be 40 MB."""
    words = (word for words in islice(by_frequency("large"), _RAREST + 1) for word in words)
    kept = " ".join(word for word in words if len(word) > 3 and to_katakana(word) is not None)
    # Copies: the list's own words would keep the memory of all that lay around them.
    return frozenset(kept.split())


def to_katakana(word: str) -> str | None:
    """`word` (a-z, hyphens) in katakana; None if it cannot be Japanese."""
    spelled, at = "", 0
    while at < len(word):
        if found := _syllable().match(word, at):
            spelled += _syllables()[found[0]]
        elif found := _DOUBLED.match(word, at):
            spelled += "ッ"
        elif found := _NASAL.match(word, at):
            spelled += "ン"
        elif word[at] == "-":
            spelled, at = f"{spelled}ー", at + 1
            continue
        else:
            return None
        at = found.end()
    return spelled


@cache
def _syllables() -> dict[str, str]:
    return dict(_plain()) | dict(_gliding()) | _OTHERS


@cache
def _syllable() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_syllables(), key=len, reverse=True)))


def _plain() -> Iterator[tuple[str, str]]:
    for consonant, row in _ROWS.items():
        yield from ((consonant + vowel, kana) for vowel, kana in zip(_VOWELS, row, strict=True))


def _gliding() -> Iterator[tuple[str, str]]:
    for consonant, row in _ROWS.items():
        if consonant:
            yield from ((f"{consonant}y{vowel}", row[1] + small) for vowel, small in zip("auo", "ャュョ", strict=True))
    for start, kana in _GLIDES.items():
        yield from ((start + vowel, kana + small) for vowel, small in zip("auoe", "ャュョェ", strict=True))
