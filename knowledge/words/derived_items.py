"""What was made of an app's items before, as far as it is of the items as they are now."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from knowledge.items import KnowledgeItem
from knowledge.store.database import AppScope
from knowledge.store.entries.derived import Derived, DerivedRepository

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
