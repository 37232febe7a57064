"""The month's pushes: what LINE allows, what it has counted, and what each owner has used of it.

One document for the month and one for each owner in it, counted up in the transaction that decides to push,
so that several senders side by side share one budget.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.store.database import Database, Document, OwnerScope
from knowledge.store.stored import Index, Stored

PUSH_MONTHS = Stored("push_months", indexes=(Index((("expires_at", 1),), expire=True),), of_owner=None)
PUSH_SHARES = Stored("push_shares", indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)))
KEPT = timedelta(days=100)


@dataclass(frozen=True)
class MonthCount:
    """`limit` as LINE told it last (None: none, or not told yet), shared by `owners`; `counted` are pushes of ours.

    `line_used` is LINE's own count, read when ours was `counted_then`. `within_share` of ours were within
    the share of their owner. `stopped_at`: LINE refused more at this limit.
    """

    limit: int | None = None
    owners: int = 1
    counted: int = 0
    within_share: int = 0
    line_used: int = 0
    counted_then: int = 0
    stopped_at: int | None = None
    read_at: datetime | None = None

    @property
    def used(self) -> int:
        """LINE's count brought up to now by ours: it knows of other senders, and of what reached nobody."""
        return self.line_used + self.counted - self.counted_then


@dataclass(frozen=True)
class OwnerCount:
    """One owner's pushes of a month."""

    used: int = 0
    last_at: datetime | None = None


class PushRepository:
    """The counts of a month, named `2026-11`."""

    def __init__(self, database: Database) -> None:
        self._months = database.collection(PUSH_MONTHS.name)
        self._shares = database.collection(PUSH_SHARES.name)

    async def month(self, name: str) -> MonthCount:
        """This month's counts; before its first reading with the limit of the one before."""
        document = await self._months.find_one({"_id": name})
        if document and "limit" in document:
            return _to_month(document)
        before = await self._months.find({"_id": {"$lt": name}}, sort=[("_id", -1)], limit=1)
        known = {key: before[0][key] for key in ("limit", "owners") if key in before[0]} if before else {}
        return _to_month(known | (document or {}))

    async def read(self, name: str, limit: int | None, line_used: int, owners: int, now: datetime) -> bool:
        """Keep what LINE says now; True if pushes that had been stopped may go on."""
        month = await self.month(name)
        changed: Document = {"limit": limit, "line_used": line_used, "owners": max(owners, 1), "read_at": now}
        changed |= {"counted_then": month.counted, "expires_at": now + KEPT}
        grown = month.stopped_at is not None and (limit is None or limit > month.stopped_at)
        if grown:
            changed["stopped_at"] = None
        await self._months.update_one({"_id": name}, {"$set": changed}, upsert=True)
        return grown

    async def stop(self, name: str, now: datetime) -> None:
        """LINE refuses more pushes this month, at the limit known now."""
        limit = (await self.month(name)).limit or 0
        await self._months.update_one(
            {"_id": name}, {"$set": {"stopped_at": limit, "expires_at": now + KEPT}}, upsert=True
        )

    async def owner(self, scope: OwnerScope, name: str) -> OwnerCount:
        document = await self._shares.find_one({"_id": f"{name}:{scope.owner_id}"})
        return OwnerCount(document["used"], document.get("last_at")) if document else OwnerCount()

    async def count(self, scope: OwnerScope, name: str, now: datetime, *, within_share: bool) -> None:
        """One more push to this owner, in the transaction that decides on it."""
        await self.count_anybodys(name, now, within_share=within_share)
        await self._count_share(scope, name, now, {"last_at": now, "within": within_share})

    async def count_reply(self, scope: OwnerScope, name: str, now: datetime, *, within_share: bool) -> None:
        """One more push to this owner that nobody decided on: a reply that could only be pushed.

        It is no alert, so what comes after it is not collected.
        """
        await self.count_anybodys(name, now, within_share=within_share)
        await self._count_share(scope, name, now, {})

    async def count_anybodys(self, name: str, now: datetime, *, within_share: bool = False) -> None:
        """One more push of the month, in no owner's share unless `within_share`."""
        counted = {"counted": 1, "within_share": int(within_share)}
        kept = {"expires_at": now + KEPT}
        await self._months.update_one({"_id": name}, {"$inc": counted, "$set": kept}, upsert=True)

    async def _count_share(self, scope: OwnerScope, name: str, now: datetime, more: Document) -> None:
        share = {"_id": f"{name}:{scope.owner_id}", "owner_id": scope.owner_id}
        kept = {"expires_at": now + KEPT}
        await self._shares.update_one(share, {"$inc": {"used": 1}, "$set": kept | more}, upsert=True)

    async def refused(self, scope: OwnerScope, name: str) -> None:
        """The last push to this owner cost nothing: LINE refused it."""
        share = await self._shares.find_one_and_update(
            {"_id": f"{name}:{scope.owner_id}", "last_at": {"$ne": None}},
            {"$inc": {"used": -1}, "$set": {"last_at": None}},
        )
        if share:
            await self._months.update_one(
                {"_id": name}, {"$inc": {"counted": -1, "within_share": -int(share["within"])}}
            )


def _to_month(document: Document) -> MonthCount:
    return MonthCount(
        limit=document.get("limit"),
        owners=document.get("owners", 1),
        counted=document.get("counted", 0),
        within_share=document.get("within_share", 0),
        line_used=document.get("line_used", 0),
        counted_then=document.get("counted_then", 0),
        stopped_at=document.get("stopped_at"),
        read_at=document.get("read_at"),
    )
