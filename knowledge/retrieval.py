"""A question -> the pieces of knowledge that may answer it. `Retrieval` is the seam; what ranks is behind it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from knowledge.embedder import EmbedderFailed
from knowledge.item_vectors import ItemVectors, Meanings
from knowledge.prompt import KnowledgeItem
from knowledge.romaji import in_hiragana
from knowledge.store.database import AppId, AppScope
from knowledge.word_index import Hit, Scores, WordIndex

__all__ = ["Found", "Hit", "Retrieval", "WordIndex"]

log = structlog.get_logger(__name__)
T = TypeVar("T")

MOST_BYTES = 200_000_000  # in all indexes of one process; an app of 50 entries has about 0.1 MB
PATIENCE = 0.15  # seconds a question waits for vectors; then words do alone
TRY_AGAIN = 60.0  # seconds until vectors that could not be made are tried again
# What a full match of words counts beside a full match of meaning.
WORDS = 0.35
# For a question in romaji, which models hardly read: what the best match of words counts, however small it is.
ROMAJI = 0.4


@dataclass
class _Kept:
    """One app's index. Its vectors come when they are made; until `rest_until` (the loop's clock) none are tried."""

    scope: AppScope
    version: int
    words: asyncio.Task[WordIndex]
    vectors: asyncio.Task[Meanings] | None = None
    rest_until: float = 0.0

    def size(self) -> int:
        words, vectors = _result(self.words), _result(self.vectors)
        return (words.size if words is not None else 0) + (vectors.size if vectors is not None else 0)

    def drop(self) -> None:
        """Vectors under way are of no use any more; what is made of them so far is stored."""
        if self.vectors is not None:
            self.vectors.cancel()


@dataclass(frozen=True)
class Found:
    """What was found, best first; `for_now`: by words alone, since meaning is there but did not come in time."""

    hits: list[Hit]
    for_now: bool = False


class Retrieval:
    """Finds in an app's current knowledge. Indexes are built when first needed and kept while there is room."""

    def __init__(
        self,
        load: Callable[[AppScope], Awaitable[Sequence[KnowledgeItem]]],
        vectors: ItemVectors | None = None,
        *,
        most_bytes: int = MOST_BYTES,
        patience: float = PATIENCE,
    ) -> None:
        self._load = load
        self._vectors = vectors
        self._most_bytes = most_bytes
        self._patience = patience
        self._kept: OrderedDict[AppId, _Kept] = OrderedDict()  # least recently asked first

    async def search(self, scope: AppScope, knowledge_version: int, question: str, k: int = 6) -> list[Hit]:
        """The `k` best items of this app. An older index is never used; what loading raises is raised here."""
        return (await self.found(scope, knowledge_version, question, k)).hits

    async def found(self, scope: AppScope, knowledge_version: int, question: str, k: int = 6) -> Found:
        """The same, for those to whom it matters whether meaning had its say."""
        kept, index = await self._index(scope, knowledge_version)
        if not index.items:
            return Found([])
        kana = in_hiragana(question)
        meant = await self._meant(kept, index, kana or question)
        if meant is None:
            return Found(index.search(question, k), for_now=self._vectors is not None and self._vectors.possible)
        words = index.scores(question)
        found = ROMAJI * words.of_best / (words.of_best.max() or 1) if kana else WORDS * words.of_best
        hits = index.hits(meant + found, words, k)
        return Found([replace(hit, by_meaning=kana is None) for hit in hits])

    async def items(self, scope: AppScope, knowledge_version: int) -> tuple[KnowledgeItem, ...]:
        """All of the app's knowledge in its stable order, for a prompt that takes it whole."""
        return (await self._index(scope, knowledge_version))[1].items

    def size(self) -> int:
        """Bytes of memory in all indexes, about."""
        return sum(kept.size() for kept in self._kept.values())

    async def close(self) -> None:
        """Stop making vectors."""
        making = [kept.vectors for kept in self._kept.values() if kept.vectors is not None]
        for kept in self._kept.values():
            kept.drop()
        await asyncio.gather(*making, return_exceptions=True)
        self._kept.clear()

    async def _meant(self, kept: _Kept, index: WordIndex, question: str) -> Scores | None:
        """How near each item's meaning is to the question's; None while that would take too long."""
        making = self._making(kept, index)
        if self._vectors is None or making is None:
            return None
        try:
            async with asyncio.timeout(self._patience):
                await asyncio.wait({making})  # which goes on when this question does without
                asked = await self._vectors.question(question)
        except (TimeoutError, EmbedderFailed):
            return None
        rows = _result(making)
        return None if rows is None else rows.near(asked)

    def _making(self, kept: _Kept, index: WordIndex) -> asyncio.Task[Meanings] | None:
        """The vectors, made or being made; None for a while after that failed."""
        if self._vectors is None or not self._vectors.possible:
            return None
        now = asyncio.get_running_loop().time()
        if kept.vectors is not None and kept.vectors.done() and _result(kept.vectors) is None:
            log.warning("vectors_failed", app=kept.scope.app_id, again_in=TRY_AGAIN)
            kept.vectors, kept.rest_until = None, now + TRY_AGAIN
        if kept.vectors is None and now >= kept.rest_until:
            kept.vectors = asyncio.create_task(self._vectors.of(kept.scope, index.items))
            kept.vectors.add_done_callback(self._make_room)
        return kept.vectors

    async def _index(self, scope: AppScope, version: int) -> tuple[_Kept, WordIndex]:
        kept = self._kept.get(scope.app_id)
        if kept is None or kept.version != version:
            if kept is not None:
                kept.drop()
            kept = _Kept(scope, version, asyncio.create_task(self._build(scope)))
            kept.words.add_done_callback(self._make_room)
            self._kept[scope.app_id] = kept
        self._kept.move_to_end(scope.app_id)
        try:
            # Shielded: others may wait for the same index when this visitor goes away.
            return kept, await asyncio.shield(kept.words)
        except Exception:
            if self._kept.get(scope.app_id) is kept:
                del self._kept[scope.app_id]
            raise

    async def _build(self, scope: AppScope) -> WordIndex:
        items = await self._load(scope)
        return await asyncio.to_thread(WordIndex, items)

    def _make_room(self, _: object) -> None:
        """After each index or its vectors are made: a look at all that are kept."""
        size = self.size()
        while size > self._most_bytes and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            dropped.drop()
            size -= dropped.size()


def _result(task: asyncio.Task[T] | None) -> T | None:
    ready = task is not None and task.done() and not task.cancelled() and task.exception() is None
    return task.result() if task is not None and ready else None
