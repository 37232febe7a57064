"""How much is held of each kind, since when, and what goes next: for who runs mimi. It reads everything there is."""

from dataclasses import dataclass
from datetime import UTC, datetime

from knowledge.store.database import Database
from knowledge.store.kept import AsLongAs, GoneBySetting, Kept
from knowledge.store.stored import Stored

# By which name collections call when something came, in the order of trust.
CAME = ("created_at", "at", "asked_at", "happened_at", "opened_at")
ID_LENGTH = 24  # of an id that begins with the second it was made in (database.py, new_id)


@dataclass(frozen=True)
class Holding:
    """`since` is None where nothing tells; `next_end` where nothing of it has a time at which it goes."""

    count: int
    since: datetime | None
    next_end: datetime | None


class HoldingRepository:
    """Looks through whole collections, as a backup does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, stored: Stored, kept: Kept) -> Holding:
        """What one collection holds now."""
        ends = "" if isinstance(kept.ends, AsLongAs) else kept.ends.field
        oldest = {"came": {"$min": {"$ifNull": [*(f"${name}" for name in CAME), None]}}, "first": {"$min": "$_id"}}
        group = {"_id": None, "count": {"$sum": 1}, **oldest, "ends": {"$min": f"${ends}" if ends else None}}
        # Beside handles that rest stands the salt they are hashed with, which is nobody's and has no end.
        which = {ends: {"$exists": True}} if isinstance(kept.ends, GoneBySetting) else {}
        found = await self._database.collection(stored.name).aggregate([{"$match": which}, {"$group": group}])
        if not found:
            return Holding(0, None, None)
        [held] = found
        since = held["came"] if isinstance(held["came"], datetime) else _made_in(held["first"])
        return Holding(held["count"], since, held["ends"] if isinstance(held["ends"], datetime) else None)

    async def due(self, stored: Stored, at: str) -> tuple[int, datetime | None]:
        """How many rows have a time in the field `at`, and which is the first."""
        group = {"_id": None, "count": {"$sum": 1}, "first": {"$min": f"${at}"}}
        rows = self._database.collection(stored.name)
        found = await rows.aggregate([{"$match": {at: {"$type": "date"}}}, {"$group": group}])
        return (found[0]["count"], found[0]["first"]) if found else (0, None)


def _made_in(document_id: object) -> datetime | None:
    text = str(document_id)
    try:
        return datetime.fromtimestamp(int(text[:8], 16), UTC) if len(text) == ID_LENGTH else None
    except ValueError:
        return None
