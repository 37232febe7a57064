"""The words of an app's knowledge: the stored ones, and those missing counted, and stored behind the question.

What was made of an app's items before (`DerivedItems`; vectors are kept the same way) counts as far as it is of the
items as they are now.
"""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256

import structlog

from knowledge.items import KnowledgeItem
from knowledge.store.database import AppScope
from knowledge.store.entries.derived import Derived, DerivedRepository
from knowledge.words.index import ItemWords, analyser, counted

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
        # Also where something is stored that no item has any more.
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


AT_ONCE = 500  # kept in one transaction


class DerivedItems:
    """Without a repository nothing is kept, and everything is made anew each time."""

    def __init__(self, repository: DerivedRepository | None) -> None:
        self._repository = repository

    async def stored(self, scope: AppScope) -> Sequence[Derived]:
        """All that is stored of an app, of items that are gone too."""
        return await self._repository.list(scope) if self._repository is not None else ()

    async def keep(
        self, scope: AppScope, items: Sequence[KnowledgeItem], made: Mapping[str, bytes], made_by: str
    ) -> None:
        """Of these items what is in `made`, by their ids."""
        derived = [Derived(item.id, _made_of(item), made_by, made[item.id]) for item in items if item.id in made]
        for start in range(0, len(derived) if self._repository is not None else 0, AT_ONCE):
            assert self._repository is not None
            await self._repository.keep(scope, derived[start : start + AT_ONCE])

    async def forget(self, scope: AppScope, items: Sequence[KnowledgeItem], stored: Sequence[Derived]) -> None:
        """What is stored of items that are not among these."""
        gone = {each.item_id for each in stored} - {item.id for item in items}
        if gone and self._repository is not None:
            await self._repository.remove(scope, gone)


def of_now(items: Sequence[KnowledgeItem], stored: Sequence[Derived], made_by: str) -> dict[str, bytes]:
    """By item: what was made of its text as it is now, by what would make it now."""
    now = {item.id: _made_of(item) for item in items}
    return {
        each.item_id: each.value for each in stored if each.made_by == made_by and now.get(each.item_id) == each.made_of
    }


def _made_of(item: KnowledgeItem) -> str:
    parts = (item.kind, item.title, item.text, *item.phrasings)
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
