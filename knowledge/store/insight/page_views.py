"""How often an app's page was opened, per day: a number and nothing about who did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.store.database import AppScope, Database, new_id
from knowledge.store.stored import Index, Stored

PAGE_VIEWS = Stored(
    "page_views",
    indexes=(Index((("owner_id", 1), ("app_id", 1), ("day", 1)), unique=True),),
    exported=("app_id", "day", "views", "visitors"),
)


@dataclass(frozen=True)
class ViewedDay:
    """One day of one app's page."""

    views: int
    visitors: int


class PageViewRepository:
    """One document per app and day."""

    def __init__(self, database: Database) -> None:
        self._days = database.collection(PAGE_VIEWS.name)

    async def count(self, scope: AppScope, day: date, *, is_first: bool) -> None:
        """One more view on that day, and one more visitor if it is somebody's first."""
        await self._days.update_one(
            scope.filter() | {"day": day.isoformat()},
            {"$inc": {"views": 1, "visitors": int(is_first)}, "$setOnInsert": {"_id": new_id()}},
            upsert=True,
        )

    async def hold(self, scope: AppScope, day: date) -> None:
        """Be in conflict with whoever is counted on that day until the caller's transaction ends."""
        nothing = {"$inc": {"views": 0, "visitors": 0}, "$setOnInsert": {"_id": new_id()}}
        await self._days.update_one(scope.filter() | {"day": day.isoformat()}, nothing, upsert=True)

    async def views(self, scope: AppScope, day: date) -> int:
        """How many there were on that day."""
        found = await self.days(scope, day, day)
        return found[day].views if found else 0

    async def days(self, scope: AppScope, first: date, last: date) -> Mapping[date, ViewedDay]:
        """The days on which the page was opened, from the first to the last of both."""
        between = {"day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
        documents = await self._days.find(scope.filter() | between)
        return {
            date.fromisoformat(each["day"]): ViewedDay(int(each["views"]), int(each.get("visitors", 0)))
            for each in documents
        }
