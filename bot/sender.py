"""Outbox rows out of the door: leased, sent, retried until their deadline, and never twice."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

import structlog
from pymongo.errors import PyMongoError

from handlers.ports import Clock
from knowledge.store.outbox import Channel, OutboxRepository, OutboxRow

log = structlog.get_logger()

# Longer than the slowest send, so that a row is only taken again when its sender has died.
LEASE = timedelta(seconds=30)
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=10)
SENDS_AT_ONCE = 8
LOOK_AGAIN_SECONDS = 1.0


class NotSent(Exception):
    """It did not go out, or nobody knows; trying again may help."""


class NotSendable(Exception):
    """It will never go out as it is; trying again is useless."""


class Notifier(Protocol):
    """A way out: LINE or mail."""

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        """Send it; the ids it has there. Raises NotSent or NotSendable."""


class Sender:
    """Sends what is due; several may run side by side on one database."""

    def __init__(self, outbox: OutboxRepository, notifiers: Mapping[Channel, Notifier], clock: Clock) -> None:
        self._outbox = outbox
        self._notifiers = notifiers
        self._clock = clock
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be something to send."""
        self._news.set()

    async def run(self) -> None:
        """Send until cancelled; rows in hand are finished first."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._news.clear()
                while len(under_way) < SENDS_AT_ONCE and (row := await self._take()):
                    task = asyncio.create_task(self.send(row), name="send")
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                    task.add_done_callback(lambda _: self.wake())
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOK_AGAIN_SECONDS)
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)

    async def send(self, row: OutboxRow) -> None:
        """Send a row the caller has leased, and keep what came of it. Raises nothing: the row says it."""
        try:
            await self._send(row)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)  # the lease ends and it is sent again

    async def _send(self, row: OutboxRow) -> None:
        try:
            message_ids = await self._notifiers[row.channel].send(row)
        except NotSendable as problem:
            log.error("not sendable", row=row.id, channel=row.channel, problem=str(problem))
            await self._outbox.failed(row, str(problem), self._clock.now())
        except NotSent as problem:
            await self._again(row, str(problem))
        else:
            log.info("sent", row=row.id, channel=row.channel, attempt=row.attempts)
            await self._outbox.sent(row, message_ids, self._clock.now())

    async def _again(self, row: OutboxRow, problem: str) -> None:
        at = self._clock.now() + min(FIRST_RETRY * 2 ** min(row.attempts, 10), LAST_RETRY)
        if at >= row.deadline:
            log.error("gave up sending", row=row.id, channel=row.channel, problem=problem)
            await self._outbox.failed(row, problem, self._clock.now())
            return
        log.warning("will send again", row=row.id, channel=row.channel, problem=problem, attempt=row.attempts)
        await self._outbox.retry_at(row, at, problem)

    async def _take(self) -> OutboxRow | None:
        try:
            return await self._outbox.take(self._clock.now(), LEASE)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)
            return None
