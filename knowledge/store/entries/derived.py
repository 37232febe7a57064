"""What follows from each piece of an app's knowledge and takes long to make: its vectors, its words as numbers.

Made again from the knowledge whenever it is missing or was made by something else.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.phrases import _
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import AppScope, Database, Document
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

_OF_ITEM = Index((("owner_id", 1), ("app_id", 1), ("item_id", 1)), unique=True)
_INDEX = Kept(_("The index that finds knowledge by its words and its meaning"), Subject.KNOWLEDGE, AsLongAs.WANTED)
# Derived from knowledge that is in the export, so not in it again.
VECTORS = Stored("vectors", Belonging.to_app(), indexes=(_OF_ITEM,), kept=_INDEX)
ITEM_WORDS = Stored("item_words", Belonging.to_app(), indexes=(_OF_ITEM,), kept=_INDEX)


@dataclass(frozen=True)
class Derived:
    """What was made of one item: `made_of` is a digest of its text, `made_by` names what made it and its version."""

    item_id: str
    made_of: str
    made_by: str
    value: bytes


class DerivedRepository:
    """One kind of it (VECTORS, ITEM_WORDS), of one app at a time."""

    def __init__(self, database: Database, kind: Stored) -> None:
        self._database = database
        self._derived = database.collection(kind.name)
        self._apps = AppRepository(database)

    async def list(self, scope: AppScope) -> list[Derived]:
        return [
            Derived(each["item_id"], each["made_of"], each.get("made_by", ""), each.get("value", b""))
            for each in await self._derived.find(scope.filter())
        ]

    async def keep(self, scope: AppScope, derived: Sequence[Derived]) -> None:
        """Put these in the place of the same items' older ones; nothing if the app is gone by now."""

        async def work() -> None:
            if await self._apps.hold(scope):
                await self.remove(scope, [each.item_id for each in derived])
                await self._derived.insert_many([scope.filter() | _to_document(each) for each in derived])

        if derived:
            await self._database.transaction(work)

    async def remove(self, scope: AppScope, item_ids: Collection[str]) -> None:
        await self._derived.delete_many(scope.filter() | {"item_id": {"$in": list(item_ids)}})


def _to_document(derived: Derived) -> Document:
    return {
        "item_id": derived.item_id,
        "made_of": derived.made_of,
        "made_by": derived.made_by,
        "value": derived.value,
    }
