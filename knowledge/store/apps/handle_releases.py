"""Which handles may be let go: the part of an app's document that says when to look, and what was said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from knowledge.store.apps.apps import APPS
from knowledge.store.database import AppId, AppScope, Database, Document, OwnerId, OwnerScope

WHAT_IS_NEEDED = ("owner_id", "name", "handle", "handle_notices", "released")


@dataclass(frozen=True)
class WatchedHandle:
    """One app's handle. `notices` are the times told of it; `released` is what it was, once it has been let go."""

    scope: AppScope
    name: str
    handle: str
    notices: Mapping[str, datetime]
    released: str
    released_at: datetime | None
    told_of_release: bool


class HandleReleaseRepository:
    """The handles of all owners, looked at one by one when their time comes."""

    def __init__(self, database: Database) -> None:
        self._apps = database.collection(APPS.name)

    async def take_due(self, now: datetime, lease_until: datetime) -> WatchedHandle | None:
        """One to look at now, or of which nobody knows when; nobody else takes it before `lease_until`."""
        document = await self._apps.find_one_and_update(
            {"handle_look_at": {"$not": {"$gt": now}}},
            {"$set": {"handle_look_at": lease_until}},
            sort=[("handle_look_at", 1)],
            projection=dict.fromkeys(WHAT_IS_NEEDED, True),
        )
        return _to_watched(document) if document else None

    async def set(self, scope: AppScope, notices: Mapping[str, datetime], look_at: datetime) -> bool:
        """What was said until now, and when to look again; False if the app is gone."""
        changed = {"$set": {"handle_notices": dict(notices), "handle_look_at": look_at}}
        return (await self._apps.update_one(scope.filter(), changed)).matched_count == 1

    async def look_soon(self, scope: OwnerScope, at: datetime) -> None:
        """Their owner is back: nothing that was said holds any more, and all of them are looked at."""
        changed = {"$set": {"handle_look_at": at}, "$unset": {"handle_notices": True}}
        await self._apps.update_many({"owner_id": scope.owner_id}, changed)

    async def release(self, watched: WatchedHandle, neutral: str, now: datetime, look_at: datetime) -> Sequence[str]:
        """The app goes on under a neutral handle; those it had, which lead to it no more.

        Raises DuplicateKeyError if the neutral one is taken.
        """
        released = {"handle": watched.handle, "at": now, "told": False}
        changed: dict[str, Any] = {"handle": neutral, "former_handles": [], "released": released}
        before = await self._apps.find_one_and_update(
            watched.scope.filter() | {"handle": watched.handle},
            {"$set": changed | {"handle_look_at": look_at}, "$unset": {"handle_notices": True}},
            projection=["handle", "former_handles"],
        )
        return (before["handle"], *before.get("former_handles", ())) if before else ()

    async def set_told(self, scope: AppScope, look_at: datetime) -> None:
        """Its owner, who is back, has been told of the release."""
        query = scope.filter() | {"released": {"$type": "object"}}
        await self._apps.update_one(query, {"$set": {"released.told": True, "handle_look_at": look_at}})


def _to_watched(document: Document) -> WatchedHandle:
    released = document.get("released") or {}
    return WatchedHandle(
        scope=AppScope(OwnerId(document["owner_id"]), AppId(document["_id"])),
        name=document["name"],
        handle=document["handle"],
        notices=document.get("handle_notices") or {},
        released=released.get("handle", ""),
        released_at=released.get("at"),
        told_of_release=released.get("told", False),
    )
