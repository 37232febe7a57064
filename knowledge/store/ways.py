"""Ways out that are shut (LINE's replies, its pushes, mail), for as long as the other side refuses whatever is sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pymongo import ReturnDocument

from knowledge.store.database import Database, Document
from knowledge.store.stored import Stored

WAYS = Stored("ways", of_owner=None, lasting=False)


class Way(StrEnum):
    """Each is refused by itself: a plan may allow replies and no pushes."""

    REPLY = "LINE replies"
    PUSH = "LINE pushes"
    MAIL = "mail"


@dataclass(frozen=True)
class ShutWay:
    """`problem` is the other side's own words for it; it was tried last at `tried_at`."""

    way: Way
    since: datetime
    problem: str
    tried_at: datetime


class WayRepository:
    """What is open has no document."""

    def __init__(self, database: Database) -> None:
        self._ways = database.collection(WAYS.name)

    async def shut(self, way: Way, problem: str, now: datetime, try_at: datetime) -> bool:
        """Note that it is refused; True if it was open until now."""
        changed: Document = {"problem": problem, "tried_at": now, "try_at": try_at}
        before = await self._ways.find_one_and_update(
            {"_id": way}, {"$set": changed, "$setOnInsert": {"since": now}}, upsert=True
        )
        return before is None

    async def open(self, way: Way) -> bool:
        """It works; True if it was shut until now."""
        return (await self._ways.delete_one({"_id": way})).deleted_count == 1

    async def take_trial(self, way: Way, now: datetime, next_at: datetime) -> bool:
        """Whether it is due to be tried, and by the caller: one process at a time."""
        due = {"_id": way, "try_at": {"$lte": now}}
        taken = await self._ways.find_one_and_update(
            due, {"$set": {"try_at": next_at}}, return_document=ReturnDocument.AFTER
        )
        return taken is not None

    async def all_shut(self) -> list[ShutWay]:
        """Those that are, in the order of `Way`."""
        found = {each["_id"]: each for each in await self._ways.find({})}
        return [
            ShutWay(way, found[way]["since"], found[way]["problem"], found[way]["tried_at"])
            for way in Way
            if way in found
        ]
