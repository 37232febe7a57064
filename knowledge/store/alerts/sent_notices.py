"""What an owner has been told of already, so that the same thing is not told again too soon."""

from datetime import datetime

from knowledge.store.database import Database, Document, OwnerScope
from knowledge.store.stored import Belonging, Index, Stored

TOLD_ONCE = Stored(
    "told_once",
    Belonging.to_owner(),
    indexes=(Index((("owner_id", 1),)), Index((("until", 1),), expire=True)),
)


class SentNoticeRepository:
    """One mark for each owner, kind and subject, gone when it may be told again."""

    def __init__(self, database: Database) -> None:
        self._marks = database.collection(TOLD_ONCE.name)

    async def mark(self, scope: OwnerScope, kind: str, key: str, now: datetime, until: datetime) -> bool:
        """Note in the caller's transaction that it is told now; False if it is marked until later than `now`."""
        mark: Document = {"_id": f"{scope.owner_id}:{kind}:{key}"}
        if await self._marks.find_one(mark | {"until": {"$gt": now}}):
            return False
        # Two at once: one of them is in conflict, runs again and finds the other's mark.
        await self._marks.update_one(mark, {"$set": {"owner_id": scope.owner_id, "until": until}}, upsert=True)
        return True
