"""What may still be spent, per app, owner and in all: reserved before a call by an atomic write each, settled after it.

A counter is one document per month. What is reserved stands in it until its time is over, so that a process which dies
in the middle of a call keeps nobody's money. Sums begin with what `spending` knows, whatever wrote that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from knowledge.store.database import AppScope, Database, Document, OwnerId
from knowledge.store.spending.spending import MILLIONTHS, SPENDING
from knowledge.store.stored import Index, Stored

SPEND_COUNTS = Stored("spend_counts", indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)))
KEPT = timedelta(days=70)  # from the first of its month
MOST_KNOWN = 10_000
NEAR = 0.8  # of a limit, told once before it is reached


@dataclass(frozen=True)
class Cap:
    """US dollars in a day and in a month; 0 is no limit."""

    a_day: float = 0.0
    a_month: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.a_day or self.a_month)


_APPS, _OWNERS, _EVERYBODYS = Cap(1.0, 10.0), Cap(3.0, 30.0), Cap(25.0, 250.0)


@dataclass(frozen=True)
class SpendLimits:
    """What each may cost, in US dollars."""

    app: Cap = _APPS
    owner: Cap = _OWNERS
    everybody: Cap = _EVERYBODYS


@dataclass(frozen=True)
class Counter:
    """Whose spending is counted: an app's, an owner's (`app_id` empty), or everybody's (both empty)."""

    owner_id: str = ""
    app_id: str = ""

    @classmethod
    def of_app(cls, scope: AppScope) -> "Counter":
        return cls(scope.owner_id, scope.app_id)

    @classmethod
    def of_owner(cls, owner_id: OwnerId) -> "Counter":
        return cls(owner_id)

    def query(self) -> Document:
        """Its documents in `spending`."""
        return {name: value for name, value in (("owner_id", self.owner_id), ("app_id", self.app_id)) if value}

    def key(self, day: date) -> str:
        return f"{self.owner_id or 'all'}:{self.app_id}:{day:%Y-%m}"


EVERYBODY = Counter()


@dataclass(frozen=True)
class Held:
    """Millionths of a dollar put aside for a call, until it is settled or `until`."""

    id: str
    cost: int
    until: datetime


@dataclass(frozen=True)
class Counted:
    """A counter as it stands, in millionths; `held` names what is reserved."""

    day: int = 0
    month: int = 0
    held: frozenset[str] = frozenset()

    def shares(self, cap: Cap) -> dict[str, float]:
        """How much of what it may was spent, of each limit that there is."""
        limits = (("day", self.day, cap.a_day), ("month", self.month, cap.a_month))
        return {period: spent / MILLIONTHS / limit for period, spent, limit in limits if limit}


class SpendCountRepository:
    """Reads and moves the counters."""

    def __init__(self, database: Database) -> None:
        self._counts = database.collection(SPEND_COUNTS.name)
        self._spending = database.collection(SPENDING.name)
        self._known: set[str] = set()

    async def reserve(self, counter: Counter, cap: Cap, day: date, held: Held, now: datetime) -> Counted:
        """Put it aside if the caps allow it beside all that is spent and put aside: then it is among what is held."""
        await self.open(counter, day)
        live = {"$filter": {"input": "$held", "as": "each", "cond": {"$gt": ["$$each.until", now]}}}
        beside = {"$sum": "$held.cost"}
        fits = [
            {"$lte": [{"$add": [spent, beside, held.cost]}, round(dollars * MILLIONTHS)]}
            for spent, dollars in ((_day(day), cap.a_day), ("$month", cap.a_month))
            if dollars
        ]
        new = {"id": held.id, "cost": held.cost, "until": held.until}
        chosen = {"$cond": [{"$and": fits}, {"$concatArrays": ["$held", [new]]}, "$held"]}
        return await self._moved(counter, day, [{"$set": {"held": live}}, {"$set": {"held": chosen}}])

    async def settle(self, counter: Counter, day: date, held: Sequence[str], cost: int) -> Counted:
        """Give back what was put aside, and count what was really spent."""
        await self.open(counter, day)
        spent = {"$inc": {f"days.{_name(day)}": cost, "month": cost}, "$pull": {"held": {"id": {"$in": list(held)}}}}
        return await self._moved(counter, day, spent)

    async def read(self, counter: Counter, day: date) -> Counted:
        """How it stands; what nobody has opened yet has spent what `spending` says."""
        found = await self._counts.find_one({"_id": counter.key(day)})
        return _counted(found or await self._fresh(counter, day), day)

    async def open(self, counter: Counter, day: date) -> None:
        """See to it that the month's document is there, with what was spent before it was."""
        key = counter.key(day)
        if key in self._known:
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        if not await self._counts.count({"_id": key}, limit=1):
            begins = {"$setOnInsert": await self._fresh(counter, day)}
            await self._counts.update_one({"_id": key}, begins, upsert=True)
        self._known.add(key)

    async def _fresh(self, counter: Counter, day: date) -> Document:
        first = day.replace(day=1)
        between = {"day": {"$gte": first.isoformat(), "$lte": day.isoformat()}}
        sums = {"$group": {"_id": "$day", "cost": {"$sum": "$cost"}}}
        days = await self._spending.aggregate([{"$match": counter.query() | between}, sums])
        spent = {_name(date.fromisoformat(each["_id"])): each["cost"] for each in days}
        expires = datetime(first.year, first.month, 1, tzinfo=UTC) + KEPT
        sums = {"days": spent, "month": sum(spent.values())}
        return {"owner_id": counter.owner_id, "held": [], "expires_at": expires} | sums

    async def _moved(self, counter: Counter, day: date, update: Any) -> Counted:
        found = await self._counts.find_one_and_update(
            {"_id": counter.key(day)}, update, return_document=ReturnDocument.AFTER
        )
        if found is None:  # erased with its owner while this process remembered it
            self._known.discard(counter.key(day))
        return _counted(found, day)


def _name(day: date) -> str:
    return f"d{day.day}"


def _day(day: date) -> Document:
    return {"$ifNull": [f"$days.{_name(day)}", 0]}


def _counted(found: Document | None, day: date) -> Counted:
    if found is None:
        return Counted()
    held = frozenset(each["id"] for each in found["held"])
    return Counted(found["days"].get(_name(day), 0), found["month"], held)
