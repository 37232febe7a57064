"""How much one visitor may ask of an app: the bounds, which messages were counted, and how many were refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

# No more than guardrail/limits.py lets come from one address, which a visitor cannot exceed.
PER_MINUTE = range(2, 21)
PER_DAY = range(10, 301)
# As long as a page goes on sending a message that got no answer, and more.
KEPT = timedelta(hours=1)
COUNTED_POSTS = Stored(
    "counted_posts",
    Belonging.to_app(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
    lasting=False,
    kept=Kept(
        _("Which messages have been counted, so that the same one sent twice counts once"),
        Subject.PROTECTION,
        GoneAfter("expires_at", KEPT, MADE),
    ),
)
REFUSALS_KEPT = timedelta(days=2)
REFUSALS = Stored(
    "refusals",
    Belonging.to_app(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
    kept=Kept(
        _("How many messages of an app's visitors were refused in a day"),
        Subject.PROTECTION,
        GoneAfter("expires_at", REFUSALS_KEPT, _("after the last of them")),
    ),
)


@dataclass(frozen=True)
class VisitorLimits:
    """Messages of one visitor. Raises ValueError outside the bounds."""

    per_minute: int = 8
    per_day: int = 100

    def __post_init__(self) -> None:
        if self.per_minute not in PER_MINUTE or self.per_day not in PER_DAY:
            raise ValueError("outside the bounds of a visitor's limits")


class CountedPosts:
    """Ids of messages, by app, for an hour."""

    def __init__(self, database: Database) -> None:
        self._posts = database.collection(COUNTED_POSTS.name)

    async def is_first(self, scope: AppScope, client_id: str, now: datetime) -> bool:
        """Whether this message is to be counted: not if one with its id was, or is just being."""
        kept: Document = {"_id": _key(scope, client_id), "expires_at": now + KEPT}
        try:
            await self._posts.insert(scope.filter() | kept)
        except DuplicateKeyError:
            return False
        return True

    async def forget(self, scope: AppScope, client_id: str) -> None:
        """It was refused: the next try counts."""
        await self._posts.delete_one({"_id": _key(scope, client_id)})

    async def forget_all(self, scope: AppScope, client_ids: Sequence[str]) -> None:
        """They are gone: sent anew they count anew, else a message that is deleted and sent again is free."""
        await self._posts.delete_many({"_id": {"$in": [_key(scope, each) for each in client_ids]}})


def _key(scope: AppScope, client_id: str) -> str:
    return f"{scope.app_id} {client_id}"


class RefusalRepository:
    """One counter for each app and hour."""

    def __init__(self, database: Database) -> None:
        self._hours = database.collection(REFUSALS.name)

    async def count(self, scope: AppScope, now: datetime) -> int:
        """One more; how many there were in this hour."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        document = await self._hours.find_one_and_update(
            scope.filter() | {"_id": f"{scope.app_id}:{hour:%Y-%m-%dT%H}"},
            {"$inc": {"count": 1}, "$set": {"expires_at": now + REFUSALS_KEPT}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(document["count"]) if document else 0
