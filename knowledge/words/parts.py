"""Pieces smaller than words, for questions that spell a word another way: in kana, in romaji, with a typo.

They are trigrams of how Japanese is read (送量 and 送料 sound alike), trigrams of English words (delivr, deliver),
and single kanji (配達料, 送料).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from knowledge.words.romaji import to_katakana
from knowledge.words.words import EMPTY_EN, clean, is_japanese, latin_words, morphemes, stem

_KANJI = re.compile(r"[\u3400-\u9fff]")
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc]+")
_ASCII_WORD = re.compile(r"[a-z]+")
_SILENT = ("補助記号", "記号", "空白")

# ヂ and ジ, ヅ and ズ, ヲ and オ sound alike today (現代仮名遣い, 1986); ー is written or left out.
_SAME_SOUND = str.maketrans("ヂヅヲ", "ジズオ", "ー")
# The same vowel again, and オウ and エイ, are one long vowel; people leave it out or write it with ー.
_LONG = re.compile(
    "(?<=[アカサタナハマヤラワガザダバパァャ])ア|(?<=[イキシチニヒミリギジヂビピィ])イ|"
    "(?<=[ウクスツヌフムユルグズヅブプゥュヴ])ウ|(?<=[エケセテネヘメレゲゼデベペェ])[エイ]|"
    "(?<=[オコソトノホモヨロヲゴゾドボポォョ])[オウ]"
)


def parts_of(text: str) -> list[str]:
    """The parts of a text of the knowledge."""
    plain = clean(text)
    return [*_of_letters(plain), *_trigrams(_readings(plain))]


def parts_of_question(text: str, known: Callable[[str], bool]) -> list[str]:
    """The same of a question; English words whose stem is not `known` to the knowledge are also tried as romaji."""
    plain = clean(text)
    romaji = [] if is_japanese(plain) else _from_romaji(plain, known)
    return [*_of_letters(plain), *_trigrams(_readings(plain)), *_trigrams(romaji)]


def _of_letters(plain: str) -> Iterator[str]:
    # Blanks around it mark its beginning and end, so that short words match as wholes.
    words = (word for word in latin_words(plain) if len(word) > 2 and _ASCII_WORD.fullmatch(word))
    yield from _trigrams(f" {word} " for word in words)
    yield from _KANJI.findall(plain)


def _readings(plain: str) -> list[str]:
    """How the text is read, in katakana, broken where a reader pauses."""
    if not is_japanese(plain):
        words = (word for word in latin_words(plain) if word not in EMPTY_EN)
        return [_sound(reading) for word in words if (reading := _read_in_japanese(word))]
    read = "".join(
        " " if morpheme.part_of_speech()[0] in _SILENT or not _KATAKANA.fullmatch(reading) else reading
        for morpheme in morphemes(plain)
        for reading in [str(morpheme.reading_form())]
    )
    return [_sound(piece) for piece in read.split()]


@lru_cache(maxsize=20_000)
def _read_in_japanese(word: str) -> str | None:
    """password = パスワード, if the dictionary has the word."""
    found = morphemes(word) if _ASCII_WORD.fullmatch(word) else []
    if len(found) != 1 or found[0].part_of_speech()[0] in _SILENT:
        return None
    reading = str(found[0].reading_form())
    return reading if _KATAKANA.fullmatch(reading) else None


def _from_romaji(plain: str, known: Callable[[str], bool]) -> list[str]:
    """Words that stand together are read together, since people part them as they like."""
    run, runs = "", []
    for word in latin_words(plain):
        kana = None if word in EMPTY_EN or known(stem(word)) else to_katakana(word)
        if kana is None and run:
            runs.append(run)
        run = run + kana if kana is not None else ""
    return [_sound(each) for each in [*runs, run] if each]


def _sound(reading: str) -> str:
    return _LONG.sub("", reading.translate(_SAME_SOUND))


def _trigrams(pieces: Iterable[str]) -> list[str]:
    return [piece[at : at + 3] for piece in pieces for at in range(len(piece) - 2)]
