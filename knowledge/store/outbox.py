"""What must still reach LINE or a mail server: a row written together with the change that caused it.

A row is waiting until it is sent, failed for good, or past its deadline. The worker leases it, so that two
workers never send the same row, and its retry key makes LINE refuse a second copy (RELIABILITY.md P6, P9).
An alert's row is held (held_rows.py) until another row carries it: a reply to its owner, or a push made for it and its
like. What a row carries is part of its stored body, so that every attempt sends the same.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from knowledge.store.database import Database, Document, OwnerId, OwnerScope
from knowledge.store.outbox_rows import (
    DEADLINE,
    LETTER_LIVES,
    Carried,
    Channel,
    OutboxRow,
    RowState,
    Urgency,
    to_document,
    to_row,
)
from knowledge.store.stored import Index, Stored

__all__ = [
    "DEADLINE",
    "HOLD_OF_NOBODY",
    "LETTER_LIVES",
    "OUTBOX",
    "TO_ASKER",
    "TO_VISITOR",
    "Carried",
    "Channel",
    "OutboxRepository",
    "OutboxRow",
    "RowState",
    "Urgency",
]

# Whoever has no account has no budget either: what they should hear is tried again as long as it may be.
HOLD_OF_NOBODY = timedelta(hours=1)
# Kinds of letters to visitors, and to whoever asks to sign in: whatever becomes of them, no address stays.
TO_VISITOR = "to_visitor"
TO_ASKER = "to_asker"
LEAVE_NOTHING = frozenset({TO_VISITOR, TO_ASKER})
KEPT_AFTER_SENDING = timedelta(days=30)


def _to_or_about(owner_id: OwnerId, line_user_id: str | None) -> Document:
    return {"$or": [{"owner_id": owner_id}, {"channel": "line", "to": line_user_id}]}


OUTBOX = Stored(
    "outbox",
    indexes=(
        Index((("state", 1), ("not_before", 1))),
        Index((("owner_id", 1), ("message_ids", 1))),
        Index((("owner_id", 1), ("state", 1))),
        Index((("carried_by", 1),), only={"carried_by": {"$type": "string"}}),
        Index((("expires_at", 1),), expire=True),
    ),
    of_owner=_to_or_about,
)


class OutboxRepository:
    """The rows on their way, taken by lease and closed by outcome."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._rows = database.collection(OUTBOX.name)

    async def put(self, row: OutboxRow, not_before: datetime | None = None) -> None:
        """Keep a row; inside a transaction it exists only if the change does. Nobody takes it before `not_before`."""
        await self._rows.insert(to_document(row) | {"not_before": not_before or row.created_at})

    async def take(self, now: datetime, lease: timedelta) -> OutboxRow | None:
        """The row that has waited longest and is due, leased to the caller; None when nothing is due."""
        document = await self._rows.find_one_and_update(
            {"state": RowState.WAITING, "not_before": {"$lte": now}},
            {"$set": {"not_before": now + lease}, "$inc": {"attempts": 1}},
            sort=[("not_before", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return to_row(document) if document else None

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
        if row.owner_id is None or row.kind in LEAVE_NOTHING:
            await self._rows.delete_one({"_id": row.id})
            return
        owner_id, rest = row.owner_id, list(message_ids)

        async def close() -> None:
            for each in row.carries:
                own, rest[:] = rest[: each.messages], rest[each.messages :]
                await self._close(each.row_id, owner_id, own, now)
            if row.carries and not row.body.get("replies"):
                await self._rows.delete_one({"_id": row.id})
            else:
                await self._close(row.id, owner_id, rest, now)

        await self._db.transaction(close)

    async def _close(self, row_id: str, owner_id: OwnerId, message_ids: Sequence[str], now: datetime) -> None:
        done: Document = {
            "state": RowState.SENT,
            "message_ids": list(message_ids),
            "body": {},
            "reply_token": "",
            "problem": "",
        }
        done |= {"sent_at": now, "expires_at": now + KEPT_AFTER_SENDING}
        await self._rows.update_one({"_id": row_id, "owner_id": owner_id}, {"$set": done})

    async def retry_at(self, row: OutboxRow, at: datetime, problem: str) -> None:
        await self._rows.update_one({"_id": row.id}, {"$set": {"not_before": at, "problem": problem}})

    async def hold(self, row: OutboxRow, until: datetime, problem: str) -> None:
        """It was refused for certain: what it carried is held again, and so is it if it has words of its own."""

        async def let_go() -> None:
            await self._let_go(row, until, alone=False)
            if not row.body.get("replies"):
                await self._rows.delete_one({"_id": row.id})
                return
            anew: Document = {"retry_key": str(uuid.uuid4()), "reply_token": "", "problem": problem, "carries": []}
            anew |= {"body": {key: value for key, value in row.body.items() if key != "carried"}}
            if row.owner_id:
                anew |= {"state": RowState.HELD, "not_before": until}
            else:
                anew |= {"not_before": until + HOLD_OF_NOBODY}
            await self._rows.update_one({"_id": row.id}, {"$set": anew})

        await self._db.transaction(let_go)

    async def failed(self, row: OutboxRow, problem: str, now: datetime) -> None:
        """It will not be tried again; `doctor` shows it. Its words go, except a letter's: they are nowhere else.

        Of several that were refused together each is tried once more by itself.
        """
        if row.kind in LEAVE_NOTHING:
            await self._rows.delete_one({"_id": row.id})
            return

        async def give_up() -> None:
            alone = len(row.carries) == 1 and not row.body.get("replies")
            if alone:
                await self._fail(row.carries[0].row_id, row, problem, now)
                await self._rows.delete_one({"_id": row.id})
                return
            await self._let_go(row, now, alone=True)
            if row.carries and not row.body.get("replies"):
                await self._rows.delete_one({"_id": row.id})
                return
            await self._fail(row.id, row, problem, now)

        await self._db.transaction(give_up)

    async def _fail(self, row_id: str, row: OutboxRow, problem: str, now: datetime) -> None:
        done: Document = {"state": RowState.FAILED, "problem": problem, "reply_token": "", "carries": []}
        if row.channel is not Channel.MAIL:
            done |= {"body": {}}
        await self._rows.update_one({"_id": row_id}, {"$set": done | {"expires_at": now + KEPT_AFTER_SENDING}})

    async def _let_go(self, row: OutboxRow, until: datetime, *, alone: bool) -> None:
        """What it carried is held again, except what its owner need not be told any more."""
        carried = {"carried_by": row.id, "state": RowState.CARRIED}
        await self._rows.delete_many(carried | {"withdrawn": True})
        held: Document = {"state": RowState.HELD, "not_before": until, "carried_by": None}
        changed = held | {"alone": True} if alone else held
        await self._rows.update_many(carried, {"$set": changed})

    async def fill(self, scope: OwnerScope, subject: str, body: Mapping[str, Any], now: datetime) -> bool:
        """Put the outcome into the answer that waits for it, to be sent now; False if that has gone out, or is not."""
        waiting = {"subject": subject, "state": RowState.WAITING, "attempts": 0, "reply_until": {"$gt": now}}
        update = {"$set": {"body": dict(body), "not_before": now}}
        return (await self._rows.update_one({"owner_id": scope.owner_id} | waiting, update)).matched_count == 1

    async def stop_line(self, scope: OwnerScope, line_user_id: str, now: datetime) -> None:
        """Nothing of this owner's goes to that LINE any more: what was about to is held again."""
        query = scope.filter() | {"channel": Channel.LINE, "to": line_user_id, "state": RowState.WAITING}
        for document in await self._rows.find(query):
            await self.hold(to_row(document), now, document["problem"])

    async def take_back(self, scope: OwnerScope, subjects: Sequence[str]) -> None:
        """Remove what was to be told about these subjects and has not been sent, in the caller's transaction."""
        # An app's scope says more than a row knows: rows belong to owners.
        query: Document = {"owner_id": scope.owner_id, "subject": {"$in": list(subjects)}}
        carried = await self._rows.find(query | {"state": RowState.CARRIED}, projection=["carried_by"])
        for row_id in {document["carried_by"] for document in carried}:
            if carrier := await self._rows.find_one({"_id": row_id}):
                # One that is on its way at this moment arrives; its next attempt would be without these words.
                await self.hold(to_row(carrier), carrier["created_at"], carrier["problem"])
        unsent = {"$in": [RowState.WAITING, RowState.HELD, RowState.FAILED]}
        await self._rows.delete_many(query | {"state": unsent})

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
