"""Finds by words, and by parts of words: BM25 in a few arrays, small enough to keep for thousands of owners."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.items import Hit, KnowledgeItem
from knowledge.words.item_words import PART, WORD, ItemWords, TermCounts, Terms, counted, terms_of
from knowledge.words.parts import parts_of_question
from knowledge.words.words import in_katakana, words_of

LONGEST_QUESTION = 1_000  # characters of a question that are searched for

# BM25's usual constants.
_K1 = 1.2
_B = 0.75
# A part of a word says less than a word: it may stand in many others.
_PART_WEIGHT = 0.15
_ITEM_BYTES = 100  # of a KnowledgeItem beside its texts

Scores = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class WordScores:
    """For each item of an index: its BM25 score as a part (0-1) of the best possible, and how much it covers."""

    of_best: Scores
    covered: Scores


class WordIndex:
    """In memory, never changed after it is built."""

    def __init__(self, items: Sequence[KnowledgeItem], words: Sequence[ItemWords] | None = None) -> None:
        """`words` are the items' own, if they are there already; taking the texts apart is what takes long."""
        self.items = tuple(items)
        self.passages = np.array([item.kind == "passage" for item in items], np.bool_)  # which items are
        having = counted(items) if words is None else words
        both = [_weighed([each.words for each in having], 1.0), _weighed([each.parts for each in having], _PART_WEIGHT)]
        terms, numbers, weights = (np.concatenate(columns) for columns in zip(*both, strict=True))
        order = np.argsort(terms, kind="stable")
        self._numbers = numbers[order].astype(np.uint16 if len(items) < 2**16 else np.uint32)
        self._weights = weights[order].astype(np.float16)
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
        return terms_of(WORD, words), terms_of(PART, set(parts_of_question(question, self._has_word)))

    def _as_indexed(self, word: str) -> str:
        """An English word that no item has may stand in a Japanese one as katakana."""
        return word if self._has_word(word) else in_katakana(word) or word

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


def _weighed(counts: Sequence[TermCounts], weight: float) -> tuple[Terms, Numbers, Scores]:
    """For each term of each item: the term, the item's number, and BM25's weight."""
    if not counts:
        return np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.float64)
    terms, times = (np.concatenate(columns) for columns in zip(*((c.terms, c.times) for c in counts), strict=True))
    numbers = np.repeat(np.arange(len(counts)), [len(each.terms) for each in counts])
    lengths = np.bincount(numbers, times, len(counts))
    room = _K1 * (1 - _B + _B * lengths / (lengths.mean() or 1))
    return terms, numbers, weight * times * (_K1 + 1) / (times + room[numbers])
