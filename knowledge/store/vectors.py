"""What each piece of an app's knowledge means, as vectors: made again from the knowledge whenever they are missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.store.apps import AppRepository
from knowledge.store.database import AppScope, Database, Document
from knowledge.store.stored import Index, Stored

# Derived from knowledge that is in the export, so not in it again.
VECTORS = Stored("vectors", indexes=(Index((("owner_id", 1), ("app_id", 1), ("item_id", 1)), unique=True),))


@dataclass(frozen=True)
class StoredVector:
    """One item's vector (float16, little-endian); `made_of` is a digest of the text, `model` of what made it."""

    item_id: str
    made_of: str
    model: str
    vector: bytes


class VectorRepository:
    """The vectors of one app at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._vectors = database.collection(VECTORS.name)
        self._apps = AppRepository(database)

    async def list(self, scope: AppScope) -> list[StoredVector]:
        return [_to_vector(document) for document in await self._vectors.find(scope.filter())]

    async def keep(self, scope: AppScope, vectors: Sequence[StoredVector]) -> None:
        """Put these in the place of the same items' older ones; nothing if the app is gone by now."""

        async def work() -> None:
            if await self._apps.hold(scope):
                await self.remove(scope, [each.item_id for each in vectors])
                await self._vectors.insert_many([scope.filter() | _to_document(each) for each in vectors])

        if vectors:
            await self._database.transaction(work)

    async def remove(self, scope: AppScope, item_ids: Collection[str]) -> None:
        await self._vectors.delete_many(scope.filter() | {"item_id": {"$in": list(item_ids)}})


def _to_document(vector: StoredVector) -> Document:
    return {
        "item_id": vector.item_id,
        "made_of": vector.made_of,
        "model": vector.model,
        "vector": vector.vector,
    }


def _to_vector(document: Document) -> StoredVector:
    return StoredVector(document["item_id"], document["made_of"], document["model"], bytes(document["vector"]))
