"""Ways out that are shut (LINE's replies, its pushes, mail), for as long as the other side refuses whatever is sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge.store.database import Database, Document
from knowledge.store.kept import RUNNING
from knowledge.store.stored import Belonging, Stored

WAYS = Stored("ways", Belonging.to_nobody(), lasting=False, kept=RUNNING)


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

    async def shut(self, way: Way, problem: str, since: datetime, now: datetime, try_at: datetime) -> None:
        """Note that it is refused, and when to try it next."""
        changed: Document = {"problem": problem, "tried_at": now, "try_at": try_at}
        await self._ways.update_one({"_id": way}, {"$set": changed, "$setOnInsert": {"since": since}}, upsert=True)

    async def open(self, way: Way) -> None:
        """It works, or may."""
        await self._ways.delete_one({"_id": way})

    async def take_trial(self, way: Way, now: datetime, next_at: datetime) -> bool:
        """Whether it is due to be tried, and by the caller: one process at a time."""
        due = {"_id": way, "try_at": {"$lte": now}}
        return (await self._ways.update_one(due, {"$set": {"try_at": next_at}})).matched_count == 1

    async def all_shut(self) -> list[ShutWay]:
        """Those that are, in the order of `Way`."""
        found = {each["_id"]: each for each in await self._ways.find({"_id": {"$in": list(Way)}})}
        return [
            ShutWay(way, found[way]["since"], found[way]["problem"], found[way]["tried_at"])
            for way in Way
            if way in found
        ]
