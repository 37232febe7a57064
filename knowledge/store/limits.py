"""The counters behind the rate limits. The `limits` library writes them; they are named here so that none is forgotten.

They hold hashes and times, nothing of an owner's, and are gone when their window is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from knowledge.phrases import _
from knowledge.store.database import DUPLICATE_KEY
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

_COUNTS = Kept(
    _(
        "How many messages came from a conversation, an address or a truncated address, or to an app, by hashes; "
        "an address's hash is made with the day's secret"
    ),
    Subject.PROTECTION,
    GoneAfter("expireAt", timedelta(days=1), _("after the last of them")),
)
# The library makes the same index in both, whichever of them its strategies use.
LIMIT_COUNTERS = Stored(
    "limit_counters",
    Belonging.to_nobody(),
    indexes=(Index((("expireAt", 1),), expire=True),),
    lasting=False,
    kept=_COUNTS,
)
LIMIT_WINDOWS = Stored(
    "limit_windows",
    Belonging.to_nobody(),
    indexes=(Index((("expireAt", 1),), expire=True),),
    lasting=False,
    kept=_COUNTS,
)


@dataclass(frozen=True)
class Window:
    """At most `most` entries within `seconds`; `key` is the library's."""

    key: str
    most: int
    seconds: int


async def enter(database: AsyncIOMotorDatabase[Any], windows: Sequence[Window], now: float) -> int:
    """Enter each of the windows in turn until one is full, in one command; how many were entered.

    Writes what the library's `acquire_entry` writes (limits/aio/storage/mongodb.py), which takes a command for each.
    """
    writes = [
        UpdateOne(
            {"_id": each.key, f"entries.{each.most - 1}": {"$not": {"$gte": now - each.seconds}}},
            {
                "$push": {"entries": {"$each": [now], "$position": 0, "$slice": each.most}},
                "$set": {"expireAt": datetime.fromtimestamp(now, UTC) + timedelta(seconds=each.seconds)},
            },
            upsert=True,
        )
        for each in windows
    ]
    try:
        await database[LIMIT_WINDOWS.name].bulk_write(writes)
    except BulkWriteError as error:
        # A full one is not found, and making it anew meets its key.
        full = next((each for each in error.details["writeErrors"] if each["code"] == DUPLICATE_KEY), None)
        if full is None:
            raise
        return int(full["index"])
    return len(windows)
