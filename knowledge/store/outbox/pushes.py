"""The month's pushes: what LINE allows, what it has counted, and what each owner has used of it.

One document for the month and one for each owner in it. A push is counted before it is made, and only if nobody else
has counted one since it was decided on, so that several processes side by side share one budget.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from knowledge.phrases import _
from knowledge.store.database import Database, Document, OwnerId, OwnerScope
from knowledge.store.kept import RUNNING, GoneAfter, Kept, Subject
from knowledge.store.outbox.rows import Paid
from knowledge.store.stored import Belonging, Index, Stored

KEPT = timedelta(days=100)
PUSH_MONTHS = Stored(
    "push_months", Belonging.to_nobody(), indexes=(Index((("expires_at", 1),), expire=True),), kept=RUNNING
)
PUSH_SHARES = Stored(
    "push_shares",
    Belonging.to_owner(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
    kept=Kept(
        _("How many messages LINE has counted for you in a month"),
        Subject.DELIVERY,
        GoneAfter("expires_at", KEPT, _("after the last of them")),
    ),
)


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
    """One owner's pushes of a month: the last one with news, and the last one of nothing but late answers."""

    used: int = 0
    last_at: datetime | None = None
    answered_at: datetime | None = None


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
        if document is None:
            return OwnerCount()
        return OwnerCount(document["used"], document.get("last_at"), document.get("answered_at"))

    async def count(
        self, scope: OwnerScope, name: str, now: datetime, before: MonthCount, *, within_share: bool, answers: bool
    ) -> bool:
        """One more push to this owner, decided on what `before` says; False if somebody was quicker: decide anew.

        `answers`: it brings nothing but answers that came late, so that no news after it is collected.
        """
        # A month that nothing was counted in has no such field yet.
        same = before.counted or {"$in": [0, None]}
        counted = {"$inc": {"counted": 1, "within_share": int(within_share)}, "$set": {"expires_at": now + KEPT}}
        try:
            await self._months.update_one({"_id": name, "counted": same}, counted, upsert=True)
        except DuplicateKeyError:
            return False
        share = {"_id": f"{name}:{scope.owner_id}", "owner_id": scope.owner_id}
        at = {"answered_at" if answers else "last_at": now, "expires_at": now + KEPT}
        await self._shares.update_one(share, {"$inc": {"used": 1}, "$set": at}, upsert=True)
        return True

    async def count_stranger(self, name: str, now: datetime, most: int | None) -> bool:
        """One more push to somebody without an account, in no owner's share; False if they have had `most` already."""
        await self._months.update_one({"_id": name}, {"$set": {"expires_at": now + KEPT}}, upsert=True)
        room: Document = {"strangers": {"$not": {"$gte": most}}} if most is not None else {}
        counted = await self._months.update_one({"_id": name} | room, {"$inc": {"counted": 1, "strangers": 1}})
        return counted.matched_count == 1

    async def refused(self, owner_id: OwnerId | None, name: str, paid: Paid) -> None:
        """A push that was counted cost nothing: LINE refused it."""
        back = {"counted": -1}
        if paid is Paid.SHARE:
            back["within_share"] = -1
        elif paid is Paid.NOBODY:
            back["strangers"] = -1
        await self._months.update_one({"_id": name}, {"$inc": back})
        if owner_id:
            anew = {"$inc": {"used": -1}, "$set": {"last_at": None, "answered_at": None}}
            await self._shares.update_one({"_id": f"{name}:{owner_id}"}, anew)


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
