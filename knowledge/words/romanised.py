"""Japanese in Latin letters, by how it is read: what an address is made of (Hepburn, as passports spell it)."""

import re
import unicodedata
from collections.abc import Iterator

from sudachipy import Morpheme, SplitMode

from knowledge.words.dictionaries import tokenizer

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サ　スセソ", "t": "タ　　テト", "n": "ナニヌネノ", "h": "ハヒ　ヘホ",
    "m": "マミムメモ", "y": "ヤ　ユ　ヨ", "r": "ラリルレロ", "w": "ワヰ　ヱ　", "g": "ガギグゲゴ", "z": "ザ　ズゼゾ",
    "d": "ダ　　デド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_OTHERS = {
    "シ": "shi",
    "チ": "chi",
    "ツ": "tsu",
    "フ": "fu",
    "ジ": "ji",
    "ヂ": "ji",
    "ヅ": "zu",
    "ヲ": "o",
    "ン": "n",
    "ヴ": "vu",
}
_SOUNDS = {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
    if kana != "　"
} | _OTHERS
_SMALL = dict(zip("ァィゥェォャュョヮ", ["a", "i", "u", "e", "o", "ya", "yu", "yo", "wa"], strict=True))
_SYLLABLE = re.compile(r"(ッ*)([ァ-ヴ])([ァィゥェォャュョヮ]?)ー*")
_LONG = re.compile(r"(?<=[a-z])(?:o[uo]|uu)")
_MARKS = ("補助記号", "記号", "空白")  # a blank is read キゴウ
_APART = re.compile(r"[^a-z0-9]+")


def romanised(text: str) -> list[str]:
    """The words of `text` in a-z and 0-9; what has no reading (Arabic, emoji) is left out."""
    plain = unicodedata.normalize("NFKC", text)
    words = (word for morpheme in tokenizer().tokenize(plain, SplitMode.C) for word in _words(morpheme))
    return [word for word in words if word]


def _words(morpheme: Morpheme) -> Iterator[str]:
    written, read = str(morpheme.surface()), str(morpheme.reading_form())
    if morpheme.part_of_speech()[0] in _MARKS:
        return
    # Latin words are read aloud as their letters; they stay as they are, without their accents.
    if any(unicodedata.name(char, "").startswith("LATIN") for char in written) or written.isdecimal():
        latin = unicodedata.normalize("NFKD", written).casefold().encode("ascii", "ignore").decode()
        yield from _APART.split(latin)
    else:
        yield _APART.sub("", _LONG.sub(lambda match: match[0][0], _SYLLABLE.sub(_sound, read)))


def _sound(match: re.Match[str]) -> str:
    doubled, kana, small = match.groups()
    sound = _SOUNDS.get(kana, _SMALL.get(kana, ""))
    if small in ("ャ", "ュ", "ョ"):
        # キャ kya, but シャ sha, チュ chu and ジョ jo.
        sound = sound[:-1] + (_SMALL[small][1:] if sound in ("shi", "chi", "ji") else _SMALL[small])
    elif small:
        # ファ fa, ティ ti, シェ she, ウィ wi, ヴァ va.
        sound = ("w" if kana == "ウ" else sound[:-1]) + _SMALL[small][-1]
    return ("t" if sound.startswith("ch") else sound[:1]) * len(doubled) + sound
