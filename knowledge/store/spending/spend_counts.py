"""What may still be spent, per app, owner and in all: reserved before a call by an atomic write each, settled after it.

A counter is one document per month. What is reserved stands in it until its time is over, so that a process which dies
in the middle of a call keeps nobody's money. Sums begin with what `spending` knows, whatever wrote that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerId
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.spending.spending import MILLIONTHS, SPENDING
from knowledge.store.stored import Belonging, Index, Stored

KEPT = timedelta(days=70)  # from the first of its month
SPEND_COUNTS = Stored(
    "spend_counts",
    Belonging.to_owner(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
    kept=Kept(
        _("What is left of the spending limits"),
        Subject.APP,
        GoneAfter("expires_at", KEPT, _("after the month began")),
    ),
)
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

    async def reserve(self, wanted: Mapping[Counter, Cap], day: date, held: Held, now: datetime) -> bool:
        """Put it aside in each counter whose caps allow it beside all that is spent and put aside; whether all did.

        One command: each of its updates finds its counter only where there is room, and is atomic by itself.
        """
        await self.open_all(list(wanted), day)
        live = {"$filter": {"input": "$held", "as": "each", "cond": {"$gt": ["$$each.until", now]}}}
        new = {"id": held.id, "cost": held.cost, "until": held.until}
        beside = {"$sum": {"$map": {"input": live, "as": "each", "in": "$$each.cost"}}}
        kept = [{"$set": {"held": {"$concatArrays": [live, [new]]}}}]
        updates = [
            ({"_id": counter.key(day), "$expr": {"$and": _fits(cap, day, beside, held.cost)}}, kept)
            for counter, cap in wanted.items()
        ]
        return not updates or await self._counts.update_each(updates) == len(updates)

    async def settle(self, counters: Mapping[Counter, Cap], day: date, held: Sequence[str], cost: int) -> bool:
        """Give back what was put aside in each, and count what was really spent; whether that is near a cap's limit.

        One command: behind what is counted, a change of nothing finds the counters that are near.
        """
        await self.open_all(list(counters), day)
        spent = {"$inc": {f"days.{_name(day)}": cost, "month": cost}, "$pull": {"held": {"id": {"$in": list(held)}}}}
        updates = [({"_id": counter.key(day)}, spent) for counter in counters]
        near = [
            ({"_id": counter.key(day), "$expr": {"$or": _near(cap, day)}}, {"$max": {"month": 0}})
            for counter, cap in counters.items()
            if cost
        ]
        found = await self._counts.update_each([*updates, *near]) if updates else 0
        if found < len(updates):
            # Erased with its owner while this process remembered it.
            self._known.difference_update(counter.key(day) for counter in counters)
        return found > len(updates)

    async def read_all(self, counters: Sequence[Counter], day: date) -> list[Counted]:
        """How each stands, in the same order; nothing of one that is not there."""
        found = await self._counts.find({"_id": {"$in": [counter.key(day) for counter in counters]}})
        by_key = {document["_id"]: document for document in found}
        return [_counted(by_key.get(counter.key(day)), day) for counter in counters]

    async def read(self, counter: Counter, day: date) -> Counted:
        """How it stands; what nobody has opened yet has spent what `spending` says."""
        found = await self._counts.find_one({"_id": counter.key(day)})
        return _counted(found or await self._fresh(counter, day), day)

    async def open_all(self, counters: Sequence[Counter], day: date) -> None:
        """See to it that the month's documents are there, with what was spent before they were."""
        for counter in counters:
            key = counter.key(day)
            if key in self._known:
                continue
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


def _name(day: date) -> str:
    return f"d{day.day}"


def _fits(cap: Cap, day: date, beside: Document, cost: int) -> list[Document]:
    """That so much more stays within each limit of the cap."""
    return [
        {"$lte": [{"$add": [spent, beside, cost]}, round(dollars * MILLIONTHS)]} for spent, dollars in _of(cap, day)
    ]


def _near(cap: Cap, day: date) -> list[Document]:
    """That each limit of the cap is near."""
    return [{"$gte": [spent, NEAR * (dollars * MILLIONTHS)]} for spent, dollars in _of(cap, day)]


def _of(cap: Cap, day: date) -> list[tuple[Document | str, float]]:
    """What was spent beside each limit of the cap."""
    return [(spent, dollars) for spent, dollars in ((_day(day), cap.a_day), ("$month", cap.a_month)) if dollars]


def _day(day: date) -> Document:
    return {"$ifNull": [f"$days.{_name(day)}", 0]}


def _counted(found: Document | None, day: date) -> Counted:
    if found is None:
        return Counted()
    held = frozenset(each["id"] for each in found["held"])
    return Counted(found["days"].get(_name(day), 0), found["month"], held)
