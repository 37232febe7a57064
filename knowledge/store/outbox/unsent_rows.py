"""Rows whose words are still there: held, carried by another, waiting for a way out, or given up."""

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.store.database import Database, OwnerScope
from knowledge.store.outbox.outbox import LEAVE_NOTHING, OUTBOX
from knowledge.store.outbox.rows import OutboxRow, RowState, to_row


class UnsentRows:
    """The same rows as the outbox's (outbox.py), of which all but the letters to visitors can be said otherwise."""

    def __init__(self, database: Database) -> None:
        self._rows = database.collection(OUTBOX.name)

    async def of(self, scope: OwnerScope) -> Sequence[OutboxRow]:
        """What has not reached an owner, or never will."""
        unsent = [RowState.HELD, RowState.CARRIED, RowState.WAITING, RowState.FAILED]
        query = {"owner_id": scope.owner_id, "state": {"$in": unsent}, "kind": {"$nin": list(LEAVE_NOTHING)}}
        return [to_row(each) for each in await self._rows.find(query)]

    async def say(self, row: OutboxRow, body: Mapping[str, Any]) -> None:
        """Other words in its place, wherever it is on its way by now; nothing if they have changed or gone."""
        await self._rows.update_one({"_id": row.id, "body": dict(row.body)}, {"$set": {"body": dict(body)}})
