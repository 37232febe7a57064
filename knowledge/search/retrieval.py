"""A question -> the pieces of knowledge that may answer it. `Retrieval` is the seam; what ranks is behind it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge.items import Hit, KnowledgeItem
from knowledge.meaning.embedder import EmbedderFailed
from knowledge.meaning.item_vectors import ItemVectors, Meanings
from knowledge.store.database import AppId, AppScope
from knowledge.words.index import TOPICS, ItemWords, Scores, WordIndex
from knowledge.words.kanji import with_kanji
from knowledge.words.kept_words import KeptWords
from knowledge.words.loanwords import usually_spelled
from knowledge.words.romaji import in_hiragana

log = structlog.get_logger(__name__)
T = TypeVar("T")

MOST_BYTES = 200_000_000  # in all indexes of one process; an app of 50 entries has about 0.1 MB
PATIENCE = 0.15  # seconds a question waits for vectors; then words do alone
TRY_AGAIN = 60.0  # seconds until vectors that could not be made are tried again
READING = 0.05  # seconds to make one item's vector, about: whoever would wait longer than its patience does not wait
# What a full match of words counts beside a full match of meaning: of an entry, and of a passage, which is about more
# than one thing, so that its meaning says less.
WORDS, PASSAGE_WORDS = 0.35, 0.8
# For a question in romaji, which models hardly read: what the best match of words counts, however small it is.
ROMAJI = 0.4


@dataclass
class _Kept:
    """One app's index. Its vectors come when they are made; until `rest_until` (the loop's clock) none are tried."""

    scope: AppScope
    version: int
    words: asyncio.Task[WordIndex]
    vectors: asyncio.Task[Meanings] | None = None
    # Set when the vectors take longer than a question waits, because so many have to be made.
    slow: asyncio.Event = field(default_factory=asyncio.Event)
    rest_until: float = 0.0
    counted: int = 0  # bytes of it in the sum of all

    def size(self) -> int:
        words, vectors = _result(self.words), _result(self.vectors)
        return (words.size if words is not None else 0) + (vectors.size if vectors is not None else 0)

    def drop(self) -> None:
        """Vectors under way are of no use any more; what is made of them so far is stored."""
        if self.vectors is not None:
            self.vectors.cancel()


@dataclass(frozen=True)
class SearchResult:
    """What was found, best first, in `items`, all that the app knows in its stable order.

    `for_now`: found by words alone, since meaning is there but did not come in time.
    """

    hits: list[Hit]
    items: tuple[KnowledgeItem, ...] = ()
    for_now: bool = False


@dataclass(frozen=True)
class KnownItems:
    """An app's entries, for who compares many with them at once; no `meanings` where those are not made yet."""

    items: Sequence[KnowledgeItem] = ()
    words: Sequence[ItemWords] = ()
    meanings: Meanings | None = None


