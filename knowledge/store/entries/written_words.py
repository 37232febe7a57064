"""Words as they may stand in what owners wrote, in whatever width, case and kana: as patterns for MongoDB."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from knowledge.store.database import Document

MOST_WORDS = 20  # of a search; what comes after them narrows nothing that a person would notice
_FULL_WIDTH = 0xFEE0  # from ! to ！
_KATAKANA = 0x60  # from ぁ to ァ
_VOICED = "ﾞﾟ"


def holding(words: str, fields: Sequence[str]) -> Document:
    """The condition that each of the words stands in one of the fields."""
    # Escaped: an owner's words are words, never a pattern (SECURITY.md S26).
    wanted = [{"$regex": _pattern(word)} for word in words.split()[:MOST_WORDS]]
    held = [{"$or": [{field: has} for field in fields]} for has in wanted]
    return {"$and": held} if held else {}


def _pattern(word: str) -> str:
    return "".join(map(_ways, unicodedata.normalize("NFKC", word).lower()))


@cache
def _ways(letter: str) -> str:
    """All that a letter is written as: a, A, ａ and Ａ; か, カ and ｶ."""
    kana = {letter}
    if "ぁ" <= letter <= "ゖ":
        kana.add(chr(ord(letter) + _KATAKANA))
    elif "ァ" <= letter <= "ヶ":
        kana.add(chr(ord(letter) - _KATAKANA))
    ways = kana | {letter.upper()}
    ways |= {chr(ord(each) + _FULL_WIDTH) for each in ways if len(each) == 1 and "!" <= each <= "~"}
    ways |= {half for each in kana for half in _half_width()[each]}
    ways |= {unicodedata.normalize("NFD", each) for each in kana}  # か and its mark apart, as Macs name files
    return "(?:" + "|".join(map(re.escape, sorted(ways))) + ")"


@cache
def _half_width() -> defaultdict[str, list[str]]:
    """ガ -> ｶﾞ, as old systems and some forms write it."""
    found = defaultdict[str, list[str]](list)
    for code in range(0xFF61, 0xFF9E):
        for mark in ("", *_VOICED):
            half = chr(code) + mark
            whole = unicodedata.normalize("NFKC", half)
            if len(whole) == 1:
                found[whole].append(half)
    return found
