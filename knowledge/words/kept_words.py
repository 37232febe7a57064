"""The words of an app's knowledge: the stored ones, and those missing counted, and stored behind the question."""

import asyncio
from collections.abc import Sequence

import structlog

from knowledge.items import KnowledgeItem
from knowledge.store.database import AppScope
from knowledge.store.entries.derived import Derived, DerivedRepository
from knowledge.words.derived_items import DerivedItems, of_now
from knowledge.words.item_words import ItemWords, analyser, counted

log = structlog.get_logger(__name__)


class KeptWords:
    """Taking an entry apart takes milliseconds; reading what came of it, microseconds."""

    def __init__(self, repository: DerivedRepository | None = None) -> None:
        self._derived = DerivedItems(repository)
        self._analyser = analyser()
        self._keeping: set[asyncio.Task[None]] = set()

    async def stored(self, scope: AppScope) -> Sequence[Derived]:
        """To be read while the items are: `of` takes it."""
        return await self._derived.stored(scope)

    async def of(
        self, scope: AppScope, items: Sequence[KnowledgeItem], stored: Sequence[Derived]
    ) -> Sequence[ItemWords]:
        """In the order of the items."""
        there = of_now(items, stored, self._analyser)
        missing = [item for item in items if item.id not in there]
        made = dict(zip((item.id for item in missing), await asyncio.to_thread(counted, missing), strict=True))
        if missing or len(stored) > len(there):
            self._keep_later(scope, items, stored, {name: words.stored() for name, words in made.items()})
        return [made[item.id] if item.id in made else ItemWords.read(there[item.id]) for item in items]

    async def close(self) -> None:
        """Wait until what was counted is stored."""
        await asyncio.gather(*self._keeping, return_exceptions=True)

    def _keep_later(
        self, scope: AppScope, items: Sequence[KnowledgeItem], stored: Sequence[Derived], made: dict[str, bytes]
    ) -> None:
        async def keep() -> None:
            await self._derived.forget(scope, items, stored)
            await self._derived.keep(scope, items, made, self._analyser)

        task = asyncio.create_task(keep())
        self._keeping.add(task)
        task.add_done_callback(self._kept)

    def _kept(self, task: asyncio.Task[None]) -> None:
        self._keeping.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("words_not_kept", error=type(error).__name__)  # they are counted again next time
