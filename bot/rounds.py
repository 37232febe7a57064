"""Rounds of work in the background: when something is new, when the next thing is due, and every two minutes at least.

Whoever works has a `Rounds`. A change of its collection wakes it (`wake`), and `due` says by one look through an index
when the next thing is due: a retry, a lease of a process that died, the end of a takeover. So an idle process asks next
to nothing, and nothing that is due waits for the two minutes; they find what both have missed. While changes are not
heard (the stream is broken, or being opened again) it looks each second.

    rounds = Rounds(clock, changes, partial(due_times.next, IMPORTS_AT_WORK))
    changes.subscribe(IMPORTS.name, lambda _: rounds.wake())
    await rounds.run(work)      # `work` is called when something is due, and does what is due by then

Who has a loop of their own calls `await rounds.rest()` between two looks instead of `run`.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from pymongo.errors import PyMongoError

from handlers.ports import Clock

log = structlog.get_logger()

LOOK_AGAIN = timedelta(minutes=2)
# What is due and was not done (somebody else has it, the store is away), or what nobody can tell us of.
LOOK_SOON = timedelta(seconds=1)
JITTER = 0.1  # of LOOK_AGAIN: processes that started together do not look together for ever

Due = Callable[[], Awaitable[datetime | None]]


class Hearing(Protocol):
    """Where the wake-ups come from (knowledge/store/changes.py)."""

    @property
    def hears(self) -> bool:
        """Whether a change of now would be told."""


class Rounds:
    """One kind of work. `due` is when its next thing is due, None if nothing waits; `least` seconds lie between two."""

    def __init__(self, clock: Clock, changes: Hearing, due: Due, least: float = 0.0) -> None:
        self._clock = clock
        self._changes = changes
        self._due = due
        self._least = least
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be something to do."""
        self._news.set()

    async def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Call `work` whenever something is due, until cancelled. A store that is away costs a round."""
        while True:
            try:
                due = await self._due()
                if due is not None and due <= self._clock.now():
                    await work()
                    due = await self._due()
            except PyMongoError as error:
                due = self._away(error)
            await self._wait(due)

    async def rest(self) -> None:
        """Until there is news, or something is due, or it is time to look in any case. News of before counts."""
        try:
            due = None if self._news.is_set() else await self._due()
        except PyMongoError as error:
            due = self._away(error)
        await self._wait(due)

    def _away(self, error: PyMongoError) -> datetime:
        log.warning("store unavailable", error=type(error).__name__)
        return self._clock.now()

    async def _wait(self, due: datetime | None) -> None:
        await asyncio.sleep(self._least)
        longest = LOOK_AGAIN * random.uniform(1 - JITTER, 1) if self._changes.hears else LOOK_SOON  # noqa: S311
        # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the news.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause(due, self._clock.now(), longest).total_seconds()):
                await self._news.wait()
        self._news.clear()


def pause(due: datetime | None, now: datetime, longest: timedelta) -> timedelta:
    """How long to wait for news before the next look, `longest` if nothing is due sooner."""
    if due is None:
        return longest
    return min(due - now if due > now else LOOK_SOON, longest)
