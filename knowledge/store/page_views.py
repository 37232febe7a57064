"""How often an app's page was opened, per day: a number and nothing about who did."""

from datetime import date

from knowledge.store.database import AppScope, Database, new_id
from knowledge.store.stored import Index, Stored

PAGE_VIEWS = Stored(
    "page_views",
    indexes=(Index((("owner_id", 1), ("app_id", 1), ("day", 1)), unique=True),),
    exported=("app_id", "day", "views"),
)


class PageViewRepository:
    """One document per app and day."""

    def __init__(self, database: Database) -> None:
        self._days = database.collection(PAGE_VIEWS.name)

    async def count(self, scope: AppScope, day: date) -> None:
        """One more view on that day."""
        await self._days.update_one(
            scope.filter() | {"day": day.isoformat()},
            {"$inc": {"views": 1}, "$setOnInsert": {"_id": new_id()}},
            upsert=True,
        )

    async def views(self, scope: AppScope, day: date) -> int:
        """How many there were on that day."""
        document = await self._days.find_one(scope.filter() | {"day": day.isoformat()})
        return int(document["views"]) if document else 0
