"""What waits and what has failed, counted over all owners: for `doctor`, /healthz and metrics, never for a page."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from knowledge.store.conversations.messages import MESSAGES, PENDING
from knowledge.store.database import Database, Document
from knowledge.store.imports.imports import AT_WORK, IMPORTS, ImportState
from knowledge.store.inbox.inbox import INBOX, EventState, InboxRepository
from knowledge.store.outbox.outbox import OUTBOX, RowState

LATE: Final = timedelta(seconds=30)

# Only states that an index finds and that few documents are in: what is done stays uncounted.
COUNTED: Final = (
    *((INBOX.name, state) for state in (EventState.NEW, EventState.PARKED)),
    *((OUTBOX.name, state) for state in (RowState.WAITING, RowState.HELD, RowState.FAILED)),
    *((IMPORTS.name, state) for state in (*AT_WORK, ImportState.FAILED)),
    (MESSAGES.name, PENDING),
)


@dataclass(frozen=True)
class Backlog:
    """`counts` by (collection, state); since when the event and the outgoing row wait that have waited longest."""

    counts: Mapping[tuple[str, str], int]
    oldest_event: datetime | None
    oldest_row: datetime | None


class BacklogRepository:
    """Read by those who look after mimi, across owners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> Backlog:
        """All of it, as it is now."""
        counts = await asyncio.gather(
            *(self._database.collection(name).count(_in(name, state)) for name, state in COUNTED)
        )
        event = await InboxRepository(self._database).oldest_waiting()
        row = await self._oldest_row()
        return Backlog(dict(zip(COUNTED, counts, strict=True)), event, row)

    async def _oldest_row(self) -> datetime | None:
        """When the row was written that is due longest."""
        outbox = self._database.collection(OUTBOX.name)
        found = await outbox.find({"state": RowState.WAITING}, sort=[("not_before", 1)], limit=1)
        return found[0]["created_at"] if found else None


def _in(name: str, state: str) -> Document:
    # Answers are found by their leases: no other message has one, and the index holds nothing else.
    return {"state": state} | ({"lease_until": {"$exists": True}} if name == MESSAGES.name else {})