class Retrieval:
    """Finds in an app's current knowledge. Indexes are built when first needed and kept while there is room."""

    def __init__(
        self,
        load: Callable[[AppScope], Awaitable[Sequence[KnowledgeItem]]],
        vectors: ItemVectors | None = None,
        *,
        words: KeptWords | None = None,
        most_bytes: int = MOST_BYTES,
        patience: float = PATIENCE,
    ) -> None:
        self._load = load
        self._vectors = vectors
        self._words = words or KeptWords()
        self._most_bytes = most_bytes
        self._patience = patience
        self._kept: OrderedDict[AppId, _Kept] = OrderedDict()  # least recently asked first
        self._size = 0
        self._beginning: set[asyncio.Task[None]] = set()

    def begin(self, question: str) -> None:
        """Have a question read that is about to be looked for: it is there when whoever asks has kept it."""
        if self._vectors is not None and self._vectors.possible:
            reading = asyncio.create_task(self._read(question, self._vectors))
            self._beginning.add(reading)
            reading.add_done_callback(self._beginning.discard)

    async def _read(self, question: str, vectors: ItemVectors) -> None:
        with suppress(TimeoutError, EmbedderFailed):
            async with asyncio.timeout(self._patience):
                await vectors.question(in_hiragana(question) or question)

    async def search(self, scope: AppScope, knowledge_version: int, question: str, k: int = 6) -> list[Hit]:
        """The `k` best items of this app. An older index is never used; what loading raises is raised here."""
        return (await self.found(scope, knowledge_version, question, k)).hits

    async def found(
        self, scope: AppScope, knowledge_version: int, question: str, k: int = 6, patience: float | None = None
    ) -> SearchResult:
        """The same, for those to whom it matters whether meaning had its say; with a `patience` of their own."""
        kana = in_hiragana(question)
        spelled = usually_spelled(kana or question)
        kept = self._keep(scope, knowledge_version)
        # The question is read at once, beside whatever the index still needs.
        meaning = asyncio.create_task(self._meant(kept, with_kanji(spelled), patience))
        try:
            # The words first: with no items there is nothing a vector could be near to.
            index = await self._built(kept)
            if not index.items:
                return SearchResult([])
            meant = await meaning
        finally:
            meaning.cancel()
        if meant is None:
            for_now = self._vectors is not None and self._vectors.possible
            return SearchResult(index.search(spelled, k), index.items, for_now)
        words = index.scores(spelled)
        beside = _beside_meaning(words.of_best, index.passages, kana is not None) + TOPICS * words.on_topic
        hits = index.hits(meant + beside, words, k)
        return SearchResult([replace(hit, by_meaning=kana is None) for hit in hits], index.items)

    async def items(self, scope: AppScope, knowledge_version: int) -> tuple[KnowledgeItem, ...]:
        """All of the app's knowledge in its stable order, for a prompt that takes it whole."""
        return (await self._built(self._keep(scope, knowledge_version))).items

    async def entries(self, scope: AppScope, knowledge_version: int, patience: float) -> KnownItems:
        """The app's FAQ entries with their words, and their vectors if those are there within the patience."""
        kept = self._keep(scope, knowledge_version)
        items = (await self._built(kept)).items
        meanings = None
        if making := self._making(kept):
            await asyncio.wait({making}, timeout=patience)
            meanings = _result(making)
        words = await self._words.of(scope, items, await self._words.stored(scope))
        places = [n for n, item in enumerate(items) if item.kind == "faq"]
        chosen = meanings.of_places(places) if meanings is not None else None
        return KnownItems([items[n] for n in places], [words[n] for n in places], chosen)

    async def prepare(self, scope: AppScope, knowledge_version: int) -> None:
        """Have what an index is made of stored before anybody asks; vectors are only begun."""
        kept = self._keep(scope, knowledge_version)
        self._making(kept)
        await self._built(kept)

    def size(self) -> int:
        """Bytes of memory in all indexes, about."""
        return self._size

    async def close(self) -> None:
        """Stop making vectors."""
        making = [kept.vectors for kept in self._kept.values() if kept.vectors is not None]
        for kept in self._kept.values():
            kept.drop()
        for reading in self._beginning:
            reading.cancel()
        await asyncio.gather(*making, *self._beginning, return_exceptions=True)
        await self._words.close()
        self._kept.clear()
        self._size = 0

    async def _meant(self, kept: _Kept, question: str, patience: float | None) -> Scores | None:
        """How near each item's meaning is to the question's; None while that would take too long."""
        making = self._making(kept)
        # Who brings patience waits for what is slow, too.
        slow = kept.slow if patience is None else None
        if self._vectors is None or making is None or (slow and slow.is_set() and not making.done()):
            return None
        try:
            async with asyncio.timeout(self._patience if patience is None else patience):
                asked, rows = await asyncio.gather(self._vectors.question(question), self._rows(making, slow))
        except (TimeoutError, EmbedderFailed):
            return None
        return None if rows is None else rows.near(asked)

    async def _rows(self, making: asyncio.Task[Meanings], slow: asyncio.Event | None) -> Meanings | None:
        """The vectors as soon as they are there; they go on being made when this question does without."""
        if not making.done():
            given_up = [asyncio.create_task(slow.wait())] if slow else []
            try:
                await asyncio.wait({making, *given_up}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in given_up:
                    task.cancel()
        return _result(making)

    def _making(self, kept: _Kept) -> asyncio.Task[Meanings] | None:
        """The vectors, made or being made; None for a while after that failed."""
        if self._vectors is None or not self._vectors.possible:
            return None
        now = asyncio.get_running_loop().time()
        if kept.vectors is not None and kept.vectors.done() and _result(kept.vectors) is None:
            log.warning("vectors_failed", app=kept.scope.app_id, again_in=TRY_AGAIN)
            kept.vectors, kept.rest_until = None, now + TRY_AGAIN
        if kept.vectors is None and now >= kept.rest_until:
            kept.vectors = asyncio.create_task(self._meanings(kept, self._vectors))
            kept.vectors.add_done_callback(partial(self._make_room, kept))
        return kept.vectors

    async def _meanings(self, kept: _Kept, vectors: ItemVectors) -> Meanings:
        stored = await vectors.stored(kept.scope)
        # Shielded: the index is of use without vectors.
        items = (await asyncio.shield(kept.words)).items
        if len(vectors.unread(items, stored)) * READING > self._patience:
            kept.slow.set()
        return await vectors.of(kept.scope, items, stored)

    def _keep(self, scope: AppScope, version: int) -> _Kept:
        """The app's index, made or being made."""
        kept = self._kept.get(scope.app_id)
        # A raised version is an index of other items: built anew, never patched.
        if kept is None or kept.version != version:
            if kept is not None:
                self._drop(kept)
            kept = _Kept(scope, version, asyncio.create_task(self._build(scope)))
            kept.words.add_done_callback(partial(self._make_room, kept))
            self._kept[scope.app_id] = kept
        self._kept.move_to_end(scope.app_id)
        return kept

    async def _built(self, kept: _Kept) -> WordIndex:
        try:
            # Shielded: others may wait for the same index when this visitor goes away.
            return await asyncio.shield(kept.words)
        except Exception:
            if self._kept.get(kept.scope.app_id) is kept:
                self._drop(kept)
            raise

    async def _build(self, scope: AppScope) -> WordIndex:
        items, stored = await asyncio.gather(self._load(scope), self._words.stored(scope))
        words = await self._words.of(scope, items, stored)
        return await asyncio.to_thread(WordIndex, items, words)

    def _make_room(self, kept: _Kept, made: asyncio.Task[WordIndex] | asyncio.Task[Meanings]) -> None:
        """After an index or its vectors are made: those longest unasked go while all take too much."""
        if not made.cancelled():
            made.exception()  # looked at; whoever waits for it gets it too
        if self._kept.get(kept.scope.app_id) is kept:
            self._size += kept.size() - kept.counted
            kept.counted = kept.size()
        while self._size > self._most_bytes and len(self._kept) > 1:
            self._drop(next(iter(self._kept.values())))

    def _drop(self, kept: _Kept) -> None:
        del self._kept[kept.scope.app_id]
        self._size -= kept.counted
        kept.drop()


def _beside_meaning(words: Scores, passages: NDArray[np.bool_], in_romaji: bool) -> Scores:
    """What the match of words adds to that of meaning."""
    if in_romaji:
        return np.asarray(ROMAJI * words / (words.max() or 1))
    return np.where(passages, PASSAGE_WORDS, WORDS) * words


def _result(task: asyncio.Task[T] | None) -> T | None:
    ready = task is not None and task.done() and not task.cancelled() and task.exception() is None
    return task.result() if task is not None and ready else None
