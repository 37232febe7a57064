"""Rows that are held for their owner: they wait for the budget to push them, or for a reply that takes them along."""

from collections.abc import Sequence
from datetime import datetime

from knowledge.store.database import Database, Document, OwnerId, OwnerScope
from knowledge.store.outbox.outbox import OUTBOX, SETTLE
from knowledge.store.outbox.rows import OutboxRow, RowState, to_row


class HeldRows:
    """The same rows as the outbox's (outbox.py), as long as nothing has set out with them."""

    def __init__(self, database: Database) -> None:
        self._rows = database.collection(OUTBOX.name)

    async def of(self, scope: OwnerScope, limit: int = 0) -> list[OutboxRow]:
        """What waits for an owner's next message or push, the oldest first."""
        query = {"owner_id": scope.owner_id, "state": RowState.HELD}
        return [to_row(each) for each in await self._rows.find(query, sort=[("created_at", 1)], limit=limit)]

    async def kinds(self, scope: OwnerScope) -> list[str]:
        """The kind of each row that has not reached its owner, also of those that another one carries just now."""
        waiting = {"owner_id": scope.owner_id, "state": {"$in": [RowState.HELD, RowState.CARRIED]}}
        return [str(each["kind"]) for each in await self._rows.find(waiting, projection=["kind"])]

    async def add_to(self, scope: OwnerScope, subject: str, kind: str, reply: Document, most: int) -> bool:
        """Put one more reply into the row of this kind about `subject`; False if none is held.

        A row takes `most` of them: as many messages as one call may carry.
        """
        room = {f"body.replies.{most - 1}": {"$exists": False}}
        held = {"owner_id": scope.owner_id, "subject": subject, "kind": kind, "state": RowState.HELD} | room
        return (await self._rows.update_one(held, {"$push": {"body.replies": reply}})).matched_count == 1

    async def due_owners(self, now: datetime, limit: int) -> list[OwnerId]:
        """Owners for whom something is held that is to be looked at now."""
        due = {"state": RowState.HELD, "not_before": {"$lte": now}}
        found = await self._rows.find(due, sort=[("not_before", 1)], limit=limit, projection=["owner_id"])
        return list(dict.fromkeys(OwnerId(document["owner_id"]) for document in found))

    async def look_again(self, scope: OwnerScope | None, at: datetime) -> None:
        """Look at what is held for this owner, or for all, at that time."""
        owner = {"owner_id": scope.owner_id} if scope else {}
        await self._rows.update_many(owner | {"state": RowState.HELD}, {"$set": {"not_before": at}})

    async def put_off(self, ids: Sequence[str], now: datetime, at: datetime) -> None:
        """Look at these at that time, which was decided at `now`; not at what came, or was made due, since then."""
        due = {"_id": {"$in": list(ids)}, "state": RowState.HELD, "not_before": {"$lte": now}}
        await self._rows.update_many(due, {"$set": {"not_before": at}})

    async def claim(self, carrier: str, ids: Sequence[str], now: datetime) -> list[OutboxRow]:
        """Take these along in the row `carrier`, which must be kept right after; the rows, as they are from now on.

        None of them if somebody else has the first of them: whoever is after the same ones gets all or nothing.
        """
        taken = {"$set": {"state": RowState.CARRIED, "carried_by": carrier, "not_before": now + SETTLE}}
        ours = {"state": RowState.CARRIED, "carried_by": carrier}
        free = {"$or": [{"state": RowState.HELD}, ours]}
        first, others = list(ids[:1]), list(ids[1:])
        if not (await self._rows.update_many({"_id": {"$in": first}} | free, taken)).matched_count:
            return []
        if others:
            await self._rows.update_many({"_id": {"$in": others}} | free, taken)
        claimed = {row.id: row for row in map(to_row, await self._rows.find(ours))}
        return [claimed[each] for each in ids if each in claimed]

    async def replace(self, row: OutboxRow, said: OutboxRow, others: Sequence[str]) -> bool:
        """Say in this row what there is to say of the others too, which go; False if it is not as it was any more."""
        same = {"_id": row.id, "state": RowState.HELD, "body": dict(row.body)}
        changed = {"body": dict(said.body), "urgency": said.urgency}
        if not (await self._rows.update_one(same, {"$set": changed})).matched_count:
            return False
        await self._rows.delete_many({"_id": {"$in": list(others)}, "state": RowState.HELD})
        return True

    async def remove(self, ids: Sequence[str]) -> None:
        """Rows that went another way."""
        await self._rows.delete_many({"_id": {"$in": list(ids)}})

    async def withdraw(self, scope: OwnerScope, subjects: Sequence[str]) -> None:
        """The owner need not be told of these any more, in the caller's transaction.

        What is on its way arrives; should LINE refuse it, it is not held again.
        """
        about: Document = {"owner_id": scope.owner_id, "subject": {"$in": list(subjects)}}
        await self._rows.delete_many(about | {"state": RowState.HELD})
        await self._rows.update_many(about | {"state": RowState.CARRIED}, {"$set": {"withdrawn": True}})
