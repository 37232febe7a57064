"""Which ways out are open. One that refuses whatever is sent is shut for everything, and tried again by itself.

While LINE refuses the token, say, nobody's answer is spent on finding it out once more: what should go is held, one
cheap call asks, after seconds at first and each minute at last, whether LINE takes the token again, and then one
message goes ahead of all others. Each process keeps its own view; what is stored is for those who look after mimi, and
for the next process.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

import structlog

from bot.line.client import LineAnswer
from bot.loops import store_trouble_logged
from handlers.ports import Clock
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import OutboxRepository
from knowledge.store.outbox.ways import Way, WayRepository

log = structlog.get_logger()

# The next try comes after as long as it has been shut: soon after a moment's trouble, seldom while it lasts.
TRY_SOONEST, TRY_LATEST = timedelta(seconds=5), timedelta(minutes=1)
SAY_AGAIN = timedelta(hours=1)
LOOK_SECONDS = 5.0
SELDOM_SECONDS = 60.0  # what a process has shut that is gone since
# So many answers waited for in vain, one after the other, are no accident of a single connection.
SILENCES = 8


class Ways:
    """The ways out of one process. `probe` asks LINE something cheap that fails exactly when the token does."""

    def __init__(
        self,
        ways: WayRepository,
        held: HeldRows,
        outbox: OutboxRepository,
        probe: Callable[[], Awaitable[LineAnswer]],
        clock: Clock,
    ) -> None:
        self._ways = ways
        self._held = held
        self._outbox = outbox
        self._probe = probe
        self._clock = clock
        self._problems: dict[Way, str] = {}
        self._trials: set[Way] = set()  # perhaps open again: one message at a time, until one has got through
        self._trying: set[Way] = set()
        self._since: dict[Way, datetime] = {}  # until something has got through
        self._said: dict[Way, datetime] = {}
        self._silences: Counter[Way] = Counter()
        self._trouble = asyncio.Event()

    def problem(self, way: Way) -> str:
        """Why it is shut; empty if it is not."""
        return self._problems.get(way, "")

    @contextlib.contextmanager
    def turn(self, way: Way) -> Iterator[bool]:
        """Whether it is the caller's turn on a way that may be open again, where one goes at a time."""
        mine = way not in self._trying
        if way in self._trials and mine:
            self._trying.add(way)
        try:
            yield mine
        finally:
            if mine:
                self._trying.discard(way)

    def hangs(self, way: Way) -> bool:
        """Whether it has only kept us waiting lately: nobody should wait for it, and few should try."""
        return self._silences[way] >= SILENCES

    def silent(self, way: Way) -> None:
        """An answer was waited for in vain."""
        self._silences[way] += 1
        if self._silences[way] == SILENCES:
            log.warning("way hangs", way=way)

    def answers(self, way: Way) -> None:
        """The other side is there, whatever it says."""
        self._silences[way] = 0

    async def refused(self, way: Way, problem: str) -> None:
        """Nothing passes there: shut it."""
        now = self._clock.now()
        self.answers(way)
        self._trials.discard(way)
        if way is not Way.MAIL:  # the notifier for mail keeps its own pauses: a server may refuse single letters so
            self._problems[way] = problem
        since = self._since.setdefault(way, now)
        await self._ways.shut(way, problem, since, now, _next_try(since, now))
        if way not in self._said or now - self._said[way] >= SAY_AGAIN:
            self._said[way] = now
            log.error("way out is shut, what should go is held", way=way, problem=problem)
        self._trouble.set()

    async def works(self, way: Way) -> None:
        """Something has got through."""
        self.answers(way)
        self._trials.discard(way)
        if way not in self._since:
            return
        del self._since[way]
        self._said.pop(way, None)
        self._problems.pop(way, None)
        await self._opened(way)
        log.info("way out is open again", way=way)

    async def run(self) -> None:
        """Until cancelled: try again what is shut, at the start and from minute to minute."""
        started = False
        while True:
            with store_trouble_logged():
                started = await self.look(at_once=not started) or True
            # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the news.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS if self._problems or not started else SELDOM_SECONDS):
                    await self._trouble.wait()
            self._trouble.clear()

    async def look(self, *, at_once: bool = False) -> bool:
        """Try what is due; `at_once` whatever is shut, since a new process may have a new token. Whether any is."""
        shut = {each.way: each for each in await self._ways.all_shut()}
        for way in set(self._problems) - set(shut):
            del self._problems[way]  # another process has found it open
        now = self._clock.now()
        for way, known in shut.items():
            since = self._since.setdefault(way, known.since)
            if way is not Way.MAIL:
                self._problems.setdefault(way, known.problem)
                if at_once or await self._ways.take_trial(way, now, _next_try(since, now)):
                    await self._try(way)
        return bool(shut)

    async def _try(self, way: Way) -> None:
        outcome = await self._probe()
        if not outcome.accepted:
            await self.refused(way, f"{outcome.status} {outcome.message}".strip())
            return
        # The token is good; whether this way is, its next message shows, alone.
        self._problems.pop(way, None)
        self._trials.add(way)
        await self._opened(way)

    async def _opened(self, way: Way) -> None:
        await self._ways.open(way)
        now = self._clock.now()
        await self._outbox.release(way, now)
        if way is Way.PUSH:
            await self._held.look_again(None, now)


def _next_try(since: datetime, now: datetime) -> datetime:
    return now + min(max(now - since, TRY_SOONEST), TRY_LATEST)
