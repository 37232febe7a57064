"""P3: SIGKILL at every marked point; whatever was taken in ends in exactly one outcome.

`make kills` does it 200 times, spread over all points; the tests kill as many as can be waited for at once.
"""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from doomed import POINTS_OF_AN_ANSWER, POINTS_OF_AN_EVENT, Doomed, Point
from mimi import Mimi, running_mimi

from bot.embedded.line_simulator import texts
from knowledge.store.database import Database, new_id
from knowledge.store.registry import create_indexes

EVENTS_AT_ONCE, ANSWERS_AT_ONCE = 12, 2
# No divisor of the number of points: every share of them has steps of all kinds, before and after.
STRIDE = 5

Suffer = Callable[["Mortal", int], Awaitable[None]]


class Mortal:
    """A mimi on one database whose process dies and is started again and again."""

    def __init__(self, mimi: Mimi, order: Path) -> None:
        self.mimi = mimi
        self._order = order
        self._process: Doomed | None = None

    async def start(self, point: Point) -> None:
        self._process = Doomed(self.mimi.environment(), point, self._order)
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
    assert Counter(texts(mimi.owner.chat))[f"Learned: Question {number}?"] == 1, point
    assert await mimi.database.collection("inbox").count({"state": "parked"}) == 0, point
    mortal.end()


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
    born = asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        for n in range(EVENTS_AT_ONCE):
            numbers = range(n, events, EVENTS_AT_ONCE)
            group.create_task(_suffer(mongod, born, tmp_path / f"event-{n}", dies_while_learning, numbers))
        for n in range(ANSWERS_AT_ONCE):
            numbers = range(n, kills - events, ANSWERS_AT_ONCE)
            group.create_task(_suffer(mongod, born, tmp_path / f"answer-{n}", dies_while_answering, numbers))


async def _suffer(mongod: str, born: asyncio.Lock, order: Path, suffer: Suffer, numbers: Sequence[int]) -> None:
    """A life of its own: a database, an owner with a page, and these kills one after the other."""
    database = Database.open(mongod.replace("/mimi?", f"/test_{new_id()}?"))
    async with AsyncExitStack() as stack:
        async with born:
            await create_indexes(database)
            mimi = await stack.enter_async_context(running_mimi(database))
            mimi.line.webhook_patience = 20
            await mimi.sign_up()
            await mimi.settled()
            await mimi.stop()
        mortal = Mortal(mimi, order)
        try:
            for number in numbers:
                await suffer(mortal, number)
        finally:
            mortal.end()
    await database.client.drop_database(database.raw.name)
    database.close()
