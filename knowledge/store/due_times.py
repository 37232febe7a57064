"""When the next thing of a kind is due, over all owners: one look through an index, for whoever waits for that time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from knowledge.store.accounts.owners import OWNERS
from knowledge.store.alerts.askings import ASKINGS
from knowledge.store.apps.apps import APPS, RECHECKING
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.conversations.messages import MESSAGES, PENDING
from knowledge.store.database import Database, Document
from knowledge.store.exports.returns import RETURNS, ReturnState
from knowledge.store.imports.imports import AT_WORK, IMPORTS
from knowledge.store.imports.watched_pages import WATCHED_PAGES
from knowledge.store.inbox.plain_lines import PLAIN_LINES
from knowledge.store.learning.studies import STUDIES
from knowledge.store.learning.trials import TRIALS
from knowledge.store.notices.deliveries import DELIVERIES
from knowledge.store.notices.notices import NOTICES as TO_ALL
from knowledge.store.notices.notices import NoticeState
from knowledge.store.outbox.outbox import OUTBOX, RowState
from knowledge.store.stored import Stored

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)  # what waits and names no time is due since ever


@dataclass(frozen=True)
class Timed:
    """What waits in one collection; `at` is the field with its time, empty if it is due as soon as it is there."""

    stored: Stored
    at: str = ""
    which: Mapping[str, Any] = field(default_factory=dict)


ROWS: Final = Timed(OUTBOX, "not_before", {"state": RowState.WAITING})
CARRIED_ROWS: Final = Timed(OUTBOX, "not_before", {"state": RowState.CARRIED})
HELD_ROWS: Final = Timed(OUTBOX, "not_before", {"state": RowState.HELD})
LINES: Final = Timed(PLAIN_LINES, "lease_until")
TRIED: Final = Timed(TRIALS, "lease_until", {"lease_until": {"$type": "date"}})
JOBS: Final = Timed(IMPORTS, "lease_until", {"state": {"$in": AT_WORK}})
RETURNING: Final = Timed(RETURNS, "lease_until", {"state": ReturnState.APPLYING})
ANSWERS: Final = Timed(MESSAGES, "lease_until", {"state": PENDING})
TAKEOVERS: Final = Timed(CONVERSATIONS, "takeover.until", {"takeover.until": {"$exists": True}})
PAGES: Final = Timed(WATCHED_PAGES, "next_at", {"on": True})
LEAVING: Final = Timed(OWNERS, "leaving_at", {"leaving_at": {"$type": "date"}})
LEAVING_APPS: Final = Timed(APPS, "leaving_at", {"leaving_at": {"$type": "date"}})
MASKING: Final = Timed(CONVERSATIONS, "mask_at", {"mask_at": {"$type": "date"}})
HANDLES: Final = Timed(APPS, "handle_look_at")
NOTICES: Final = Timed(DELIVERIES, "look_at", {"look_at": {"$type": "date"}})
GIVING: Final = Timed(TO_ALL, "give_at", {"state": NoticeState.GIVING})
DIGESTS: Final = Timed(OWNERS, "digest_at")
ASKED: Final = Timed(ASKINGS, "asked_at", {"gap_id": ""})
UNSTUDIED: Final = Timed(APPS, which={"unstudied": True})
ASKED_CHECKS: Final = Timed(STUDIES, which={"asked": True})
RECHECKS: Final = Timed(APPS, which=RECHECKING)


class DueTimes:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next(self, *kinds: Timed) -> datetime | None:
        """When the first thing of any of these kinds is due, in the past if it is already; None if nothing waits."""
        times = [time for kind in kinds if (time := await self._next(kind)) is not None]
        return min(times, default=None)

    async def _next(self, kind: Timed) -> datetime | None:
        order = {"sort": [(kind.at, 1)], "projection": {kind.at: True}} if kind.at else {"projection": {"_id": True}}
        found = await self._database.collection(kind.stored.name).find_one(dict(kind.which), **order)
        if found is None:
            return None
        return _in(found, kind.at) or ALWAYS


def _in(document: Document, path: str) -> datetime | None:
    name, _, rest = path.partition(".")
    value: Any = document.get(name)
    return _in(value, rest) if rest and value else value
