"""How many letters somebody had sent in an hour: an owner, a network, or to an address."""

from datetime import datetime, timedelta

from pymongo import ReturnDocument

from knowledge.store.alerts.digests import digest
from knowledge.store.database import Database
from knowledge.store.stored import Belonging, Index, Stored

# Hashes and numbers, gone within the hour: nothing of an owner's that could be erased or exported.
MAIL_COUNTS = Stored(
    "mail_counts",
    Belonging.to_nobody(),
    indexes=(Index((("expires_at", 1),), expire=True),),
    lasting=False,
)
ONE_HOUR = timedelta(hours=1)


class MailCountRepository:
    """One counter for each of them and hour."""

    def __init__(self, database: Database) -> None:
        self._hours = database.collection(MAIL_COUNTS.name)

    async def count(self, kind: str, who: str, now: datetime) -> int:
        """One more; how many there were in this hour."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        document = await self._hours.find_one_and_update(
            {"_id": f"{kind}:{digest(who)}:{hour:%Y-%m-%dT%H}"},
            {"$inc": {"count": 1}, "$set": {"expires_at": hour + ONE_HOUR}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(document["count"]) if document else 0
