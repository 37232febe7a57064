"""Pages that knowledge came from, looked at again from time to time unless their owner does not want that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from pymongo import ReturnDocument

from knowledge.phrases import _
from knowledge.store.database import AppId, AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

WATCHED_PAGES = Stored(
    "watched_pages",
    Belonging.to_app(),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("url", 1)), unique=True),
        Index((("on", 1), ("next_at", 1))),
    ),
    exported=("app_id", "url", "on"),
    kept=Kept(_("Addresses of pages you asked mimi to check again"), Subject.KNOWLEDGE, AsLongAs.WANTED),
)

WatchedPageId = NewType("WatchedPageId", str)


@dataclass(frozen=True)
class WatchedPage:
    """A page of an app's; `on` says whether it is looked at again, `next_at` when.

    `seen` are digests of what stood there, `entries` the ids of FAQ entries that came from it. `failing_since` is when
    it could not be read for the first time since it could. `site`: so are all pages of the site that begins there.
    """

    scope: AppScope
    url: str
    on: bool
    next_at: datetime
    seen: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    failing_since: datetime | None = None
    id: WatchedPageId = WatchedPageId("")
    site: bool = False


class WatchedPageRepository:
    """One entry for each page of an app; `take_due` alone looks across owners."""

    def __init__(self, database: Database) -> None:
        self._pages = database.collection(WATCHED_PAGES.name)

    async def watch(self, scope: AppScope, url: str, next_at: datetime, *, site: bool = False) -> None:
        """Look at a page or site from now on; one that is known already stays as its owner set it."""
        fresh = {"_id": new_id(), "on": True, "next_at": next_at}
        update = {"$setOnInsert": fresh} | ({"$set": {"site": True}} if site else {})
        await self._pages.update_one(scope.filter() | {"url": url}, update, upsert=True)

    async def get(self, scope: AppScope, url: str) -> WatchedPage | None:
        document = await self._pages.find_one(scope.filter() | {"url": url})
        return _to_page(document) if document else None

    async def list(self, scope: AppScope) -> Sequence[WatchedPage]:
        """The app's, by address."""
        return [_to_page(document) for document in await self._pages.find(scope.filter(), sort=[("url", 1)])]

    async def named(self, scope: OwnerScope, page_id: str) -> WatchedPage | None:
        document = await self._pages.find_one(scope.filter() | {"_id": page_id})
        return _to_page(document) if document else None

    async def saw(self, scope: AppScope, url: str, seen: Sequence[str], entries: Sequence[str]) -> None:
        """What stands there now, and which entries came from it besides those of before."""
        update = {"$set": {"seen": list(seen)}, "$addToSet": {"entries": {"$each": list(entries)}}}
        await self._pages.update_one(scope.filter() | {"url": url}, update)

    async def failed(self, scope: AppScope, url: str, at: datetime, next_at: datetime) -> WatchedPage | None:
        """It could not be read; the page, which knows since when."""
        query = scope.filter() | {"url": url}
        await self._pages.update_one(query | {"failing_since": None}, {"$set": {"failing_since": at}})
        await self._pages.update_one(query | {"on": True}, {"$set": {"next_at": next_at}})
        return await self.get(scope, url)

    async def worked(self, scope: AppScope, url: str) -> None:
        await self._pages.update_one(scope.filter() | {"url": url}, {"$unset": {"failing_since": True}})

    async def switch(self, scope: AppScope, url: str, *, on: bool, next_at: datetime) -> None:
        """Look at it from now on, or no longer."""
        update = {"$set": {"on": on, "next_at": next_at}, "$setOnInsert": {"_id": new_id()}}
        await self._pages.update_one(scope.filter() | {"url": url}, update, upsert=True)

    async def take_due(self, now: datetime, next_at: datetime) -> WatchedPage | None:
        """A page that is to be looked at by now; its next time is set, so nobody else takes it."""
        document = await self._pages.find_one_and_update(
            {"on": True, "next_at": {"$lte": now}},
            {"$set": {"next_at": next_at}},
            sort=[("next_at", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return _to_page(document) if document else None

    async def remove(self, scope: AppScope, url: str) -> None:
        await self._pages.delete_one(scope.filter() | {"url": url})


def _to_page(document: Document) -> WatchedPage:
    scope = AppScope(document["owner_id"], AppId(document["app_id"]))
    return WatchedPage(
        scope,
        document["url"],
        document["on"],
        document["next_at"],
        tuple(document.get("seen", ())),
        tuple(document.get("entries", ())),
        document.get("failing_since"),
        document["_id"],
        document.get("site", False),
    )
