"""How often an app's page was opened, per day: numbers and nothing about who did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, new_id
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

PAGE_VIEWS = Stored(
    "page_views",
    Belonging.to_app(),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("day", 1)), unique=True),
        Index((("expires_at", 1),), expire=True),
    ),
    exported=("app_id", "day", "views", "visitors", "devices", "languages", "referrers"),
    kept=Kept(
        _(
            "How many views and visitors an app's page had in a day, by kind of device, language and referring site "
            "or named link: numbers only"
        ),
        Subject.VISITS,
        GoneAfter("expires_at", timedelta(days=400), _("after that day")),
    ),
)
# Of one day. Who invents hosts fills a page's list of them, not the store.
MOST_REFERRERS = 100
OTHERS = "others"
DOT = "%2E"  # in the name of a field MongoDB reads a dot as a path


@dataclass(frozen=True)
class ViewedDay:
    """One day of one app's page."""

    views: int
    visitors: int
    devices: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    referrers: Mapping[str, int] = field(default_factory=dict)


class PageViewRepository:
    """One document per app and day."""

    def __init__(self, database: Database) -> None:
        self._days = database.collection(PAGE_VIEWS.name)

    async def count(
        self,
        scope: AppScope,
        day: date,
        expires_at: datetime,
        device: str,
        language: str,
        referrer: str,
        *,
        is_first: bool,
    ) -> None:
        """One more view on that day, and one more visitor if it is somebody's first."""
        one = {"views": 1, "visitors": int(is_first), f"devices.{device}": 1}
        if language:
            one[f"languages.{language}"] = 1
        new = {"$setOnInsert": {"_id": new_id()}, "$set": {"expires_at": expires_at}}
        await self._days.update_one(_of(scope, day), {"$inc": one} | new, upsert=True)
        if referrer:
            await self._count_referrer(_of(scope, day), f"referrers.{_key(referrer)}")

    async def _count_referrer(self, day: Document, name: str) -> None:
        """One more from this host, if it is on the day's list or that has room; else from others."""
        known = await self._days.update_one(day | {name: {"$exists": True}}, {"$inc": {name: 1}})
        if known.matched_count:
            return
        room = day | {"referrer_count": {"$not": {"$gte": MOST_REFERRERS}}}
        added = await self._days.update_one(room, {"$inc": {name: 1, "referrer_count": 1}})
        if not added.matched_count:
            await self._days.update_one(day, {"$inc": {f"referrers.{OTHERS}": 1}})

    async def hold(self, scope: AppScope, day: date) -> None:
        """Be in conflict with whoever is counted on that day until the caller's transaction ends."""
        nothing = {"$inc": {"views": 0, "visitors": 0}, "$setOnInsert": {"_id": new_id()}}
        await self._days.update_one(_of(scope, day), nothing, upsert=True)

    async def views(self, scope: AppScope, day: date) -> int:
        """How many there were on that day."""
        found = await self.days(scope, day, day)
        return found[day].views if found else 0

    async def days(self, scope: AppScope, first: date, last: date) -> Mapping[date, ViewedDay]:
        """The days on which the page was opened, from the first to the last of both."""
        between = {"day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
        documents = await self._days.find(scope.filter() | between)
        return {
            date.fromisoformat(each["day"]): ViewedDay(
                int(each["views"]),
                int(each.get("visitors", 0)),
                each.get("devices", {}),
                each.get("languages", {}),
                {host.replace(DOT, "."): count for host, count in each.get("referrers", {}).items()},
            )
            for each in documents
        }


def _of(scope: AppScope, day: date) -> Document:
    return scope.filter() | {"day": day.isoformat()}


def _key(host: str) -> str:
    return host.replace(".", DOT)
