"""The month's quota, read from LINE at the start, every hour, and when LINE has refused a push for it."""

import asyncio
import contextlib

import structlog
from pymongo.errors import PyMongoError

from bot.line.client import LineApi
from handlers.alerts.push_budget import LOW, month_at, month_of
from handlers.ports import Clock
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import OutboxRow
from knowledge.store.outbox.pushes import PushRepository

log = structlog.get_logger()

EVERY_SECONDS = 3600.0


class QuotaWatch:
    """Keeps the month's counts in step with LINE's; a reading that fails leaves them as they are."""

    def __init__(self, database: Database, line: LineApi, clock: Clock) -> None:
        self._held = HeldRows(database)
        self._pushes = PushRepository(database)
        self._owners = OwnerRepository(database)
        self._line = line
        self._clock = clock
        self._asked = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._asked.clear()
            try:
                await self.read()
            except PyMongoError as error:
                log.warning("store unavailable", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._asked.wait()

    async def read(self) -> None:
        """Ask LINE now, and look again at what is held if more may be pushed than before."""
        quota = await self._line.quota()
        if quota is None:
            return
        now = self._clock.now()
        limit, used = quota
        if await self._pushes.read(month_at(now)[0], limit, used, await self._owners.count_reachable(), now):
            await self._held.look_again(None, now)
        (log.warning if limit is not None and limit - used <= limit * LOW else log.info)(
            "quota", limit=limit, used=used
        )

    async def gone(self, row: OutboxRow) -> None:
        """LINE refuses more pushes: stop until the month turns or the quota grows."""
        now = self._clock.now()
        await self._pushes.stop(month_at(now)[0], now)
        await self.refused(row)
        self._asked.set()

    async def refused(self, row: OutboxRow) -> None:
        """A push that was counted when it was decided on, and that LINE did not take."""
        if row.paid:
            await self._pushes.refused(row.owner_id, month_at(self._clock.now())[0], row.paid)

    async def lets_stranger(self) -> bool:
        """Whether somebody without an account may have a push, which is counted by that."""
        now = self._clock.now()
        name = month_at(now)[0]
        month = month_of(now, await self._pushes.month(name))
        return month.left != 0 and await self._pushes.count_stranger(name, now, month.strangers)
