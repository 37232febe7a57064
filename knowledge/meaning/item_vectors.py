"""The vectors of an app's knowledge: the stored ones, and those that are missing made and stored.

And those of questions that were asked a moment ago: people ask the same, and what is grouped is grouped again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder, EmbedderFailed, ReadAs, Vector
from knowledge.meaning.process import DIMENSIONS, USE_DIMENSIONS
from knowledge.store.database import AppScope
from knowledge.store.entries.derived import Derived, DerivedRepository
from knowledge.words.kept_words import DerivedItems, of_now

QUICK_AT_ONCE = 8  # which take the quick model no longer than one long text takes both
AT_ONCE = 16  # vectors that are stored together, so that little is lost when the process ends

Scores = NDArray[np.float64]
Made = dict[str, NDArray[np.float16]]


class Meanings:
    """A row for each item, in whole numbers of one byte: half of what float16 takes, and as good."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
        self._rows = np.rint(vectors * (127 / np.where(largest, largest, 1))).astype(np.int8)
        self._lengths = np.linalg.norm(self._rows.astype(np.float32), axis=1)

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return int(self._rows.nbytes + self._lengths.nbytes)

    def near(self, asked: Vector) -> Scores:
        """How near each item is to a vector of length 1: their cosine; 0 for an item without a vector."""
        return np.asarray(self._rows.astype(np.float32) @ asked / np.where(self._lengths, self._lengths, 1), np.float64)

    def of_places(self, places: Sequence[int]) -> "Meanings":
        """Those of some items."""
        return Meanings(self._rows[list(places)].astype(np.float32))

    def quick(self) -> NDArray[np.float32]:
        """The part of each that the quick model made, of length 1; zeros for an item without a vector."""
        rows = self._rows[:, -USE_DIMENSIONS:].astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(lengths, lengths, 1), np.float32)


class ItemVectors:
    """A row for each item; without a repository they are made anew each time."""

    def __init__(self, embedder: Embedder, repository: DerivedRepository | None = None) -> None:
        self._embedder = embedder
        self._derived = DerivedItems(repository)
        # However many apps need vectors, a visitor's question waits for one text of them at most.
        self._one_text = asyncio.Lock()
        self._recent = RecentVectors()

    @property
    def possible(self) -> bool:
        """False where the model is not installed."""
        return bool(self._embedder.model)

    @property
    def model(self) -> str:
        """The models' names with their versions; empty where none is installed."""
        return self._embedder.model

    async def begin(self) -> None:
        """Have the models loaded before anybody asks."""
        await self._embedder.begin()

    async def question(self, text: str) -> Vector:
        """Raises EmbedderFailed."""
        return await self._recent.get(text, lambda text: self._embedder.vector(text, "question"))

    async def question_like(self, text: str) -> Vector:
        """The same for what nobody waits for: visitors' questions come first. Raises EmbedderFailed."""
        return await self._recent.get(text, lambda text: self._behind_questions(text, "question"))

    async def quick(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Of many texts, a row each, what `Meanings.quick` can be compared with; None where that model is not there.

        Raises EmbedderFailed.
        """
        if not self._embedder.is_quick or not texts:
            return None
        pieces = [list(texts[start : start + QUICK_AT_ONCE]) for start in range(0, len(texts), QUICK_AT_ONCE)]
        return np.concatenate([await self._quick_behind_questions(piece) for piece in pieces])

    async def _quick_behind_questions(self, texts: Sequence[str]) -> Vector:
        async with self._one_text:
            return await self._embedder.quick(texts)

    async def stored(self, scope: AppScope) -> Sequence[Derived]:
        """What is stored of an app, for `of` and `unread`."""
        return await self._derived.stored(scope)

    def unread(self, items: Sequence[KnowledgeItem], stored: Sequence[Derived]) -> list[KnowledgeItem]:
        """The items whose vectors are missing, or of another text or model."""
        there = of_now(items, stored, self._embedder.model)
        return [item for item in items if item.id not in there]

    async def of(
        self, scope: AppScope, items: Sequence[KnowledgeItem], stored: Sequence[Derived] | None = None
    ) -> Meanings:
        """In the order of the items. Takes seconds when many are missing; raises EmbedderFailed.

        An item the model cannot read has zeros: it is found by its words.
        """
        kept = await self.stored(scope) if stored is None else stored
        await self._derived.forget(scope, items, kept)
        there = {name: np.frombuffer(value, "<f2") for name, value in of_now(items, kept, self._embedder.model).items()}
        missing = self.unread(items, kept)
        for start in range(0, len(missing), AT_ONCE):
            made = await self._made(missing[start : start + AT_ONCE])
            there |= made
            await self._keep(scope, missing, made)
        rows = np.zeros((len(items), DIMENSIONS), np.float32)
        for number, item in enumerate(items):
            rows[number] = there.get(item.id, 0)
        return Meanings(rows)

    async def _keep(self, scope: AppScope, items: Sequence[KnowledgeItem], made: Made) -> None:
        values = {name: vector.tobytes() for name, vector in made.items()}
        await self._derived.keep(scope, items, values, self._embedder.model)

    async def _made(self, items: Sequence[KnowledgeItem]) -> Made:
        made: Made = {}
        failures = 0
        for item in items:
            try:
                made[item.id] = (await self._vector(item)).astype("<f2")
                failures = 0
            except EmbedderFailed:
                failures += 1
                if failures > 1:  # so it is not this one text
                    raise
                await asyncio.sleep(self._embedder.rest)
        return made

    async def _vector(self, item: KnowledgeItem) -> Vector:
        whole = f"{item.title}\n{item.text}"
        if item.kind == "passage":
            return await self._behind_questions(whole, "passage")
        # A visitor's question is like the entry's own question, and like what the answer is about ...
        mean = _mean([await self._behind_questions(text, "query") for text in (item.title, whole)])
        if not item.phrasings:
            return mean
        # ... and like the other ways to ask, together as much as the entry itself.
        others = [await self._behind_questions(phrasing, "query") for phrasing in item.phrasings]
        return _mean([mean, _mean(others)])

    async def _behind_questions(self, text: str, read_as: ReadAs) -> Vector:
        async with self._one_text:
            return await self._embedder.vector(text, read_as)


def _mean(vectors: Sequence[Vector]) -> Vector:
    """Of vectors of length 1, one of length 1."""
    mean = np.sum(vectors, axis=0)
    return np.asarray(mean / (np.linalg.norm(mean) or 1), np.float32)


MOST = 4_000  # questions; 8 MB


class RecentVectors:
    """Kept under a digest of the text, so that no visitor's words stay in memory."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, NDArray[np.float16]] = OrderedDict()
        self._turns: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def get(self, text: str, read: Callable[[str], Awaitable[Vector]]) -> Vector:
        """The text's vector, from `read` if it is not kept; what `read` raises is raised here."""
        key = blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        # Whoever comes while it is being read waits for that.
        async with self._turns.setdefault(key, asyncio.Lock()):
            if key not in self._kept:
                self._kept[key] = (await read(text)).astype(np.float16)
        self._kept.move_to_end(key)
        vector = self._kept[key].astype(np.float32)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return vector
