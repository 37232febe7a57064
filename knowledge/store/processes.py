"""Which processes are at work on this database: each beats, and one that has fallen silent is noticed by the others."""

from dataclasses import dataclass

from bson import Binary
from pymongo import UpdateMany, UpdateOne

from knowledge.store.database import Database
from knowledge.store.kept import RUNNING
from knowledge.store.server_sessions import end_transactions
from knowledge.store.stored import Belonging, Stored

# A process that beats every 1.5 seconds is silent after missing two beats.
BEAT_SECONDS = 1.5
SILENT_SECONDS = 3.5

PROCESSES = Stored("processes", Belonging.to_nobody(), lasting=False, kept=RUNNING)


@dataclass(frozen=True)
class Silent:
    """A process that no longer beats: dead, frozen, or cut off from the store."""

    id: str
    sessions: tuple[Binary, ...]


class ProcessRepository:
    """One row for each process, `{"beat_at", "sessions"}`. All times are the store's own, whatever clocks say."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._rows = database.collection(PROCESSES.name)

    async def enter(self) -> None:
        """From now on this process is one of them, and the sessions of its transactions are known to the others."""
        self._db.sessions.made = self._knows
        await self.beat()

    async def beat(self) -> list[Silent]:
        """Say that we are alive; those who are not, handed to whoever noticed first, or again if that one died too."""
        ours = {"_id": self._db.process}
        silent = {"$lt": ["$beat_at", {"$subtract": ["$$NOW", int(SILENT_SECONDS * 1000)]}]}
        written = await self._rows.raw.bulk_write(
            [
                UpdateOne(ours, [{"$set": {"beat_at": "$$NOW"}}], upsert=True),
                UpdateMany({"$expr": silent}, {"$set": {"noticed_by": self._db.process}}),
            ]
        )
        if written.upserted_count:
            # New, or taken for dead while we were cut off.
            await self._rows.update_one(ours, {"$addToSet": {"sessions": {"$each": list(self._db.sessions.ids)}}})
        if written.matched_count + written.upserted_count == 1:
            return []  # only our own row
        found = await self._rows.find({"noticed_by": self._db.process})
        return [Silent(each["_id"], tuple(each.get("sessions", ()))) for each in found]

    async def end_transactions(self, gone: Silent) -> None:
        """Free what its open transactions have locked."""
        await end_transactions(self._db.client, gone.sessions)

    async def remove(self, process: str) -> None:
        """It is gone, and nothing of it is left."""
        await self._rows.delete_one({"_id": process})

    async def leave(self) -> None:
        """We end."""
        self._db.sessions.made = None
        await self.remove(self._db.process)

    async def _knows(self, session: Binary) -> None:
        await self._rows.update_one({"_id": self._db.process}, {"$addToSet": {"sessions": session}})
