"""The words and parts of words of one item, as numbers and how often each is there: what an index is made of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.items import KnowledgeItem
from knowledge.words.parts import parts_of
from knowledge.words.words import in_katakana, words_of

REVISION = 1  # of what words.py, word_parts.py and this file make of a text
_ANALYSER = ("sudachipy", "sudachidict-core")

_TITLE_WEIGHT = 2  # a word in the title counts as often as it would standing this many times in the text
_MOST_TIMES = 255
WORD, PART = "w", "p"

Terms = NDArray[np.uint32]
Times = NDArray[np.uint8]


@dataclass(frozen=True)
class TermCounts:
    """Terms, each once, and how often it is there."""

    terms: Terms
    times: Times


@dataclass(frozen=True)
class ItemWords:
    """One item's."""

    words: TermCounts
    parts: TermCounts

    @classmethod
    def of(cls, item: KnowledgeItem) -> Self:
        """Takes some milliseconds for an entry: SudachiPy takes its texts apart."""
        return cls(_counted(WORD, _words(item)), _counted(PART, _parts(item)))

    @classmethod
    def read(cls, stored: bytes) -> Self:
        """What `stored` gave."""
        numbers = np.frombuffer(stored[:8], "<u4").tolist()
        terms = np.frombuffer(stored, "<u4", sum(numbers), 8)
        times = np.frombuffer(stored, np.uint8, sum(numbers), 8 + terms.nbytes)
        return cls(
            TermCounts(terms[: numbers[0]], times[: numbers[0]]), TermCounts(terms[numbers[0] :], times[numbers[0] :])
        )

    def stored(self) -> bytes:
        """Five bytes for each term."""
        both = (self.words, self.parts)
        numbers = np.array([len(each.terms) for each in both], "<u4")
        terms = [each.terms.astype("<u4").tobytes() for each in both]
        return b"".join([numbers.tobytes(), *terms, *(each.times.tobytes() for each in both)])


@cache  # a package's version is read from its files
def analyser() -> str:
    """What makes words of a text, with its versions."""
    return ", ".join(f"{name} {version(name)}" for name in _ANALYSER) + f" r{REVISION}"


def terms_of(kind: str, texts: Iterable[str]) -> Terms:
    """A number for each word or part: a hundredth of the memory, and two that meet in one are rare."""
    return np.array([crc32(f"{kind}{text}".encode()) for text in texts], np.uint32)


def _counted(kind: str, counts: Counter[str]) -> TermCounts:
    times = np.array(list(counts.values()), np.int64).clip(0, _MOST_TIMES)
    return TermCounts(terms_of(kind, counts), times.astype(np.uint8))


def _asked_as(item: KnowledgeItem) -> str:
    """Its question in all phrasings; a passage's title."""
    return "\n".join((item.title, *item.phrasings))


def _words(item: KnowledgeItem) -> Counter[str]:
    counted = Counter(words_of(_asked_as(item)) * _TITLE_WEIGHT + words_of(item.text))
    in_kana = {form: times for word, times in counted.items() if (form := in_katakana(word))}
    return counted | Counter(in_kana)


def _parts(item: KnowledgeItem) -> Counter[str]:
    return Counter(parts_of(_asked_as(item)) * _TITLE_WEIGHT + parts_of(item.text))


def counted(items: Sequence[KnowledgeItem]) -> list[ItemWords]:
    """Of each item. Takes long for many: for a thread."""
    return [ItemWords.of(item) for item in items]
