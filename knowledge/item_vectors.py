"""The vectors of an app's knowledge: the stored ones, and those that are missing made and stored."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Embedder, EmbedderFailed, ReadAs, Vector
from knowledge.embedder_process import DIMENSIONS
from knowledge.prompt import KnowledgeItem
from knowledge.store.database import AppScope
from knowledge.store.vectors import StoredVector, VectorRepository

AT_ONCE = 16  # vectors that are stored together, so that little is lost when the process ends

Matrix = NDArray[np.float16]


class ItemVectors:
    """A row for each item; without a repository they are made anew each time."""

    def __init__(self, embedder: Embedder, repository: VectorRepository | None = None) -> None:
        self._embedder = embedder
        self._repository = repository
        # However many apps need vectors, a visitor's question waits for one text of them at most.
        self._one_text = asyncio.Lock()

    @property
    def possible(self) -> bool:
        """False where the model is not installed."""
        return bool(self._embedder.model)

    async def question(self, text: str) -> Vector:
        """Raises EmbedderFailed."""
        return await self._embedder.vector(text, "query")

    async def question_like(self, text: str) -> Vector:
        """The same for what nobody waits for: visitors' questions come first. Raises EmbedderFailed."""
        return await self._behind_questions(text, "query")

    async def of(self, scope: AppScope, items: Sequence[KnowledgeItem]) -> Matrix:
        """In the order of the items. Takes seconds when many are missing; raises EmbedderFailed.

        An item the model cannot read has zeros: it is found by its words.
        """
        there = await self._stored(scope, items)
        missing = [item for item in items if item.id not in there]
        for start in range(0, len(missing), AT_ONCE):
            made = await self._made(missing[start : start + AT_ONCE])
            there |= made
            await self._keep(scope, [item for item in missing if item.id in made], made)
        rows = np.zeros((len(items), DIMENSIONS), np.float16)
        for number, item in enumerate(items):
            rows[number] = there.get(item.id, 0)
        return rows

    async def _stored(self, scope: AppScope, items: Sequence[KnowledgeItem]) -> dict[str, Matrix]:
        """What is stored of these items as they are now; what is stored of others is removed."""
        if self._repository is None:
            return {}
        stored = await self._repository.list(scope)
        now = {item.id: _made_of(item) for item in items}
        gone = [each.item_id for each in stored if each.item_id not in now]
        if gone:
            await self._repository.remove(scope, gone)
        return {
            each.item_id: np.frombuffer(each.vector, "<f2")
            for each in stored
            if each.model == self._embedder.model and now.get(each.item_id) == each.made_of
        }

    async def _keep(self, scope: AppScope, items: Sequence[KnowledgeItem], made: dict[str, Matrix]) -> None:
        if self._repository is None:
            return
        model = self._embedder.model
        vectors = [StoredVector(item.id, _made_of(item), model, made[item.id].tobytes()) for item in items]
        await self._repository.keep(scope, vectors)

    async def _made(self, items: Sequence[KnowledgeItem]) -> dict[str, Matrix]:
        made: dict[str, Matrix] = {}
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
        # A visitor's question is like the entry's own question, and like what the answer is about.
        mean = await self._behind_questions(item.title, "query") + await self._behind_questions(whole, "query")
        return np.asarray(mean / (np.linalg.norm(mean) or 1), np.float32)

    async def _behind_questions(self, text: str, read_as: ReadAs) -> Vector:
        async with self._one_text:
            return await self._embedder.vector(text, read_as)


def _made_of(item: KnowledgeItem) -> str:
    return sha256("\0".join((item.kind, item.title, item.text)).encode("utf-8", "replace")).hexdigest()
