"""P3: SIGKILL at every marked point; whatever was taken in ends in exactly one outcome.

`make kills` does it 200 times, spread over all points; the tests kill as many as can be waited for at once.
"""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from doomed import POINTS_OF_AN_ANSWER, POINTS_OF_AN_EVENT, Doomed, Point
from mimi import Mimi, running_mimi

from bot.embedded.line_simulator import texts
from knowledge.store.database import Database, new_id
from knowledge.store.registry import create_indexes

EVENTS_AT_ONCE, ANSWERS_AT_ONCE, STARTS_AT_ONCE = 12, 2, 2
# No divisor of the number of points: every share of them has steps of all kinds, before and after.
STRIDE = 5

Suffer = Callable[["Mortal", int], Awaitable[None]]


class Mortal:
    """A mimi on one database whose process dies and is started again and again."""

    def __init__(self, mimi: Mimi, order: Path, starting: asyncio.Semaphore) -> None:
        self.mimi = mimi
        self._order = order
        self._starting = starting
        self._process: Doomed | None = None

    async def start(self, point: Point) -> None:
        self._process = Doomed(self.mimi.environment(), point, self._order)
        async with self._starting:
            self.mimi.url = f"http://127.0.0.1:{await self._process.start()}"
        self.mimi.line.webhook_url = f"{self.mimi.url}/line/webhook"

    def will_die(self) -> None:
        assert self._process
        self._process.die_at_the_point()

    async def dead(self) -> None:
        assert self._process
        await self._process.dead()

    def end(self) -> None:
        if self._process:
            self._process.end()


async def dies_while_learning(mortal: Mortal, number: int) -> None:
    """An owner's line; LINE delivers it again until it is answered 2xx."""
    mimi, point = mortal.mimi, POINTS_OF_AN_EVENT[number * STRIDE % len(POINTS_OF_AN_EVENT)]
    await mortal.start(point)
    said = mimi.owner.compose(f"/faq add Question {number}? = Answer")
    mortal.will_die()
    status = await mimi.line.deliver([said])
    await mortal.dead()
    await mortal.start(point)
    while status != 200:
        status = await mimi.line.deliver([said], redelivery=True)
    await mimi.settled(90)
    assert await mimi.database.collection("faqs").count({"question": f"Question {number}?"}) == 1, point
    await told_once(mimi, f"Learned: Question {number}?", point)
    assert await mimi.database.collection("inbox").count({"state": "parked"}) == 0, point
    mortal.end()


async def told_once(mimi: Mimi, answer: str, point: Point) -> None:
    """Said once; or, where nobody can know whether LINE took it, waiting to be named with the owner's next reply."""
    said = Counter(texts(mimi.owner.chat))[answer]
    named = await mimi.database.collection("outbox").count(
        {"state": "held", "body.replies.text": {"$regex": answer[:-1]}}
    )
    assert said == 1 or (said == 0 and named == 1), point


async def dies_while_answering(mortal: Mortal, number: int) -> None:
    """A visitor's question, taken in; the page reads on when there is a process again."""
    mimi, point = mortal.mimi, POINTS_OF_AN_ANSWER[number * STRIDE % len(POINTS_OF_AN_ANSWER)]
    await mortal.start(point)
    mortal.will_die()
    with contextlib.suppress(aiohttp.ClientError):
        await mimi.visitor_asks(f"Question {number}?")
    await mortal.dead()
    await mortal.start(point)
    await mimi.settled(90)
    questions = await mimi.database.collection("messages").find({"role": "visitor", "text": f"Question {number}?"})
    answers = await mimi.database.collection("messages").find({"reply_to": {"$in": [q["_id"] for q in questions]}})
    assert len(questions) == len(answers) == 1, point
    assert answers[0]["state"] in {"answered", "unknown"}, point
    mortal.end()


async def test_whatever_was_taken_in_has_one_outcome(
    mongod: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3, with processes that die before and after every step of an event and of an answer."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (Path(__file__).parent, Path(__file__).parent.parent))))
    kills = request.config.getoption("--kills")
    events = kills * EVENTS_AT_ONCE // (EVENTS_AT_ONCE + ANSWERS_AT_ONCE)
    shares = [
        *((dies_while_learning, range(n, events, EVENTS_AT_ONCE)) for n in range(EVENTS_AT_ONCE)),
        *((dies_while_answering, range(n, kills - events, ANSWERS_AT_ONCE)) for n in range(ANSWERS_AT_ONCE)),
    ]
    async with AsyncExitStack() as stack:
        # Everybody is born before anybody dies: starting processes is all that a small machine can do at a time.
        starting = asyncio.Semaphore(STARTS_AT_ONCE)
        lives = [
            (await stack.enter_async_context(born(mongod, tmp_path / f"order-{n}", starting)), *share)
            for n, share in enumerate(shares)
            if share[1]
        ]
        async with asyncio.TaskGroup() as group:
            for mortal, suffer, numbers in lives:
                group.create_task(_suffer(mortal, suffer, numbers))


@asynccontextmanager
async def born(mongod: str, order: Path, starting: asyncio.Semaphore) -> AsyncIterator[Mortal]:
    """A life of its own: a database and an owner with a page."""
    database = Database.open(mongod.replace("/mimi?", f"/test_{new_id()}?"))
    await create_indexes(database)
    async with running_mimi(database) as mimi:
        await mimi.sign_up()
        await mimi.settled()
        await mimi.stop()
        yield Mortal(mimi, order, starting)
    await database.client.drop_database(database.raw.name)
    database.close()


async def _suffer(mortal: Mortal, suffer: Suffer, numbers: Sequence[int]) -> None:
    try:
        for number in numbers:
            await suffer(mortal, number)
    finally:
        mortal.end()
