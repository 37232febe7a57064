"""Who was told what, by which way, and whether it arrived: a record that outlives the outbox's rows.

A delivery is written together with the rows that carry it (outbox.py), which bear its id as their subject. What became
of them is read from the rows and noted here, so that nothing on the way out has to know of deliveries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge.store.database import Database, Document, OwnerId, OwnerScope
from knowledge.store.outbox.outbox import OUTBOX
from knowledge.store.outbox.rows import Channel, RowState
from knowledge.store.stored import Belonging, Index, Stored

DELIVERIES = Stored(
    "deliveries",
    Belonging.to_owner(),
    indexes=(
        Index((("owner_id", 1), ("created_at", 1))),
        Index((("notice", 1), ("mail", 1))),
        Index((("look_at", 1),), only={"look_at": {"$type": "date"}}),
        Index((("expires_at", 1),), expire=True),
    ),
    exported=("_id", "notice", "mail", "line", "created_at"),
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

    async def counts(self, notice: str) -> Mapping[str, int]:
        """How many deliveries of a notice stand how, by what became of the mail."""
        groups = await self._deliveries.aggregate(
            [{"$match": {"notice": notice}}, {"$group": {"_id": "$mail", "count": {"$sum": 1}}}]
        )
        return {str(each["_id"]): int(each["count"]) for each in groups}


def _to_delivery(document: Document) -> NoticeDelivery:
    return NoticeDelivery(
        id=document["_id"],
        owner_id=OwnerId(document["owner_id"]),
        notice=document["notice"],
        mail=Delivered(document["mail"]),
        line=Delivered(document["line"]),
        created_at=document["created_at"],
    )
