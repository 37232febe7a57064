"""Many new entries at once -> what each doubles, of what is known and of those before it: compared as one matrix.

Told as for one new entry (doubles.py), but with the quick model's half of meaning alone, which tells as much of the
pairs of bench/doubles.py: with both models the owner of three hundred rows would wait for half a minute.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import EmbedderFailed
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.process import USE_DIMENSIONS
from knowledge.search.doubles import MOST_COMPARED, asking_the_same
from knowledge.search.retrieval import WORDS, KnownItems
from knowledge.words.index import TOPICS, WordIndex, counted
from knowledge.words.loanwords import usually_spelled

AT_ONCE = 24  # entries, after which whoever waits is told how far it is
MOST_BY_MEANING = 1_000  # new ones; what comes after them is compared by words alone

Progress = Callable[[int, int], Awaitable[None]]


async def doubled_by(
    new: Sequence[KnowledgeItem], known: KnownItems, vectors: ItemVectors | None, progress: Progress
) -> list[list[KnowledgeItem]]:
    """For each of the new ones what asks the same, best first. Takes seconds for hundreds."""
    words = [*known.words, *await asyncio.to_thread(counted, new)]
    index = await asyncio.to_thread(WordIndex, [*known.items, *new], words)
    meanings = _NewMeanings(known, vectors)
    found = list[list[KnowledgeItem]]()
    for start in range(0, len(new), AT_ONCE):
        await progress(start, len(new))
        piece = range(start, min(start + AT_ONCE, len(new)))
        near = await meanings.of([new[n] for n in piece])
        found += await asyncio.to_thread(_doubled, index, len(known.items) + start, near)
    return found


def _doubled(index: WordIndex, first: int, near: Sequence[NDArray[np.float32] | None]) -> list[list[KnowledgeItem]]:
    return [_before(index, place, each) for place, each in enumerate(near, first)]


def _before(index: WordIndex, place: int, near: NDArray[np.float32] | None) -> list[KnowledgeItem]:
    """What the entry at this place doubles; those behind it are told of it instead."""
    new = index.items[place]
    words = index.scores(usually_spelled(whole(new)))
    before = np.arange(len(index.items)) < place
    if near is None:
        ranked = words.of_best + TOPICS * words.on_topic
        hits = index.hits(ranked, words, MOST_COMPARED, before & (ranked > 0))
    else:
        ranked = WORDS * words.of_best + TOPICS * words.on_topic
        ranked[: len(near)] += near
        hits = [replace(hit, by_meaning=True) for hit in index.hits(ranked, words, MOST_COMPARED, before)]
    return [hit.item for hit in asking_the_same(hits, new.title)]


def whole(item: KnowledgeItem) -> str:
    """An entry's question and answer, as entries are compared."""
    return f"{item.title}\n{item.text}"


class _NewMeanings:
    """A row for each entry, those that are known first, which grows as the new ones are read."""

    def __init__(self, known: KnownItems, vectors: ItemVectors | None) -> None:
        self._vectors = vectors
        self._rows = known.meanings.quick() if known.meanings is not None else None
        if not known.items:
            self._rows = np.zeros((0, USE_DIMENSIONS), np.float32)
        self._read = 0

    async def of(self, new: Sequence[KnowledgeItem]) -> list[NDArray[np.float32] | None]:
        """How near each is to all up to itself; None for what words alone have to do for."""
        if self._rows is None or self._vectors is None or self._read >= MOST_BY_MEANING:
            return [None] * len(new)
        try:
            asked = await self._vectors.quick(list(map(whole, new)))
            titles = await self._vectors.quick([item.title for item in new])
        except EmbedderFailed:
            asked = titles = None
        if asked is None or titles is None:
            self._rows = None
            return [None] * len(new)
        # As an entry's vector is made (item_vectors.py): of its question alone, and of all of it.
        mean = asked + titles
        self._rows = np.concatenate([self._rows, mean / np.linalg.norm(mean, axis=1, keepdims=True)])
        self._read += len(new)
        return list(asked @ self._rows.T)
