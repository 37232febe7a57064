"""Braille read back: Latin letters and numbers, and the kana of Japanese braille."""

import re
from collections.abc import Iterator

from guardrail.text.markup import Part, rewritten
from guardrail.text.normalise import Normalised

FEWEST = 4  # cells in a row
RUN = re.compile(rf"[\u2801-\u28ff](?:[ \u2800]{{0,2}}[\u2801-\u28ff]){{{FEWEST - 1},}}")
LETTERS = dict(zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", "abcdefghijklmnopqrstuvwxyz", strict=True))
DIGITS = dict(zip("⠚⠁⠃⠉⠙⠑⠋⠛⠓⠊", "0123456789", strict=True))
NUMBER = "⠼"
# 日本点字表記法: a kana is the dots of its vowel (1, 2, 4) and of its consonant (3, 5, 6).
_VOWELS = (0x01, 0x03, 0x09, 0x0B, 0x0A)
_ROWS = {0x00: "あいうえお", 0x20: "かきくけこ", 0x30: "さしすせそ", 0x14: "たちつてと", 0x04: "なにぬねの"} | {
    0x24: "はひふへほ", 0x34: "まみむめも", 0x10: "らりるれろ",
}  # fmt: skip
KANA = {chr(0x2800 + dots + vowel): row[at] for dots, row in _ROWS.items() for at, vowel in enumerate(_VOWELS)} | dict(
    zip("⠌⠬⠜⠄⠔⠴⠒⠂", "やゆよわをんーっ", strict=True)
)
VOICED, HALF_VOICED, GLIDE, VOICED_GLIDE = "⠐⠠⠈⠘"
_VOICED = str.maketrans("かきくけこさしすせそたちつてとはひふへほ", "がぎぐげござじずぜぞだぢづでどばびぶべぼ")
_HALF_VOICED = str.maketrans("はひふへほ", "ぱぴぷぺぽ")
# か with the sign of a glide is きゃ.
_GLIDES = {row[at]: row[1] + small for row in _ROWS.values() for at, small in ((0, "ゃ"), (2, "ゅ"), (4, "ょ"))}


def felt(read: Normalised) -> Iterator[Normalised]:
    """What runs of cells say: as letters, as numbers without their sign, as kana."""
    if RUN.search(read.text):
        yield from (rewritten(read, RUN, way) for way in (_latin, _figures, _kana))


def _latin(match: re.Match[str]) -> Iterator[Part]:
    number = False
    for at, cell in enumerate(match[0], match.start()):
        number = cell == NUMBER or (number and cell in DIGITS)
        if said := (DIGITS if number else LETTERS).get(cell, " " if cell in " \u2800" else ""):
            yield said, at, at + 1


def _figures(match: re.Match[str]) -> Iterator[Part]:
    return ((DIGITS[cell], at, at + 1) for at, cell in enumerate(match[0], match.start()) if cell in DIGITS)


def _kana(match: re.Match[str]) -> Iterator[Part]:
    number, sign = False, ""
    for at, cell in enumerate(match[0], match.start()):
        number = cell == NUMBER or (number and cell in DIGITS)
        if number:
            yield DIGITS.get(cell, " "), at, at + 1
            continue
        # The sign of a voice is a cell of another row's, too: it is one where a kana follows that it can change.
        if cell in (VOICED, HALF_VOICED, GLIDE, VOICED_GLIDE) and not sign:
            sign = cell
            continue
        for kana in _voiced(KANA.get(cell, ""), sign):
            yield kana, at, at + 1
        sign = ""


def _voiced(kana: str, sign: str) -> str:
    if sign in (GLIDE, VOICED_GLIDE):
        kana = _GLIDES.get(kana, kana)
    if sign in (VOICED, VOICED_GLIDE):
        kana = kana.translate(_VOICED)
    return kana.translate(_HALF_VOICED) if sign == HALF_VOICED else kana
