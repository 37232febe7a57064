"""Outbox rows out of the door: leased, sent, retried until their deadline, and never twice."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

import structlog
from pymongo.errors import PyMongoError

from bot.line.quota import QuotaWatch
from handlers.ports import Clock
from handlers.undelivered import Undelivered
from knowledge.store.outbox import Channel, OutboxRepository, OutboxRow

log = structlog.get_logger()

# Longer than the slowest send, so that a row is only taken again when its sender has died.
LEASE = timedelta(seconds=30)
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=10)
SENDS_AT_ONCE = 8
LOOK_AGAIN_SECONDS = 1.0


class NotSent(Exception):
    """It did not go out, or nobody knows; trying again may help, after the `pause` where the other side has its own."""

    def __init__(self, problem: str, pause: timedelta | None = None) -> None:
        super().__init__(problem)
        self.pause = pause


class NoQuota(NotSent):
    """The month's pushes are used up; trying again helps when the month turns or the plan grows."""


class NotNow(NotSent):
    """The way out is shut, for this message as for any other: a wrong token, a refused login, a proxy that answers.

    It is the operator's to mend. What should have gone is held until the way is open again, however long that takes.
    """


class NotSendable(Exception):
    """It will never go out as it is; trying again is useless."""


class Notifier(Protocol):
    """A way out: LINE or mail."""

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        """Send it; the ids it has there. Raises NotSent or NotSendable."""


class Sender:
    """Sends what is due; several may run side by side on one database."""

    def __init__(
        self,
        outbox: OutboxRepository,
        notifiers: Mapping[Channel, Notifier],
        clock: Clock,
        quota: QuotaWatch,
        undelivered: Undelivered,
    ) -> None:
        self._outbox = outbox
        self._notifiers = notifiers
        self._clock = clock
        self._quota = quota
        self._undelivered = undelivered
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
                # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the news.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                        await self._news.wait()
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)

    async def send(self, row: OutboxRow) -> None:
        """Send a row the caller has leased, and keep what came of it. Raises nothing: the row says it."""
        try:
            await self._send(row)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)  # the lease ends and it is sent again

    async def _send(self, row: OutboxRow) -> None:
        if self._clock.now() >= row.deadline:
            await self._give_up(row, row.problem or "not sent in time")
            return
        try:
            message_ids = await self._notifiers[row.channel].send(row)
        except NotSendable as problem:
            await self._quota.refused(row)
            await self._give_up(row, str(problem))
        except NoQuota as problem:
            log.warning("no quota", row=row.id)
            await self._quota.gone(row)
            await self._outbox.hold(row, self._clock.now(), str(problem))
        except NotSent as problem:
            await self._again(row, problem)
        except PyMongoError:
            raise
        except Exception as error:  # noqa: BLE001 (a row that cannot even be rendered must be seen, not tried for ever)
            await self._give_up(row, type(error).__name__)
        else:
            log.info("sent", row=row.id, channel=row.channel, attempt=row.attempts)
            await self._outbox.sent(row, message_ids, self._clock.now())

    async def _again(self, row: OutboxRow, problem: NotSent) -> None:
        pause = problem.pause or min(FIRST_RETRY * 2 ** min(row.attempts, 10), LAST_RETRY)
        at = min(self._clock.now() + pause, row.deadline)
        log.warning("will send again", row=row.id, channel=row.channel, problem=str(problem), attempt=row.attempts)
        await self._outbox.retry_at(row, at, str(problem))

    async def _give_up(self, row: OutboxRow, problem: str) -> None:
        """It will not be tried again; `doctor` shows it. Alerts whose time ran out wait on: nothing of them is lost."""
        if row.carries and self._clock.now() >= row.deadline:
            await self._outbox.hold(row, self._clock.now(), problem)
            return
        log.error("not sendable", row=row.id, channel=row.channel, problem=problem)
        await self._undelivered.close(row, problem)

    async def _take(self) -> OutboxRow | None:
        try:
            return await self._outbox.take(self._clock.now(), LEASE)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)
            return None
