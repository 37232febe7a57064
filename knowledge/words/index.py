"""Finds by words, and by parts of words: BM25 in a few arrays, small enough to keep for thousands of owners.

An index is made of each item's words as numbers and how often each is there, which can be stored.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.items import Hit, KnowledgeItem
from knowledge.words.parts import parts_of, parts_of_question
from knowledge.words.topics import topics_of
from knowledge.words.words import in_katakana, words_of

REVISION = 3  # of what words.py, parts.py and this file make of a text
_ANALYSER = ("sudachipy", "sudachidict-core")

_TITLE_WEIGHT = 2  # a word in the title counts as often as it would standing this many times in the text
_MOST_TIMES = 255
_KINDS = 3  # of terms
WORD, PART, TOPIC = "w", "p", "t"

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
    topics: TermCounts

    @classmethod
    def of(cls, item: KnowledgeItem) -> Self:
        """Takes some milliseconds for an entry: SudachiPy takes its texts apart."""
        return cls(_counted(WORD, _words(item)), _counted(PART, _parts(item)), _counted(TOPIC, _topics(item)))

    @classmethod
    def read(cls, stored: bytes) -> Self:
        """What `stored` gave."""
        numbers = np.frombuffer(stored, "<u4", _KINDS).tolist()
        terms = np.frombuffer(stored, "<u4", sum(numbers), 4 * _KINDS)
        times = np.frombuffer(stored, np.uint8, sum(numbers), 4 * _KINDS + terms.nbytes)
        ends = np.cumsum(numbers)[:-1]
        return cls(*map(TermCounts, np.split(terms, ends), np.split(times, ends)))

    def stored(self) -> bytes:
        """Five bytes for each term."""
        each = (self.words, self.parts, self.topics)
        numbers = np.array([len(counts.terms) for counts in each], "<u4")
        terms = [counts.terms.astype("<u4").tobytes() for counts in each]
        return b"".join([numbers.tobytes(), *terms, *(counts.times.tobytes() for counts in each)])


@cache  # a package's version is read from its files
def analyser() -> str:
    """What makes words of a text, with its versions."""
    return ", ".join(f"{name} {version(name)}" for name in _ANALYSER) + f" r{REVISION}"


def terms_of(kind: str, texts: Iterable[str]) -> Terms:
    """A number for each word or part: a hundredth of the memory, and two that meet in one are rare."""
    return np.array([crc32(f"{kind}{text}".encode()) for text in texts], np.uint32)


def _counted(kind: str, counts: Counter[str]) -> TermCounts:
    # A byte is enough: BM25 hardly tells 255 times from 300.
    times = np.array(list(counts.values()), np.int64).clip(0, _MOST_TIMES)
    return TermCounts(terms_of(kind, counts), times.astype(np.uint8))


def _asked_as(item: KnowledgeItem) -> str:
    """Its question in all phrasings; a passage's title."""
    return "\n".join((item.title, *item.phrasings))


def _words(item: KnowledgeItem) -> Counter[str]:
    counted = Counter(words_of(_asked_as(item)) * _TITLE_WEIGHT + words_of(item.text))
    # So that "cancel" is found in a Japanese entry that says キャンセル, and the other way round.
    in_kana = {form: times for word, times in counted.items() if (form := in_katakana(word))}
    return counted | Counter(in_kana)


def _parts(item: KnowledgeItem) -> Counter[str]:
    return Counter(parts_of(_asked_as(item)) * _TITLE_WEIGHT + parts_of(item.text))


def _topics(item: KnowledgeItem) -> Counter[str]:
    return Counter(topics_of(_asked_as(item)) * _TITLE_WEIGHT + topics_of(item.text))


def counted(items: Sequence[KnowledgeItem]) -> list[ItemWords]:
    """Of each item. Takes long for many: for a thread."""
    return [ItemWords.of(item) for item in items]


LONGEST_QUESTION = 1_000  # characters of a question that are searched for

# BM25's usual constants.
_K1 = 1.2
_B = 0.75
# A part of a word says less than a word: it may stand in many others.
_PART_WEIGHT = 0.15
TOPICS = 0.15  # what all topics of a question count beside all of its words
_ITEM_BYTES = 100  # of a KnowledgeItem beside its texts

Scores = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class WordScores:
    """For each item of an index: its BM25 score as a part (0-1) of the best possible, the same of the topics that are
    named, and how much of the words it covers.
    """

    of_best: Scores
    on_topic: Scores
    covered: Scores


