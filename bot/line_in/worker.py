"""The worker: inbox events by lease, one of each person's in turn and one person's in order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.line_in.handling import Handling, Taken
from bot.line_in.turns import Turns
from bot.loops import store_trouble_logged
from bot.out.sender import Sender
from bot.rounds import LOOK_AGAIN, LOOK_SOON, Hearing, pause
from handlers.ports import Clock
from knowledge.store.outbox.outbox import OutboxRow

log = structlog.get_logger()

EVENTS_AT_ONCE = 16
# Taken with one look: the others wait their turn here, already leased, and are chosen anew when somebody comes.
TAKEN_AT_ONCE = 32
# People whose answers are being sent; a send that hangs holds up its own person alone.
BUSY_AT_MOST = 256
# Many events that come in a moment cost one look.
BETWEEN_LOOKS_SECONDS = 0.03
# Who has waited so long may have queued more than anybody answers.
LONG = timedelta(seconds=5)


class Worker:
    """Takes what the webhook kept to the core, and what the core replies to LINE."""

    def __init__(
        self,
        turns: Turns,
        handling: Handling,
        sender: Sender,
        clock: Clock,
        changes: Hearing,
        after: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`after` is called with a lane once one of its events is done and answered."""
        self._turns = turns
        self._handling = handling
        self._sender = sender
        self._clock = clock
        self._changes = changes
        self._after = after
        self._ready: deque[Taken] = deque()
        self._busy: dict[str, asyncio.Task[None]] = {}  # lane -> its event, from its start until it is answered
        self._in_hand = 0
        self._looked_for_long_queues: dict[str, datetime] = {}
        self._news = asyncio.Event()
        self._somebody_came = True
        self._looked = False  # whether the last look came to its end

    def wake(self) -> None:
        """There may be something to do."""
        self._somebody_came = True
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled; then finish the events in hand and give the lanes back."""
        try:
            while True:
                self._news.clear()
                with store_trouble_logged():
                    await self._hand_out()
                await self._sleep()
        finally:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)
            with store_trouble_logged():
                await self._turns.close()

    async def _hand_out(self) -> None:
        if self._somebody_came or (not self._ready and self._in_hand < EVENTS_AT_ONCE):
            self._somebody_came, self._looked = False, False
            self._ready = deque(await self._handling.take(await self._turns.next(self._busy, TAKEN_AT_ONCE)))
            self._looked = True
        while self._ready and self._in_hand < EVENTS_AT_ONCE and len(self._busy) < BUSY_AT_MOST:
            self._start(self._ready.popleft())

    async def _sleep(self) -> None:
        """Until something happens, but for a breath, or the next event is due."""
        longest = LOOK_AGAIN if self._changes.hears and self._looked else LOOK_SOON
        seconds = pause(self._turns.next_due, self._clock.now(), longest).total_seconds()
        # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the news.
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            self._somebody_came = True
        if self._somebody_came and self._in_hand:
            await asyncio.sleep(BETWEEN_LOOKS_SECONDS)

    def _start(self, taken: Taken) -> None:
        lane = taken.event.lane
        self._turns.begins(lane)
        self._in_hand += 1
        task = asyncio.create_task(self._serve(taken), name="event")
        self._busy[lane] = task
        task.add_done_callback(partial(self._served, lane))

    def _served(self, lane: str, _task: asyncio.Task[None]) -> None:
        del self._busy[lane]
        self.wake()  # the person's next event may be there

    async def _serve(self, taken: Taken) -> None:
        """Handle one event and send its answer, before the same person's next one begins."""
        lane = taken.event.lane
        rows: list[OutboxRow | None] = []
        with store_trouble_logged():
            try:
                rows.append(await self._shortened(lane, taken.event.received_at))
                rows.append(await self._handling.handle(taken))
            finally:
                self._in_hand -= 1
                self._news.set()
        for row in filter(None, rows):
            await self._sender.send(row)
        with store_trouble_logged():
            if self._after:
                await self._after(lane)

    async def _shortened(self, lane: str, since: datetime) -> OutboxRow | None:
        """A queue that is longer than anybody's may be is cut, with a word; only where somebody has waited for long."""
        now = self._clock.now()
        if now - since < LONG:
            return None
        recently = {lane: at for lane, at in self._looked_for_long_queues.items() if now - at < LONG}
        self._looked_for_long_queues = recently
        if lane in recently:
            return None
        recently[lane] = now
        return await self._handling.drop_what_is_too_much(lane)
