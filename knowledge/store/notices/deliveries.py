"""Who was told what, by which way, and whether it arrived: a record that outlives the outbox's rows.

A delivery is written together with the rows that carry it (outbox.py), which bear its id as their subject. What became
of them is read from the rows and noted here, so that nothing on the way out has to know of deliveries.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from knowledge.phrases import _
from knowledge.store.database import Database, Document, OwnerId, OwnerScope
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.outbox.outbox import OUTBOX
from knowledge.store.outbox.rows import Channel, RowState
from knowledge.store.stored import Belonging, Index, Stored

KEPT = timedelta(days=400)
DELIVERIES = Stored(
    "deliveries",
    Belonging.to_owner(),
    indexes=(
        Index((("owner_id", 1), ("created_at", 1))),
        Index((("notice", 1), ("mail", 1), ("line", 1))),
        Index((("mail", 1),)),
        Index((("line", 1),)),
        Index((("look_at", 1),), only={"look_at": {"$type": "date"}}),
        Index((("expires_at", 1),), expire=True),
    ),
    former=("notice_1_mail_1",),
    exported=("_id", "notice", "mail", "line", "created_at"),
    kept=Kept(
        _("Which notices you were sent, and whether they arrived"),
        Subject.DELIVERY,
        GoneAfter("expires_at", KEPT, _("after the notice")),
    ),
)
OPEN = {"look_at": {"$type": "date"}}


class Delivered(StrEnum):
    """What became of a notice by one way."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"  # there is no such way to this owner
    OTHERWISE = "otherwise"  # its words went along with other news


@dataclass(frozen=True)
class NoticeDelivery:
    """One notice to one owner."""

    id: str
    owner_id: OwnerId
    notice: str
    mail: Delivered
    line: Delivered
    created_at: datetime


def notice_key(notice_id: str) -> str:
    """What deliveries of a notice to everybody call it; others have names of their own."""
    return f"notice:{notice_id}"


@dataclass(frozen=True)
class DeliveryCounts:
    """How many owners stand how, by way; `unreached` of them have no way, or only one that refused."""

    mail: Mapping[Delivered, int]
    line: Mapping[Delivered, int]
    unreached: int = 0

    @property
    def owners(self) -> int:
        return sum(self.mail.values())


class DeliveryRepository:
    """The record. Every method is for the sweep or the operator, across owners, but `add` and `of`."""

    def __init__(self, database: Database) -> None:
        self._deliveries = database.collection(DELIVERIES.name)
        self._rows = database.collection(OUTBOX.name)

    async def add(self, delivery: NoticeDelivery, look_at: datetime, expires_at: datetime) -> bool:
        """Keep it, in the transaction of the rows that carry it; False if it was given before."""
        waits = Delivered.WAITING in {delivery.mail, delivery.line}
        kept: Document = {
            "owner_id": delivery.owner_id,
            "notice": delivery.notice,
            "mail": delivery.mail,
            "line": delivery.line,
            "created_at": delivery.created_at,
            "expires_at": expires_at,
        } | ({"look_at": look_at} if waits else {})
        result = await self._deliveries.update_one({"_id": delivery.id}, {"$setOnInsert": kept}, upsert=True)
        return result.upserted_id is not None

    async def of(self, scope: OwnerScope) -> list[NoticeDelivery]:
        """What an owner was told, the oldest first."""
        found = await self._deliveries.find({"owner_id": scope.owner_id}, sort=[("created_at", 1)])
        return [_to_delivery(each) for each in found]

    async def list_open(self, now: datetime, limit: int) -> list[NoticeDelivery]:
        """Those whose rows are to be looked at now."""
        due = {"look_at": {"$type": "date", "$lte": now}}
        return [_to_delivery(each) for each in await self._deliveries.find(due, sort=[("look_at", 1)], limit=limit)]

    async def rows_of(self, delivery: NoticeDelivery) -> Mapping[Channel, tuple[RowState, str]]:
        """By channel: where its row stands, and what was wrong with it last."""
        query = {"owner_id": delivery.owner_id, "subject": delivery.id}
        found = await self._rows.find(query, projection=["channel", "state", "problem"])
        return {Channel(each["channel"]): (RowState(each["state"]), str(each.get("problem", ""))) for each in found}

    async def note(
        self, delivery: NoticeDelivery, mail: Delivered, line: Delivered, problem: str, look_at: datetime | None
    ) -> None:
        """What has become of it so far; with `look_at` None that was all."""
        set_: Document = {"mail": mail, "line": line, "problem": problem}
        changed: Document = (
            {"$set": set_ | {"look_at": look_at}} if look_at else {"$set": set_, "$unset": {"look_at": 1}}
        )
        await self._deliveries.update_one({"_id": delivery.id}, changed)

    async def counts_of(self, notice: str) -> DeliveryCounts:
        """How the deliveries of one notice stand."""
        stands = {"mail": "$mail", "line": "$line"}
        groups = await self._deliveries.aggregate(
            [{"$match": {"notice": notice}}, {"$group": {"_id": stands, "count": {"$sum": 1}}}]
        )
        mail, line, unreached = Counter[Delivered](), Counter[Delivered](), 0
        for each in groups:
            by_mail, by_line, count = Delivered(each["_id"]["mail"]), Delivered(each["_id"]["line"]), each["count"]
            mail[by_mail] += count
            line[by_line] += count
            unreached += count if {by_mail, by_line} <= {Delivered.NO_ADDRESS, Delivered.REFUSED} else 0
        return DeliveryCounts(mail, line, unreached)

    async def undelivered(self) -> Mapping[tuple[str, Delivered], int]:
        """(way, what became of it) -> how many of all notices wait or were refused, each found by an index."""
        ways = [(way, state) for way in ("mail", "line") for state in (Delivered.WAITING, Delivered.REFUSED)]
        return {(way, state): await self._deliveries.count({way: state}) for way, state in ways}


def _to_delivery(document: Document) -> NoticeDelivery:
    return NoticeDelivery(
        id=document["_id"],
        owner_id=OwnerId(document["owner_id"]),
        notice=document["notice"],
        mail=Delivered(document["mail"]),
        line=Delivered(document["line"]),
        created_at=document["created_at"],
    )