class WordIndex:
    """In memory, never changed after it is built."""

    def __init__(self, items: Sequence[KnowledgeItem], words: Sequence[ItemWords] | None = None) -> None:
        """`words` are the items' own, if they are there already; taking the texts apart is what takes long."""
        self.items = tuple(items)
        self.passages = np.array([item.kind == "passage" for item in items], np.bool_)  # which items are
        having = counted(items) if words is None else words
        kinds = [
            _weighed([each.words for each in having], 1.0),
            _weighed([each.parts for each in having], _PART_WEIGHT),
            _weighed([each.topics for each in having], 1.0),
        ]
        terms, numbers, weights = (np.concatenate(columns) for columns in zip(*kinds, strict=True))
        # Postings as three arrays sorted by term: a Python object for each would take ten times the memory.
        order = np.argsort(terms, kind="stable")
        self._numbers = numbers[order].astype(np.uint16 if len(items) < 2**16 else np.uint32)
        # Three digits are more than the weights themselves are worth.
        self._weights = weights[order].astype(np.float16)
        self._terms, starts = np.unique(terms[order], return_index=True)
        self._starts = np.append(starts, len(terms)).astype(np.uint32)
        self.size = self._bytes()  # of memory, about

    def search(self, question: str, k: int) -> list[Hit]:
        """The `k` best items, best first; none that shares nothing with the question."""
        scores = self.scores(question)
        ranked = scores.of_best + TOPICS * scores.on_topic
        return self.hits(ranked, scores, k, ranked > 0)

    def hits(self, ranked: Scores, words: WordScores, k: int, among: NDArray[np.bool_] | None = None) -> list[Hit]:
        """The `k` best by `ranked`, of two alike the earlier; `among` says which may be there at all."""
        best = np.argsort(-ranked, kind="stable")
        if among is not None:
            best = best[among[best]]
        return [Hit(self.items[n], float(ranked[n]), float(words.covered[n])) for n in best[:k].tolist()]

    def scores(self, question: str) -> WordScores:
        """What the words of a question say about each item."""
        question = question[:LONGEST_QUESTION]
        # An English word that no item has may stand in a Japanese one as katakana.
        words = {word if self._has_word(word) else in_katakana(word) or word for word in words_of(question)}
        from_words = self._found(terms_of(WORD, words))
        from_parts = self._found(terms_of(PART, set(parts_of_question(question, self._has_word))))
        best = (from_words.rarity.sum() + _PART_WEIGHT * from_parts.rarity.sum()) * (_K1 + 1)
        scores = (from_words.scores + from_parts.scores) / (best or 1)
        # Parts stand in many texts by chance: they say what is covered only where no word does.
        covering = from_words if from_words.covered.any() else from_parts
        named = self._found(terms_of(TOPIC, set(topics_of(question))))
        on_topic = named.scores / ((named.rarity.sum() * (_K1 + 1)) or 1)
        return WordScores(scores, on_topic, covering.covered / (covering.rarity.sum() or 1))

    def _bytes(self) -> int:
        arrays = (self._terms, self._starts, self._numbers, self._weights, self.passages)
        texts = sum(sys.getsizeof(text) for item in self.items for text in _texts(item))
        return sum(array.nbytes for array in arrays) + texts + _ITEM_BYTES * len(self.items)

    def _has_word(self, word: str) -> bool:
        return bool(self._places(terms_of(WORD, [word]))[1].any())

    def _places(self, terms: Terms) -> tuple[Numbers, Numbers]:
        """Where each term's items begin, and how many they are; none for a term that is nowhere."""
        if not len(self._terms):
            return np.zeros(len(terms), np.int64), np.zeros(len(terms), np.int64)
        at = np.minimum(np.searchsorted(self._terms, terms), len(self._terms) - 1)
        starts = self._starts[at].astype(np.int64)
        return starts, np.where(self._terms[at] == terms, self._starts[at + 1] - starts, 0)

    def _found(self, terms: Terms) -> "_Found":
        """What each item has of these terms: all postings of all terms at once, since a question has a hundred."""
        starts, having = self._places(terms)
        # BM25's idf; what no item has is the rarest, so that it lowers every share.
        rarity = np.log(1 + (len(self.items) - having + 0.5) / (having + 0.5))
        postings = np.repeat(starts - (np.cumsum(having) - having), having) + np.arange(having.sum())
        numbers, rare = self._numbers[postings], np.repeat(rarity, having)
        scores, covered = (
            np.bincount(numbers, weights, len(self.items)).astype(np.float64)
            for weights in (rare * self._weights[postings], rare)
        )
        return _Found(scores, covered, rarity)


@dataclass(frozen=True)
class _Found:
    """For each item: its score, and the rarity of the terms it has; `rarity` is each term's own."""

    scores: Scores
    covered: Scores
    rarity: Scores


def _texts(item: KnowledgeItem) -> tuple[str, ...]:
    return (item.id, item.title, item.text, item.url, *item.phrasings)


def _weighed(counts: Sequence[TermCounts], weight: float) -> tuple[Terms, Numbers, Scores]:
    """For each term of each item: the term, the item's number, and BM25's weight."""
    if not counts:
        return np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.float64)
    terms, times = (np.concatenate(columns) for columns in zip(*((c.terms, c.times) for c in counts), strict=True))
    numbers = np.repeat(np.arange(len(counts)), [len(each.terms) for each in counts])
    lengths = np.bincount(numbers, times, len(counts))
    room = _K1 * (1 - _B + _B * lengths / (lengths.mean() or 1))
    return terms, numbers, weight * times * (_K1 + 1) / (times + room[numbers])
