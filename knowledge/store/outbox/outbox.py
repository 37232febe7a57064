"""What must still reach LINE or a mail server: a row written together with the change that caused it.

A row is waiting until it is sent, failed for good, or past its deadline. The worker leases it, so that two
workers never send the same row, and its retry key makes LINE refuse a second copy (RELIABILITY.md P6, P9).
An alert's row is held (held_rows.py) until another row carries it: a reply to its owner, or a push made for it and its
like. What a row carries is part of its stored body, so that every attempt sends the same.

No change here needs a transaction: the row that carries others is written first and says what becomes of them, and
whatever a process leaves half done is finished by the next one that looks (`settle`).
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerId, OwnerScope
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.outbox.rows import (
    DEADLINE,
    LATE_ANSWER,
    LETTER_LIVES,
    Carried,
    Channel,
    OutboxRow,
    Paid,
    RowState,
    Urgency,
    to_document,
    to_row,
)
from knowledge.store.stored import Belonging, Gone, Index, Stored

__all__ = [
    "DEADLINE",
    "HOLD_OF_NOBODY",
    "LATE_ANSWER",
    "LETTER_LIVES",
    "OUTBOX",
    "TO_ASKER",
    "TO_VISITOR",
    "Carried",
    "Channel",
    "OutboxRepository",
    "OutboxRow",
    "Paid",
    "RowState",
    "Urgency",
]

# Whoever has no account has no budget either: what they should hear is tried again as long as it may be.
HOLD_OF_NOBODY = timedelta(hours=1)
# Until another process may finish what one has left half done with the rows that a row carries.
SETTLE = timedelta(seconds=10)
MOST_SETTLED = 100
# Kinds of letters to visitors, and to whoever asks to sign in: whatever becomes of them, no address stays.
TO_VISITOR = "to_visitor"
TO_ASKER = "to_asker"
LEAVE_NOTHING = frozenset({TO_VISITOR, TO_ASKER})
KEPT_AFTER_SENDING = timedelta(days=30)


def _to_or_about(owner_id: OwnerId, line_user_id: str | None) -> Document:
    to_them = [{"channel": "line", "to": line_user_id}] if line_user_id else []
    return {"$or": [{"owner_id": owner_id}, *to_them]}


async def _follow(database: Database, scope: AppScope, gone: Gone) -> None:
    """What was to be told about what is deleted is not said any more."""
    await OutboxRepository(database).withdraw(scope, [each["_id"] for rows in gone.values() for each in rows])


OUTBOX = Stored(
    "outbox",
    Belonging.to_owner(_to_or_about),
    indexes=(
        Index((("state", 1), ("not_before", 1))),
        Index((("shut", 1),), only={"shut": {"$gt": ""}}),
        Index((("owner_id", 1), ("message_ids", 1))),
        Index((("owner_id", 1), ("state", 1))),
        Index((("to", 1),), only={"channel": "line"}),
        Index((("carried_by", 1),), only={"carried_by": {"$type": "string"}}),
        Index((("expires_at", 1),), expire=True),
    ),
    follow=_follow,
    kept=Kept(
        _("Messages and e-mails on their way to you, or to a visitor who asked for a reply by e-mail"),
        Subject.DELIVERY,
        GoneAfter("expires_at", KEPT_AFTER_SENDING, _("after it is sent or given up")),
        _("The content is deleted as soon as it has arrived. Alerts in LINE wait until you next write."),
    ),
)


class OutboxRepository:
    """The rows on their way, taken by lease and closed by outcome."""

    def __init__(self, database: Database) -> None:
        self._rows = database.collection(OUTBOX.name)
        self._process = database.process

    async def put(
        self, row: OutboxRow, not_before: datetime | None = None, *, leased_until: datetime | None = None
    ) -> None:
        """Keep a row, once: one that is there stays as it is. Nobody takes it before `not_before`.

        In a transaction it exists only if the change does. With `leased_until` this process sends it itself, at once,
        so that a reply counts as tried from here on; another one takes it then, or as soon as this one is gone.
        """
        kept = to_document(row) | {"not_before": leased_until or not_before or row.created_at}
        if leased_until:
            kept |= {"held_by": self._process, "reply_tried": bool(row.reply_token)}
        await self._rows.update_one({"_id": kept.pop("_id")}, {"$setOnInsert": kept}, upsert=True)

    async def take(
        self,
        now: datetime,
        lease: timedelta,
        channels: Collection[Channel] = tuple(Channel),
        but_to: Sequence[str] = (),
    ) -> OutboxRow | None:
        """The row of these channels that has waited longest and is due, leased to the caller; None when nothing is.

        Nothing to those in `but_to`: something is on its way to them.
        """
        due: Document = {"state": RowState.WAITING, "not_before": {"$lte": now}, "channel": {"$in": list(channels)}}
        if but_to:
            due["to"] = {"$nin": list(but_to)}
        document = await self._rows.find_one_and_update(
            due,
            {"$set": {"not_before": now + lease, "held_by": self._process}, "$inc": {"attempts": 1}},
            sort=[("not_before", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return to_row(document) if document else None

    async def free(self, process: str, now: datetime) -> None:
        """A process is gone: what it had leased is due."""
        leased = {"state": RowState.WAITING, "not_before": {"$gt": now}, "held_by": process}
        await self._rows.update_many(leased, {"$set": {"not_before": now}})

    async def renew(self, row: OutboxRow, until: datetime) -> bool:
        """Lease it for longer; False if somebody else has taken or closed it meanwhile."""
        mine = {"_id": row.id, "state": RowState.WAITING, "attempts": row.attempts}
        return (await self._rows.update_one(mine, {"$set": {"not_before": until}})).matched_count == 1

    async def mark_reply_tried(self, row: OutboxRow, *, tried: bool) -> None:
        """Note whether a reply may have arrived already: "Invalid reply token" then means that it did."""
        await self._rows.update_one({"_id": row.id}, {"$set": {"reply_tried": tried}})

    async def sent(self, row: OutboxRow, message_ids: Sequence[str], now: datetime) -> None:
        """It arrived, as these messages. Its words go; what it was about stays, for quotes.

        A row of no owner (a farewell after erasure, a letter from the contact form) leaves nothing behind.
        """
        if row.owner_id is None or row.kind in LEAVE_NOTHING:
            await self._rows.delete_one({"_id": row.id})
            return
        arrived, rest = _shares(row, message_ids)
        # From this write on it has arrived, whatever becomes of this process.
        await self._rows.update_one({"_id": row.id}, {"$set": _closed(rest, now) | {"arrived": arrived}})
        if row.carries:
            await self._settle_arrived(row.id, arrived, now)
            if not row.has_own_words:
                await self._rows.delete_one({"_id": row.id})

    async def _settle_arrived(self, carrier: str, arrived: Sequence[Sequence[Any]], now: datetime) -> None:
        """Each row that came along has arrived too, also one that was let go while it was under way."""
        under_way = {"carried_by": carrier, "state": {"$in": [RowState.CARRIED, RowState.HELD]}}
        for row_id, message_ids in arrived:
            await self._rows.update_one({"_id": row_id} | under_way, {"$set": _closed(message_ids, now)})
        await self._let_go(carrier, now)
        await self._rows.update_one({"_id": carrier}, {"$set": {"arrived": []}})

    async def settle(self, now: datetime) -> int:
        """Finish what processes that died have begun with carried rows; how many there were."""
        due = {"state": RowState.CARRIED, "not_before": {"$lte": now}}
        left = await self._rows.find(due, sort=[("not_before", 1)], limit=MOST_SETTLED)
        for document in left:
            carrier = await self._rows.find_one({"_id": document["carried_by"]})
            if carrier and carrier.get("arrived"):
                await self._settle_arrived(carrier["_id"], carrier["arrived"], now)
            elif carrier and carrier["channel"] == Channel.MAIL:
                await self._rows.delete_one({"_id": document["_id"], "state": RowState.CARRIED})  # a letter says it
            elif (
                carrier
                and carrier["state"] == RowState.WAITING
                and document["_id"] in [each for each, _messages in carrier["carries"]]
            ):
                await self._rows.update_one(
                    {"_id": document["_id"]}, {"$set": {"not_before": carrier["not_before"] + SETTLE}}
                )
            else:
                await self._let_go(document["carried_by"], now)
        return len(left)

    async def retry_at(self, row: OutboxRow, at: datetime, problem: str) -> None:
        """Nobody takes it before then; `problem` is why it has not gone yet."""
        await self._rows.update_one({"_id": row.id}, {"$set": {"not_before": at, "problem": problem, "held_by": ""}})

    async def put_off(self, row: OutboxRow, at: datetime) -> None:
        """It was not tried this time, though it was the caller's to send: nobody takes it before then."""
        untried = {"not_before": at, "reply_tried": row.reply_tried, "held_by": ""}
        await self._rows.update_one({"_id": row.id}, {"$set": untried})

    async def park(self, row: OutboxRow, way: str, at: datetime, problem: str) -> None:
        """It waits until the way out is open again (`release`), or for another try then."""
        parked = {"not_before": at, "problem": problem, "shut": way, "held_by": "", "reply_tried": row.reply_tried}
        await self._rows.update_one({"_id": row.id}, {"$set": parked})

    async def release(self, way: str, now: datetime) -> None:
        """What was parked for this way is due."""
        parked = {"shut": way, "state": RowState.WAITING}
        await self._rows.update_many(parked, {"$set": {"not_before": now, "shut": ""}})

    async def pay(self, row: OutboxRow) -> None:
        """It goes as a push that was counted when that was decided, whatever its reply token is."""
        await self._rows.update_one(
            {"_id": row.id}, {"$set": {"paid": Paid.NOBODY, "reply_token": "", "reply_tried": False}}
        )

    async def hold(
        self,
        row: OutboxRow,
        until: datetime,
        problem: str,
        *,
        body: Mapping[str, Any] | None = None,
        urgency: Urgency = Urgency.ANSWER,
        alone: bool = False,
    ) -> None:
        """It was refused for certain: what it carried is held again, and so is it if it has words of its own.

        Those are an answer that came too late; `body` says it another way, `urgency` how soon. `alone`: it was tried
        together with others, or the other side did not say what it does not like about it.
        """
        if not row.has_own_words:
            await self._rows.delete_one({"_id": row.id})
        else:
            anew: Document = {"retry_key": str(uuid.uuid4()), "reply_token": "", "reply_tried": False, "carries": []}
            anew |= {"body": dict(body or row.body), "problem": problem, "paid": Paid.NOT, "alone": alone}
            anew["body"].pop("carried", None)
            if row.owner_id:
                late = {"kind": row.kind or LATE_ANSWER, "urgency": urgency}
                anew |= {"state": RowState.HELD, "not_before": until} | late
            else:
                anew |= {"not_before": until + HOLD_OF_NOBODY, "held_by": ""}
            await self._rows.update_one({"_id": row.id}, {"$set": anew})
        if row.carries:
            await self._let_go(row.id, until, alone=alone)

    async def forget_older(self, row: OutboxRow, again: str) -> None:
        """It is a newer answer to what was asked with these words: older ones that are held say nothing more."""
        same = {"owner_id": row.owner_id, "state": RowState.HELD, "kind": LATE_ANSWER, "body.again": again}
        await self._rows.delete_many(same | {"_id": {"$ne": row.id}})

    async def unload(self, row: OutboxRow, now: datetime) -> None:
        """It was refused in company: what it carried goes by itself from now on, and so does it, at once."""
        body = {key: value for key, value in row.body.items() if key != "carried"}
        await self._rows.update_one({"_id": row.id}, {"$set": {"body": body, "carries": [], "not_before": now}})
        await self._let_go(row.id, now, alone=True)

    async def failed(self, row: OutboxRow, problem: str, now: datetime) -> None:
        """It will not be tried again; `doctor` shows it. Its words go, except a letter's: they are nowhere else.

        Of several that were refused together each is tried once more by itself.
        """
        if row.kind in LEAVE_NOTHING:
            await self._rows.delete_one({"_id": row.id})
        elif row.has_own_words or row.channel is Channel.MAIL:
            await self._fail(row.id, row, problem, now)
        else:
            if len(row.carries) == 1:
                await self._fail(row.carries[0].row_id, row, problem, now)
            await self._rows.delete_one({"_id": row.id})
        if row.carries:
            await self._let_go(row.id, now, alone=True)

    async def _fail(self, row_id: str, row: OutboxRow, problem: str, now: datetime) -> None:
        done: Document = {"state": RowState.FAILED, "problem": problem, "reply_token": "", "carries": []}
        if row.channel is not Channel.MAIL:
            done |= {"body": {}}
        await self._rows.update_one({"_id": row_id}, {"$set": done | {"expires_at": now + KEPT_AFTER_SENDING}})

    async def _let_go(self, carrier: str, until: datetime, *, alone: bool = False) -> None:
        """What it carried is held again, except what its owner need not be told any more.

        Who carried it stays noted: should it turn out to have arrived, it is known by that.
        """
        carried = {"carried_by": carrier, "state": RowState.CARRIED}
        await self._rows.delete_many(carried | {"withdrawn": True})
        held: Document = {"state": RowState.HELD, "not_before": until}
        changed = held | {"alone": True} if alone else held
        await self._rows.update_many(carried, {"$set": changed})

    async def let_go(self, row: OutboxRow, now: datetime) -> None:
        """A row that was never kept: what was claimed for it is held as before."""
        await self._let_go(row.id, now)

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

    async def withdraw(self, scope: OwnerScope, subjects: Sequence[str]) -> None:
        """Remove what was to be told about these subjects and has not been sent, in the caller's transaction."""
        # An app's scope says more than a row knows: rows belong to owners.
        query: Document = {"owner_id": scope.owner_id, "subject": {"$in": list(subjects)}}
        carried = await self._rows.find(query | {"state": RowState.CARRIED}, projection=["carried_by"])
        for row_id in {document["carried_by"] for document in carried}:
            if carrier := await self._rows.find_one({"_id": row_id}):
                # One that is on its way at this moment arrives; its next attempt would be without these words.
                await self.hold(to_row(carrier), carrier["created_at"], carrier["problem"])
        not_sent = {"$in": [RowState.WAITING, RowState.HELD, RowState.FAILED]}
        await self._rows.delete_many(query | {"state": not_sent})

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


def _closed(message_ids: Sequence[str], now: datetime) -> Document:
    done: Document = {"state": RowState.SENT, "message_ids": list(message_ids), "body": {}, "reply_token": ""}
    return done | {"problem": "", "sent_at": now, "expires_at": now + KEPT_AFTER_SENDING}


def _shares(row: OutboxRow, message_ids: Sequence[str]) -> tuple[list[list[Any]], list[str]]:
    """[row id, message ids] of each row that came along, and the ids of the row's own messages."""
    shares, rest = [], list(message_ids)
    for each in row.carries:
        shares.append([each.row_id, rest[: each.messages]])
        rest = rest[each.messages :]
    return shares, rest
