"""Work in the background waits for news or for the time of what is due next, and asks for nothing meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from clock import START, FrozenClock
from hearing import Hears
from pymongo.errors import AutoReconnect
from structlog.testing import capture_logs

from bot.rounds import LOOK_AGAIN, LOOK_SOON, Rounds, pause
from bot.schedule import sweep
from guardrail.findings import GuardrailFailed
from handlers.clock import SystemClock


@pytest.mark.parametrize(
    ("due_in", "longest", "seconds"),
    [
        (None, LOOK_AGAIN, 120),
        (None, LOOK_SOON, 1),
        (timedelta(seconds=0.5), LOOK_AGAIN, 0.5),
        (timedelta(seconds=29), LOOK_AGAIN, 29),
        (timedelta(days=1), LOOK_AGAIN, 120),
        (timedelta(seconds=20), LOOK_SOON, 1),
        (timedelta(), LOOK_AGAIN, 1),
        (timedelta(days=-1), LOOK_AGAIN, 1),
    ],
)
def test_the_next_look_is_when_something_is_due_and_within_half_a_minute(
    due_in: timedelta | None, longest: timedelta, seconds: float
) -> None:
    due = None if due_in is None else START + due_in
    assert pause(due, START, longest) == timedelta(seconds=seconds)


class Desk:
    """Work with its due times, and what was asked of it: `asked` looks, `done` rounds."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.due: list[datetime] = []
        self.asked, self.done = asyncio.Queue[None](), asyncio.Queue[None]()
        self.trouble: Exception | None = None
        self.rounds = Rounds(self.clock, Hears(), self.next)

    async def next(self) -> datetime | None:
        self.asked.put_nowait(None)
        if trouble := self.trouble:
            self.trouble = None
            raise trouble
        return min(self.due, default=None)

    async def work(self) -> int:
        self.due = [each for each in self.due if each > self.clock.now()]
        self.done.put_nowait(None)
        return 1


@asynccontextmanager
async def at_work(run: Callable[[], Coroutine[object, object, None]]) -> AsyncIterator[None]:
    task = asyncio.create_task(run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_nothing_is_worked_on_while_nothing_is_due() -> None:
    desk = Desk()
    desk.due = [START + timedelta(hours=1)]
    async with at_work(lambda: desk.rounds.run(desk.work)):
        await desk.asked.get()
        desk.rounds.wake()
        await desk.asked.get()
        desk.clock.advance(timedelta(hours=1))
        desk.rounds.wake()
        await desk.done.get()
        assert desk.done.empty()


async def test_what_is_due_is_done_at_its_time_without_any_news() -> None:
    clock = SystemClock()
    due = [clock.now() + timedelta(milliseconds=50)]
    done = asyncio.Event()

    async def work() -> None:
        assert clock.now() >= due.pop()
        done.set()

    async def next_due() -> datetime | None:
        return min(due, default=None)

    async with at_work(lambda: Rounds(clock, Hears(), next_due).run(work)):
        await done.wait()


async def test_news_during_the_work_is_not_lost() -> None:
    desk = Desk()
    desk.due = [START]

    async def work() -> None:
        await desk.work()
        if not desk.asked.empty():
            desk.due = [START]
        desk.rounds.wake()

    async with at_work(lambda: desk.rounds.run(work)):
        for _ in range(3):
            await desk.done.get()


async def test_a_store_that_is_away_costs_a_round() -> None:
    desk = Desk()
    desk.trouble = AutoReconnect("away")
    with capture_logs() as logs:
        async with at_work(lambda: desk.rounds.run(desk.work)):
            await desk.asked.get()
            desk.due = [START]
            desk.rounds.wake()
            await desk.done.get()
    assert [entry["error"] for entry in logs] == ["AutoReconnect"]


async def test_a_text_that_cannot_be_checked_stops_no_sweep() -> None:
    desk = Desk()
    desk.due = [START]
    failed = False

    async def look() -> int:
        nonlocal failed
        if not failed:
            failed = True
            desk.rounds.wake()
            raise GuardrailFailed
        return await desk.work()

    with capture_logs() as logs:
        async with at_work(lambda: sweep("texts", look, desk.rounds)):
            await desk.done.get()
            await desk.asked.get()
    assert [(entry["event"], entry["sweep"]) for entry in logs] == [("not swept", "texts"), ("swept", "texts")]
