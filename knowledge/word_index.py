"""Finds by words, and by parts of words: BM25 in a few arrays, small enough to keep for thousands of owners."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.prompt import KnowledgeItem
from knowledge.word_parts import parts_of, parts_of_question
from knowledge.words import in_katakana, words_of

LONGEST_QUESTION = 1_000  # characters of a question that are searched for

# BM25's usual constants; a word in the title counts as often as it would standing this many times in the text.
_K1 = 1.2
_B = 0.75
_TITLE_WEIGHT = 2
# A part of a word says less than a word: it may stand in many others.
_PART_WEIGHT = 0.15
_ITEM_BYTES = 100  # of a KnowledgeItem beside its texts
_WORD, _PART = "w", "p"

Scores = NDArray[np.float64]
Terms = NDArray[np.uint32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Hit:
    """An item that has something of the question.

    `score` compares the hits of one search; `share` (0-1): how much of the question's words it covers, rare ones more.
    `by_meaning`: the score says how near the meanings are too, and so something by itself.
    """

    item: KnowledgeItem
    score: float
    share: float
    by_meaning: bool = False


@dataclass(frozen=True)
class WordScores:
    """For each item of an index: its BM25 score as a part (0-1) of the best possible, and how much it covers."""

    of_best: Scores
    covered: Scores


class WordIndex:
    """In memory, never changed after it is built."""

    def __init__(self, items: Sequence[KnowledgeItem]) -> None:
        self.items = tuple(items)
        counted = [_words(item) for item in self.items], [_parts(item) for item in self.items]
        weighed = [*_weighed(_WORD, counted[0], 1.0), *_weighed(_PART, counted[1], _PART_WEIGHT)]
        terms = np.array([term for term, _, _ in weighed], np.uint32)
        order = np.argsort(terms, kind="stable")
        self._numbers = np.array([number for _, number, _ in weighed], np.uint16 if len(items) < 2**16 else np.uint32)
        self._numbers = self._numbers[order]
        self._weights = np.array([weight for _, _, weight in weighed], np.float16)[order]
        self._terms, starts = np.unique(terms[order], return_index=True)
        self._starts = np.append(starts, len(terms)).astype(np.uint32)
        self.size = self._bytes()  # of memory, about

    def search(self, question: str, k: int) -> list[Hit]:
        """The `k` best items, best first; none that shares nothing with the question."""
        scores = self.scores(question)
        return self.hits(scores.of_best, scores, k, scores.of_best > 0)

    def hits(self, ranked: Scores, words: WordScores, k: int, among: NDArray[np.bool_] | None = None) -> list[Hit]:
        """The `k` best by `ranked`, of two alike the earlier; `among` says which may be there at all."""
        best = np.argsort(-ranked, kind="stable")
        if among is not None:
            best = best[among[best]]
        return [Hit(self.items[n], float(ranked[n]), float(words.covered[n])) for n in best[:k].tolist()]

    def scores(self, question: str) -> WordScores:
        """What the words of a question say about each item."""
        words, parts = self._asked(question[:LONGEST_QUESTION])
        from_words, from_parts = self._found(words), self._found(parts)
        best = (from_words.rarity.sum() + _PART_WEIGHT * from_parts.rarity.sum()) * (_K1 + 1)
        scores = (from_words.scores + from_parts.scores) / (best or 1)
        # Parts stand in many texts by chance: they say what is covered only where no word does.
        covering = from_words if from_words.covered.any() else from_parts
        return WordScores(scores, covering.covered / (covering.rarity.sum() or 1))

    def _asked(self, question: str) -> tuple[Terms, Terms]:
        """The words and the parts of a question."""
        words = {self._as_indexed(word) for word in words_of(question)}
        return _terms(_WORD, words), _terms(_PART, set(parts_of_question(question, self._has_word)))

    def _as_indexed(self, word: str) -> str:
        """An English word that no item has may stand in a Japanese one as katakana."""
        return word if self._has_word(word) else in_katakana(word) or word

    def _bytes(self) -> int:
        arrays = (self._terms, self._starts, self._numbers, self._weights)
        texts = sum(sys.getsizeof(text) for item in self.items for text in _texts(item))
        return sum(array.nbytes for array in arrays) + texts + _ITEM_BYTES * len(self.items)

    def _has_word(self, word: str) -> bool:
        return bool(self._places(_terms(_WORD, [word]))[1].any())

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
        scores = self._summed(numbers, rare * self._weights[postings])
        return _Found(scores, self._summed(numbers, rare), rarity)

    def _summed(self, numbers: NDArray[np.integer], weights: Scores) -> Scores:
        return np.bincount(numbers, weights, len(self.items)).astype(np.float64)


@dataclass(frozen=True)
class _Found:
    """For each item: its score, and the rarity of the terms it has; `rarity` is each term's own."""

    scores: Scores
    covered: Scores
    rarity: Scores


def _texts(item: KnowledgeItem) -> tuple[str, ...]:
    return (item.id, item.title, item.text, item.url, *item.phrasings)


def _asked_as(item: KnowledgeItem) -> str:
    """Its question in all phrasings; a passage's title."""
    return "\n".join((item.title, *item.phrasings))


def _words(item: KnowledgeItem) -> Counter[str]:
    counted = Counter(words_of(_asked_as(item)) * _TITLE_WEIGHT + words_of(item.text))
    in_kana = {form: times for word, times in counted.items() if (form := in_katakana(word))}
    return counted | Counter(in_kana)


def _parts(item: KnowledgeItem) -> Counter[str]:
    return Counter(parts_of(_asked_as(item)) * _TITLE_WEIGHT + parts_of(item.text))


def _weighed(kind: str, counts: Sequence[Counter[str]], weight: float) -> Iterable[tuple[int, int, float]]:
    """(term, number of the item, BM25's weight) for each thing counted in each item."""
    lengths = [count.total() for count in counts]
    average = (sum(lengths) / len(lengths) if lengths else 0) or 1
    for number, count in enumerate(counts):
        room = _K1 * (1 - _B + _B * lengths[number] / average)
        for each, times in count.items():
            yield _term(kind, each), number, weight * times * (_K1 + 1) / (times + room)


def _terms(kind: str, texts: Iterable[str]) -> Terms:
    return np.array([_term(kind, text) for text in texts], np.uint32)


def _term(kind: str, text: str) -> int:
    """A number in place of a word or part: a hundredth of the memory, and two that meet in one are rare."""
    return crc32(f"{kind}{text}".encode())
