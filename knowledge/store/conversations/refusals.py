"""How many of an app's visitors' messages were refused at a limit, by the hour."""

from datetime import datetime, timedelta

from pymongo import ReturnDocument

from knowledge.store.database import AppScope, Database
from knowledge.store.stored import Belonging, Index, Stored

REFUSALS = Stored(
    "refusals",
    Belonging.to_app(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
)
KEPT = timedelta(days=2)


class RefusalRepository:
    """One counter for each app and hour."""

    def __init__(self, database: Database) -> None:
        self._hours = database.collection(REFUSALS.name)

    async def count(self, scope: AppScope, now: datetime) -> int:
        """One more; how many there were in this hour."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        document = await self._hours.find_one_and_update(
            scope.filter() | {"_id": f"{scope.app_id}:{hour:%Y-%m-%dT%H}"},
            {"$inc": {"count": 1}, "$set": {"expires_at": now + KEPT}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(document["count"]) if document else 0
