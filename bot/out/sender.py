"""Outbox rows out of the door: leased, sent, retried until their deadline, and never twice.

Whoever waits at LINE holds up only their own: one send at a time to each of them, mail apart from LINE, and nobody who
hands over a row waits longer than a moment for it.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from pymongo.errors import PyMongoError

from bot.line.quota import QuotaWatch
from bot.loops import store_trouble_logged
from bot.out.late_answers import WAITED_FOR, again_of, doubtful
from bot.out.ways import Ways
from bot.rounds import Rounds
from handlers.accounts.delivery_failures import DeliveryFailures
from handlers.ports import (
    Clock,
    MayHaveArrived,
    NoAnswer,
    NoQuota,
    Notifier,
    NotNow,
    NotSendable,
    NotSent,
    TooLate,
    Unclear,
)
from knowledge.store.outbox.outbox import SETTLE, Channel, OutboxRepository, OutboxRow, Paid, Urgency
from knowledge.store.outbox.ways import Way

log = structlog.get_logger()

# Longer than the slowest send, so that a row is only taken again when its sender has died.
SENDING_LEASE = timedelta(seconds=30)
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=10)
# What only time or the operator can change is looked at again after so long.
HELD_FOR = timedelta(hours=1)
UNCLEAR_TRIES = 4
UNCLEAR_FOR = timedelta(hours=6)
NEXT_TURN = timedelta(seconds=2)
SENDS_AT_ONCE: Mapping[Channel, int] = {Channel.LINE: 64, Channel.MAIL: 8}
SENDS_WHILE_IT_HANGS = 4
# Whoever hands over a row has other things to do: what takes longer ends by itself.
A_MOMENT = 2.0


class Sender:
    """Sends what is due; several may run side by side on one database."""

    def __init__(
        self,
        outbox: OutboxRepository,
        notifiers: Mapping[Channel, Notifier],
        clock: Clock,
        quota: QuotaWatch,
        undelivered: DeliveryFailures,
        ways: Ways,
        rounds: Rounds,
    ) -> None:
        self._outbox = outbox
        self._notifiers = notifiers
        self._clock = clock
        self._quota = quota
        self._undelivered = undelivered
        self._ways = ways
        self._rounds = rounds
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: Counter[Channel] = Counter()
        self._lines: dict[str, list[asyncio.Event]] = {}  # by recipient, the ends of what is on its way
        # Those to whom something was on its way when it was looked what is due: there may be more for them.
        self._passed_over: set[str] = set()
        self._settled_at: datetime | None = None

    def wake(self) -> None:
        """There may be something to send."""
        self._rounds.wake()

    async def run(self) -> None:
        """Send until cancelled; rows in hand are finished first."""
        try:
            while True:
                with store_trouble_logged():
                    await self._start_due()
                await self._rounds.rest()
        finally:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send(self, row: OutboxRow) -> None:
        """Send a row the caller has leased, and keep what came of it. Raises nothing: the row says it.

        Returns after a moment in any case; a send that takes longer goes on by itself.
        """
        if self._under_way[row.channel] >= self._most(row.channel):
            with store_trouble_logged():
                await self._outbox.put_off(row, self._clock.now())
            return
        task = self._start(row)
        if not self._ways.hangs(way_of(row)):
            await asyncio.wait({task}, timeout=A_MOMENT)

    async def _start_due(self) -> None:
        now = self._clock.now()
        if self._settled_at is None or now >= self._settled_at + SETTLE:
            self._settled_at = now
            if count := await self._outbox.settle(now):
                log.info("settled what a process left half done", count=count)
        while channels := [channel for channel in Channel if self._under_way[channel] < self._most(channel)]:
            self._passed_over |= set(self._lines)
            row = await self._outbox.take(self._clock.now(), SENDING_LEASE, channels, list(self._lines))
            if row is None:
                return
            self._start(row)

    def _most(self, channel: Channel) -> int:
        hangs = channel is Channel.LINE and any(self._ways.hangs(way) for way in (Way.REPLY, Way.PUSH))
        return SENDS_WHILE_IT_HANGS if hangs else SENDS_AT_ONCE[channel]

    def _start(self, row: OutboxRow) -> asyncio.Task[None]:
        """Begin to send it, behind what is on its way to the same recipient."""
        line, over = self._lines.setdefault(row.to, []), asyncio.Event()
        before = line[-1] if line else None
        line.append(over)
        self._under_way[row.channel] += 1
        task = asyncio.create_task(self._in_line(row, before), name="send")
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            over.set()
            line.remove(over)
            if not line:
                del self._lines[row.to]
            was_full = self._under_way[row.channel] >= self._most(row.channel)
            self._under_way[row.channel] -= 1
            self._tasks.discard(task)
            if was_full or row.to in self._passed_over:
                self._passed_over.discard(row.to)
                self.wake()

        task.add_done_callback(ended)
        return task

    async def _in_line(self, row: OutboxRow, before: asyncio.Event | None) -> None:
        if before:
            await before.wait()
        try:
            if not before or await self._outbox.renew(row, self._clock.now() + SENDING_LEASE):
                await self._send(row)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)
            self.wake()  # to see when its lease ends: it is sent again then

    async def _send(self, row: OutboxRow) -> None:
        now, way = self._clock.now(), way_of(row)
        if row.is_over(now):
            await self._give_up(row, row.problem or "not sent in time")
        elif problem := self._ways.problem(way):
            await self._hold_back(row, problem)
        else:
            with self._ways.turn(way) as is_ours:
                if is_ours:
                    await self._try(row, way)
                else:
                    await self._outbox.put_off(row, now + NEXT_TURN)

    async def _try(self, row: OutboxRow, way: Way) -> None:
        try:
            message_ids = await self._notifiers[row.channel].send(row)
        except NotNow as problem:
            await self._ways.refused(way, str(problem))
            await self._hold_back(row, str(problem), problem.pause)
        except TooLate as problem:
            await self._late(row, problem)
        except NotSendable as problem:
            await self._ways.works(way)
            await self._never(row, str(problem))
        except NoQuota as problem:
            await self._ways.works(way)
            log.warning("no quota", row=row.id)
            await self._quota.gone(row)
            await self._outbox.hold(row, self._clock.now(), str(problem))
        except Unclear as problem:
            await self._unclear(row, problem)
        except NotSent as problem:
            (self._ways.silent if isinstance(problem, NoAnswer) else self._ways.answers)(way)
            await self._again(row, problem)
        except PyMongoError:
            raise
        except Exception as error:  # noqa: BLE001 (a row that cannot even be rendered must be seen, not tried for ever)
            await self._give_up(row, type(error).__name__)
        else:
            log.info("sent", row=row.id, channel=row.channel, attempt=row.attempts)
            await self._outbox.sent(row, message_ids, self._clock.now())
            await self._ways.works(way)

    async def _hold_back(self, row: OutboxRow, problem: str, pause: timedelta | None = None) -> None:
        """Its way is shut: it waits for that, or, an answer whose token will be dead by then, for its owner."""
        now = self._clock.now()
        log.info("held", row=row.id, channel=row.channel)
        if row.channel is Channel.MAIL or row.owner_id is None or (row.paid and row.attempts > 1):
            # What was tried before may have arrived, which its retry key would tell: it stays as it is.
            await self._outbox.park(row, way_of(row), now + (pause or HELD_FOR), problem)
        elif row.reply_tried:
            await self._outbox.hold(row, now, problem, body=doubtful(row), urgency=Urgency.DIGEST)
        elif row.has_own_words:
            await self._hold_answer(row, problem)
        else:
            await self._quota.refused(row)
            await self._outbox.hold(row, now + HELD_FOR, problem)

    async def _late(self, row: OutboxRow, problem: TooLate) -> None:
        now = self._clock.now()
        log.info("too late for its reply token", row=row.id, arrived="unknown" if row.reply_tried else "no")
        if row.owner_id is None:
            await self._late_to_stranger(row, problem)
        elif isinstance(problem, MayHaveArrived):
            await self._outbox.hold(row, now, str(problem), body=doubtful(row), urgency=Urgency.DIGEST)
        else:
            await self._hold_answer(row, str(problem))

    async def _hold_answer(self, row: OutboxRow, problem: str) -> None:
        await self._outbox.hold(row, self._clock.now(), problem)
        if again := again_of(row):
            await self._outbox.forget_older(row, again)

    async def _late_to_stranger(self, row: OutboxRow, problem: TooLate) -> None:
        """Whoever has no account has nobody to hold it for: one of the few pushes for all of them, or nothing.

        A push to a group is counted for each of its members, which no greeting is worth.
        """
        now = self._clock.now()
        is_old = row.reply_until is not None and now - row.created_at >= WAITED_FOR
        if is_old or isinstance(problem, MayHaveArrived) or not row.to.startswith("U"):
            log.warning("nobody waits for this answer any more", row=row.id)
            await self._outbox.sent(row, (), now)
        elif await self._quota.lets_stranger():
            await self._outbox.pay(row)
            await self._send(replace(row, paid=Paid.NOBODY, reply_token="", reply_tried=False))
        else:
            await self._outbox.retry_at(row, now + HELD_FOR, "no push is left for people without an account")

    async def _unclear(self, row: OutboxRow, problem: Unclear) -> None:
        """Tried a few times, then held by itself, where it is no burden to others."""
        if row.attempts < UNCLEAR_TRIES:
            await self._again(row, problem)
            return
        log.error("refused, nobody knows why", row=row.id, channel=row.channel, problem=str(problem))
        await self._quota.refused(row)
        await self._outbox.hold(row, self._clock.now() + UNCLEAR_FOR, str(problem), alone=True)

    async def _never(self, row: OutboxRow, problem: str) -> None:
        """Refused for what it says or whom it is to. In company it may be the others: each goes by itself then."""
        if row.carries and row.has_own_words:
            log.warning("refused in company", row=row.id, problem=problem)
            await self._outbox.unload(row, self._clock.now())
            return
        await self._quota.refused(row)
        await self._give_up(row, problem)

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


def way_of(row: OutboxRow) -> Way:
    """The way by which it is tried next."""
    if row.channel is Channel.MAIL:
        return Way.MAIL
    return Way.REPLY if row.reply_token else Way.PUSH
