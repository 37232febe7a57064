"""A question -> the pieces of knowledge that may answer it. `Retrieval` is the seam; what ranks is behind it."""

import asyncio
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log

from knowledge.prompt import KnowledgeItem
from knowledge.store.database import AppId, AppScope
from knowledge.words import in_katakana, words_of

LONGEST_QUESTION = 1_000  # characters of a question that are searched for

# BM25's usual constants; a word in the title counts as often as it would standing this many times in the text.
_K1 = 1.2
_B = 0.75
_TITLE_WEIGHT = 2

MOST_ITEMS_KEPT = 50_000  # in all indexes of one process; an item takes 2 to 5 KB


@dataclass(frozen=True)
class Hit:
    """An item that has words of the question. `share` (0-1): how much of the question it covers, rare words more."""

    item: KnowledgeItem
    score: float
    share: float


class WordIndex:
    """BM25 over words, in memory, never changed after it is built."""

    def __init__(self, items: Sequence[KnowledgeItem]) -> None:
        self.items = tuple(items)
        counts = [_counted(item) for item in self.items]
        lengths = [count.total() for count in counts]
        average = (sum(lengths) / len(lengths) if lengths else 0) or 1
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in enumerate(counts):
            room = _K1 * (1 - _B + _B * lengths[number] / average)
            for word, times in count.items():
                self._postings[word].append((number, times * (_K1 + 1) / (times + room)))

    def search(self, question: str, k: int) -> list[Hit]:
        """The `k` best items, best first; none that shares no word with the question."""
        asked = {self._as_indexed(word) for word in words_of(question[:LONGEST_QUESTION])}
        rarity = {word: self._rarity(word) for word in asked}
        whole = sum(rarity.values())
        scores: defaultdict[int, float] = defaultdict(float)
        covered: defaultdict[int, float] = defaultdict(float)
        for word, rare in rarity.items():
            for number, weight in self._postings.get(word, ()):
                scores[number] += rare * weight
                covered[number] += rare
        best = nlargest(k, scores, key=lambda number: (scores[number], -number))
        return [Hit(self.items[number], scores[number], covered[number] / whole) for number in best]

    def _as_indexed(self, word: str) -> str:
        """An English word that no item has may stand in a Japanese one as katakana."""
        return word if word in self._postings else in_katakana(word) or word

    def _rarity(self, word: str) -> float:
        """BM25's idf; a word that no item has is the rarest, so that it lowers every share."""
        having = len(self._postings.get(word, ()))
        return log(1 + (len(self.items) - having + 0.5) / (having + 0.5))


def _counted(item: KnowledgeItem) -> Counter[str]:
    counted = Counter(words_of(item.title) * _TITLE_WEIGHT + words_of(item.text))
    in_kana = {form: times for word, times in counted.items() if (form := in_katakana(word))}
    return counted | Counter(in_kana)


@dataclass(frozen=True)
class _Kept:
    version: int
    index: asyncio.Task[WordIndex]

    def size(self) -> int:
        ready = self.index.done() and not self.index.cancelled() and self.index.exception() is None
        return len(self.index.result().items) if ready else 0


class Retrieval:
    """Finds in an app's current knowledge. Indexes are built when first needed and kept while there is room."""

    def __init__(
        self,
        load: Callable[[AppScope], Awaitable[Sequence[KnowledgeItem]]],
        most_items: int = MOST_ITEMS_KEPT,
    ) -> None:
        self._load = load
        self._most_items = most_items
        self._kept: OrderedDict[AppId, _Kept] = OrderedDict()  # least recently asked first

    async def search(self, scope: AppScope, knowledge_version: int, question: str, k: int = 6) -> list[Hit]:
        """The `k` best items of this app. An older index is never used; what loading raises is raised here."""
        return (await self._index(scope, knowledge_version)).search(question, k)

    async def items(self, scope: AppScope, knowledge_version: int) -> tuple[KnowledgeItem, ...]:
        """All of the app's knowledge in its stable order, for a prompt that takes it whole."""
        return (await self._index(scope, knowledge_version)).items

    async def _index(self, scope: AppScope, version: int) -> WordIndex:
        kept = self._kept.get(scope.app_id)
        if kept is None or kept.version != version:
            kept = _Kept(version, asyncio.create_task(self._build(scope)))
            self._kept[scope.app_id] = kept
        self._kept.move_to_end(scope.app_id)
        try:
            # Shielded: others may wait for the same index when this visitor goes away.
            return await asyncio.shield(kept.index)
        except Exception:
            if self._kept.get(scope.app_id) is kept:
                del self._kept[scope.app_id]
            raise
        finally:
            self._make_room()

    async def _build(self, scope: AppScope) -> WordIndex:
        items = await self._load(scope)
        return await asyncio.to_thread(WordIndex, items)

    def _make_room(self) -> None:
        size = sum(kept.size() for kept in self._kept.values())
        while size > self._most_items and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            size -= dropped.size()
