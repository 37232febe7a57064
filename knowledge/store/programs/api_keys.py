"""Keys with which an owner's programs read and write one app's knowledge; only their hashes are kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored, digest

API_KEYS = Stored(
    "api_keys",
    Belonging.to_app(),
    indexes=(
        Index((("hash", 1),), unique=True),
        Index((("owner_id", 1), ("app_id", 1), ("created_at", 1), ("_id", 1))),
    ),
    exported=("_id", "app_id", "name", "reach", "ending", "created_at", "used_on"),
    lasting=False,  # a key that was revoked since would open the door once more
    kept=Kept(
        _("API keys of your programs, as hashes: name, what they may do, last four characters, day of last use"),
        Subject.KNOWLEDGE,
        AsLongAs.WANTED,
    ),
)

ApiKeyId = NewType("ApiKeyId", str)


class Reach(StrEnum):
    """What a key may do, the least first; each may do what those before it may."""

    READ = "read"
    PROPOSE = "propose"
    WRITE = "write"

    def covers(self, needed: "Reach") -> bool:
        """Whether a key of this reach may do what needs the other."""
        order = list(Reach)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True)
class ApiKey:
    """One key. `ending` are its last characters, by which its owner tells it from others; `used_on` is a day."""

    scope: AppScope
    name: str
    reach: Reach
    ending: str
    created_at: datetime
    used_on: str = ""
    id: ApiKeyId = field(default_factory=lambda: ApiKeyId(new_id()))


class ApiKeyRepository:
    """Keys by what opens with them, and by whose they are. The secret itself is never written."""

    def __init__(self, database: Database) -> None:
        self._keys = database.collection(API_KEYS.name)

    async def add(self, scope: AppScope, key: ApiKey, secret: str) -> None:
        await self._keys.insert(scope.filter() | _to_document(key) | {"hash": digest(secret)})

    async def of_secret(self, secret: str) -> ApiKey | None:
        """The key that this is, whoever's. Found by its hash, so that how long it takes says nothing about it."""
        document = await self._keys.find_one({"hash": digest(secret)})
        return _to_key(document) if document else None

    async def note_use(self, scope: AppScope, key_id: str, day: str) -> None:
        await self._keys.update_one(scope.filter() | {"_id": key_id}, {"$set": {"used_on": day}})

    async def list(self, scope: AppScope) -> Sequence[ApiKey]:
        """An app's keys, the oldest first."""
        found = await self._keys.find(scope.filter(), sort=[("created_at", 1), ("_id", 1)])
        return [_to_key(document) for document in found]

    async def get(self, owner: OwnerScope, key_id: str) -> ApiKey | None:
        """One of the owner's, of whichever app: a button in chat names the key alone."""
        document = await self._keys.find_one({"owner_id": owner.owner_id, "_id": key_id})
        return _to_key(document) if document else None

    async def count(self, scope: AppScope) -> int:
        return await self._keys.count(scope.filter())

    async def remove(self, owner: OwnerScope, key_id: str) -> bool:
        """Whether it was there."""
        return (await self._keys.delete_one({"owner_id": owner.owner_id, "_id": key_id})).deleted_count == 1


def _to_document(key: ApiKey) -> Document:
    return {
        "_id": key.id,
        "name": key.name,
        "reach": key.reach,
        "ending": key.ending,
        "created_at": key.created_at,
        "used_on": key.used_on,
    }


def _to_key(document: Document) -> ApiKey:
    return ApiKey(
        scope=AppScope(document["owner_id"], document["app_id"]),
        name=document["name"],
        reach=Reach(document["reach"]),
        ending=document["ending"],
        created_at=document["created_at"],
        used_on=document["used_on"],
        id=document["_id"],
    )
