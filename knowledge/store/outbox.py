"""What must still reach LINE or a mail server: a row written together with the change that caused it.

A row is waiting until it is sent, failed for good, or past its deadline. The worker leases it, so that two
workers never send the same row, and its retry key makes LINE refuse a second copy (RELIABILITY.md P6, P9).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pymongo import ReturnDocument

from knowledge.store.database import Database, Document, OwnerId, OwnerScope, new_id
from knowledge.store.stored import Index, Stored

# A retry key is remembered by LINE for 24 hours; after that the same key sends a second copy.
DEADLINE = timedelta(hours=23)
KEPT_AFTER_SENDING = timedelta(days=30)


def _to_or_about(owner_id: OwnerId, line_user_id: str | None) -> Document:
    return {"$or": [{"owner_id": owner_id}, {"channel": "line", "to": line_user_id}]}


OUTBOX = Stored(
    "outbox",
    indexes=(
        Index((("state", 1), ("not_before", 1))),
        Index((("owner_id", 1), ("message_ids", 1))),
        Index((("expires_at", 1),), expire=True),
    ),
    of_owner=_to_or_about,
)


class Channel(StrEnum):
    LINE = "line"
    MAIL = "mail"


class RowState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Urgency(StrEnum):
    """How soon an owner should hear of something."""

    NOW = "now"
    SOON = "soon"
    DIGEST = "digest"  # when there is something else to say anyway, or once a week


@dataclass(frozen=True)
class OutboxRow:
    """One message to one recipient. `body` is the channel's own form of it: replies for LINE, a letter for mail.

    `reply_token` and `reply_until` are set when it answers a webhook and may go out free of charge.
    `subject` is the id of what it is about (an alert), found again when the recipient quotes the message.
    `kind` and `urgency` are an alert's: what sort of news it is, and how soon it should be heard.
    """

    channel: Channel
    to: str
    body: Mapping[str, Any]
    created_at: datetime
    owner_id: OwnerId | None = None
    subject: str = ""
    kind: str = ""
    urgency: Urgency = Urgency.NOW
    reply_token: str = ""
    reply_until: datetime | None = None
    id: str = field(default_factory=new_id)
    retry_key: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: RowState = RowState.WAITING
    attempts: int = 0
    reply_tried: bool = False
    problem: str = ""

    @property
    def deadline(self) -> datetime:
        return self.created_at + DEADLINE


class OutboxRepository:
    """The rows, taken by lease and closed by outcome."""

    def __init__(self, database: Database) -> None:
        self._rows = database.collection(OUTBOX.name)

    async def put(self, row: OutboxRow, not_before: datetime | None = None) -> None:
        """Keep a row; inside a transaction it exists only if the change does. Nobody takes it before `not_before`."""
        await self._rows.insert(_to_document(row) | {"not_before": not_before or row.created_at})

    async def add_to_waiting(self, scope: OwnerScope, subject: str, reply: Document, most: int) -> bool:
        """Put one more reply into the row about `subject` that nobody has begun to send; False if there is none.

        A row takes `most` of them: as many messages as one call may carry.
        """
        room = {f"body.replies.{most - 1}": {"$exists": False}}
        waiting = {"owner_id": scope.owner_id, "subject": subject, "state": RowState.WAITING, "attempts": 0} | room
        return (await self._rows.update_one(waiting, {"$push": {"body.replies": reply}})).matched_count == 1

    async def take(self, now: datetime, lease: timedelta) -> OutboxRow | None:
        """The row that has waited longest and is due, leased to the caller; None when nothing is due."""
        document = await self._rows.find_one_and_update(
            {"state": RowState.WAITING, "not_before": {"$lte": now}},
            {"$set": {"not_before": now + lease}, "$inc": {"attempts": 1}},
            sort=[("not_before", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return _to_row(document) if document else None

    async def mark_reply_tried(self, row: OutboxRow, *, tried: bool) -> None:
        """Note whether a reply may have arrived already: "Invalid reply token" then means that it did."""
        await self._rows.update_one({"_id": row.id}, {"$set": {"reply_tried": tried}})

    async def drop_reply_token(self, row: OutboxRow) -> None:
        """From now on this row can only be pushed."""
        await self._rows.update_one({"_id": row.id}, {"$set": {"reply_token": "", "reply_tried": False}})

    async def sent(self, row: OutboxRow, message_ids: Sequence[str], now: datetime) -> None:
        """It arrived, as these messages. Its words go; what it was about stays, for quotes.

        A row of no owner (a farewell after erasure, a letter from the contact form) leaves nothing behind.
        """
        if row.owner_id is None:
            await self._rows.delete_one({"_id": row.id})
            return
        done = {"state": RowState.SENT, "message_ids": list(message_ids), "body": {}, "reply_token": "", "problem": ""}
        await self._rows.update_one(
            {"_id": row.id}, {"$set": done | {"sent_at": now, "expires_at": now + KEPT_AFTER_SENDING}}
        )

    async def retry_at(self, row: OutboxRow, at: datetime, problem: str) -> None:
        await self._rows.update_one({"_id": row.id}, {"$set": {"not_before": at, "problem": problem}})

    async def hold(self, row: OutboxRow, until: datetime, problem: str) -> None:
        """Begin anew later: it was refused for certain, so a new retry key cannot send it twice."""
        anew = {"not_before": until, "created_at": until, "retry_key": str(uuid.uuid4()), "reply_token": ""}
        await self._rows.update_one({"_id": row.id}, {"$set": anew | {"problem": problem}})

    async def failed(self, row: OutboxRow, problem: str, now: datetime) -> None:
        """It will not be tried again; `doctor` shows it. Its words go, except a letter's: they are nowhere else."""
        done: Document = {"state": RowState.FAILED, "problem": problem, "reply_token": ""}
        if row.channel is not Channel.MAIL:
            done |= {"body": {}}
        await self._rows.update_one({"_id": row.id}, {"$set": done | {"expires_at": now + KEPT_AFTER_SENDING}})

    async def fill(self, scope: OwnerScope, subject: str, body: Mapping[str, Any], now: datetime) -> bool:
        """Put the outcome into the answer that waits for it, to be sent now; False if that has gone out, or is not."""
        waiting = {"subject": subject, "state": RowState.WAITING, "attempts": 0, "reply_until": {"$gt": now}}
        update = {"$set": {"body": dict(body), "not_before": now}}
        return (await self._rows.update_one({"owner_id": scope.owner_id} | waiting, update)).matched_count == 1

    async def take_back(self, scope: OwnerScope, subjects: Sequence[str]) -> None:
        """Remove what was to be told about these subjects and has not been sent."""
        unsent = {"$in": [RowState.WAITING, RowState.FAILED]}
        # An app's scope says more than a row knows: rows belong to owners.
        query = {"owner_id": scope.owner_id, "subject": {"$in": list(subjects)}, "state": unsent}
        await self._rows.delete_many(query)

    async def about(self, scope: OwnerScope, message_id: str) -> tuple[str, str] | None:
        """Kind and subject of what a sent message was about, if it was sent to this owner about something."""
        document = await self._rows.find_one(scope.filter() | {"message_ids": message_id})
        return (document.get("kind", ""), document["subject"]) if document and document["subject"] else None

    async def count(self, state: RowState) -> int:
        return await self._rows.count({"state": state})

    async def problems(self) -> list[tuple[str, str]]:
        """(row id, what went wrong) of rows given up, the newest first, twenty at most."""
        documents = await self._rows.find({"state": RowState.FAILED}, sort=[("created_at", -1)], limit=20)
        return [(document["_id"], document["problem"]) for document in documents]


def _to_document(row: OutboxRow) -> Document:
    return {
        "_id": row.id,
        "channel": row.channel,
        "to": row.to,
        "body": dict(row.body),
        "created_at": row.created_at,
        "owner_id": row.owner_id,
        "subject": row.subject,
        "kind": row.kind,
        "urgency": row.urgency,
        "reply_token": row.reply_token,
        "reply_until": row.reply_until,
        "retry_key": row.retry_key,
        "state": row.state,
        "attempts": row.attempts,
        "reply_tried": row.reply_tried,
        "problem": row.problem,
    }


def _to_row(document: Document) -> OutboxRow:
    return OutboxRow(
        channel=Channel(document["channel"]),
        to=document["to"],
        body=document["body"],
        created_at=document["created_at"],
        owner_id=document["owner_id"],
        subject=document["subject"],
        kind=document.get("kind", ""),
        urgency=Urgency(document.get("urgency", Urgency.NOW)),
        reply_token=document["reply_token"],
        reply_until=document["reply_until"],
        id=document["_id"],
        retry_key=document["retry_key"],
        state=RowState(document["state"]),
        attempts=document["attempts"],
        reply_tried=document["reply_tried"],
        problem=document["problem"],
    )
