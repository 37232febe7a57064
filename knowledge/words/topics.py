"""What a text is about in everyday matters of apps, shops and services, whatever words and language it says it in.

A visitor writes クレカ or "can I use amex", the owner お支払い方法: no word is the same, and small models hardly
see that both are about paying. `topics.txt` lists what is asked everywhere; an app's own matters are left to its words.
So is a version named as a whole, whose numbers by themselves say nothing: 2.3 is in 2.3.1, and not in 3.2.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from knowledge.words.words import clean, is_japanese, latin_words, stem

FILE = Path(__file__).with_suffix(".txt")

_SHORT = 3  # characters
_KATAKANA = re.compile(r"[ァ-ヴー]+")
_VERSION = re.compile(r"(?<![\d.])\d+(?:\.\d+)+(?![\d%])")

Phrases = Mapping[str, tuple[str, ...]]


class _Table(NamedTuple):
    """The topics of each phrase, and the length of the longest: Japanese in characters, Latin ones in stems."""

    japanese: Phrases
    latin: Phrases
    characters: int
    stems: int


def topics_of(text: str) -> list[str]:
    """The topics a text names, each as often as it does; of two phrases at one place the longer one counts."""
    table, plain = _table(), clean(text).lower()
    found = _along(list(plain), "", table.japanese, table.characters) if is_japanese(plain) else []
    return found + _along(_stems(plain), " ", table.latin, table.stems) + _versions(plain)


def _versions(plain: str) -> list[str]:
    """Each version and those that it is one of: 2.3.1 and 2.3; that it is this one alone counts twice as much."""
    found: list[str] = []
    for version in _VERSION.findall(plain):
        numbers = version.split(".")
        found += [f"={version}", f"=={version}"]
        found += [".".join(numbers[:end]) for end in range(2, len(numbers) + 1)]
    return found


def _along(pieces: list[str], between: str, phrases: Phrases, longest: int) -> list[str]:
    found: list[str] = []
    at = known = 0  # up to where phrases were found
    while at < len(pieces):
        ends = range(min(at + longest, len(pieces)), at, -1)
        end = next((n for n in ends if between.join(pieces[at:n]) in phrases and _is_whole(pieces, known, at, n)), None)
        if end is not None:
            found += phrases[between.join(pieces[at:end])]
            known = end
        at = end or at + 1
    return found


def _is_whole(pieces: list[str], known: int, start: int, end: int) -> bool:
    """Not a short katakana word within another: リンク is not in ドリンク, though カード is in ポイントカード."""
    if end - start > _SHORT or not _KATAKANA.fullmatch("".join(pieces[start:end])):
        return True
    around = pieces[start - 1 : start] if start > known else []
    return not any(map(_KATAKANA.fullmatch, [*around, *pieces[end : end + 1]]))


def _stems(plain: str) -> list[str]:
    return [stem(word) for word in latin_words(plain)]


@cache
def _table() -> _Table:
    topics: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
    for line in FILE.read_text(encoding="utf-8").splitlines():
        topic, _, phrases = line.partition(": ")
        for phrase in phrases.split(", ") if not line.startswith("#") else ():
            plain = clean(phrase).lower()
            key = plain if is_japanese(plain) else " ".join(_stems(plain))
            topics[not is_japanese(plain)].setdefault(key, set()).add(topic)
    japanese, latin = ({phrase: tuple(sorted(named)) for phrase, named in each.items()} for each in topics)
    longest = max(map(len, japanese)), max(1 + phrase.count(" ") for phrase in latin)
    return _Table(japanese, latin, *longest)
