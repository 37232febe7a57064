"""P3 for turns: SIGKILL while a message joins the turn before it; each message has one answer, and none is lost."""

import asyncio
import contextlib
import json
import os
import uuid
from pathlib import Path

import aiohttp
import pytest
from doomed import Point
from mimi import Mimi, soon
from test_kills import Mortal, born

from knowledge.store.conversations.messages import MessageRepository
from knowledge.store.database import Database

# The write that joins, before and after it, and all that comes between that and the kept answer.
POINTS = (
    Point(MessageRepository, "join", after=False),
    Point(MessageRepository, "join", after=True),
    Point(Database, "transaction", after=True),
    Point(MessageRepository, "complete", after=False),
    Point(MessageRepository, "complete", after=True),
)


async def test_a_message_that_joins_while_its_process_dies_is_answered_once(
    mongod: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (Path(__file__).parent, Path(__file__).parent.parent))))
    starting = asyncio.Semaphore(2)

    async def life(number: int, point: Point) -> None:
        async with born(mongod, tmp_path / f"order-{number}", starting) as mortal:
            try:
                await _dies_while_joined(mortal, point)
            finally:
                mortal.end()

    async with asyncio.TaskGroup() as group:
        for number, point in enumerate(POINTS):
            group.create_task(life(number, point))


async def _dies_while_joined(mortal: Mortal, point: Point) -> None:
    mimi = mortal.mimi
    assert mimi.claude
    await mortal.start(point)
    # Nothing of the first answer is shown before the second message is there.
    mimi.claude.will_fail("hang")
    before = len(mimi.claude.requests)
    first, second = [{"id": str(uuid.uuid4()), "text": f"Is it {part}?"} for part in ("red", "blue")]
    key = await _sent(mimi, first)
    await mimi.claude.asked(before + 1)
    mortal.will_die()
    with contextlib.suppress(aiohttp.ClientError):
        await _sent(mimi, second | {"conversation": key})
    await mortal.dead()
    await mortal.start(point)
    await _sent(mimi, second | {"conversation": key})  # as the page does: the same id again
    await mimi.settled(120)
    messages = mimi.database.collection("messages")
    asked, answers = await messages.find({"role": "visitor"}), await messages.find({"role": "mimi"})
    assert sorted(each["text"] for each in asked) == ["Is it blue?", "Is it red?"], point
    answered = [each for answer in answers for each in (answer["reply_to"], *answer["joined"])]
    assert sorted(answered) == sorted(each["_id"] for each in asked), point
    assert {answer["state"] for answer in answers} <= {"answered", "unknown"}, point


async def _sent(mimi: Mimi, body: dict[str, str]) -> str:
    """Send a message, and go away once its conversation's key has come; ClientError if it never does."""
    url, kept = f"{mimi.url}/@kotori/messages", [""]

    async def taken() -> bool:
        """What is not taken because the store is slow, a page sends again."""
        async with mimi.http.post(url, json=body, headers={"Accept": "text/event-stream"}) as response:
            if response.status == 503:
                return False
            assert response.status == 200, await response.text()
            async for line in response.content:
                if line.startswith(b"data: ") and b'"key"' in line:
                    kept[0] = str(json.loads(line.removeprefix(b"data: "))["key"])
                    return True
        raise aiohttp.ClientPayloadError("the stream ended before it began")

    await soon(taken, 90)
    return kept[0]
