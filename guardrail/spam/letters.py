"""Whether letters follow each other as they do in words, or as fingers fall on a keyboard."""

import json
import re
from functools import cache
from pathlib import Path

KANA = re.compile(r"[ぁ-ゖー]+")
KANA_LETTERS = "".join(map(chr, range(ord("ぁ"), ord("ゖ") + 1))) + "ー"
LATIN = " 'abcdefghijklmnopqrstuvwxyz"
UNSEEN = 9

_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_LATIN_RUN = re.compile(r"(?<![a-z0-9_])[a-z']+(?![a-z0-9_])")

Table = dict[str, dict[str, int]]


def as_hiragana(text: str) -> str:
    """Katakana as hiragana, anything else as it is."""
    return text.translate(_HIRAGANA)


def latin_runs(text: str) -> list[str]:
    """Words of Latin letters alone, in lower case; of "v2" and "user_id" nothing."""
    return _LATIN_RUN.findall(text.lower())


def kana_oddness(kana: str) -> float:
    """How unlike Japanese a row of hiragana is: 0 to 9, words some 3, fingers on keys some 6."""
    return _oddness(kana, 1, tables()["kana"])


def latin_oddness(word: str) -> float:
    """How unlike a word a row of lower-case letters is: 0 to 9."""
    return _oddness(f" {word} ", 2, tables()["latin"])


def _oddness(letters: str, before: int, table: Table) -> float:
    steps = len(letters) - before
    if steps < 1:
        return 0.0
    rows = (table.get(letters[at : at + before], {}) for at in range(steps))
    return sum(row.get(letters[at + before], UNSEEN) for at, row in enumerate(rows)) / steps


@cache
def tables() -> dict[str, Table]:
    """How rare a letter is after those before it; `python -m bench.letters.pairs` makes the file."""
    made = json.loads(Path(__file__).with_name("letters.json").read_text("utf-8"))
    alphabets = {"kana": KANA_LETTERS, "latin": LATIN}
    return {
        script: {
            before: {letter: int(digit) for letter, digit in zip(alphabets[script], digits, strict=True)}
            for before, digits in rows.items()
        }
        for script, rows in made.items()
    }
