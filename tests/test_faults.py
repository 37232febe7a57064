"""The store gone or frozen, Claude silent, processes killed or stopped under load: nothing is lost or doubled."""

import asyncio
import os
import signal
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from mimi import PATIENCE, Event, Mimi, freeze, running_mimi, soon
from pymongo.errors import ConnectionFailure

from bot.embedded.line_simulator import Person, texts
from bot.embedded.mongod import Mongod
from bot.role import ProcessRole
from guardrail.limits import Limits, Senders
from knowledge.store.database import Database
from knowledge.store.registry import create_indexes

# What an entry says word for word is shown while it is being written.
FREE = "It is free for everybody, and you may use it with as many people as you like and as long as you want to."

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def read_until(events: AsyncIterator[Event], name: str) -> list[Event]:
    """The events up to the first of this name, it included."""
    read: list[Event] = []
    async with asyncio.timeout(60):
        async for event in events:
            read.append(event)
            if event.name == name:
                return read
    raise AssertionError(f"the stream ended without {name}")


# Claude


async def test_webhooks_are_answered_while_claude_hangs(mimi: Mimi) -> None:
    """P2, P8: the owner's chat does not wait for a visitor's answer."""
    await mimi.sign_up()
    assert mimi.claude
    mimi.claude.will_fail("hang", times=3)
    asking = [asyncio.create_task(mimi.visitor_asks("Price?")) for _ in range(3)]
    await mimi.claude.asked(3)
    for n in range(5):
        said = mimi.owner.compose(f"/faq add Question {n}? = Answer")
        assert await mimi.line.deliver([said]) == 200
        assert texts(await mimi.owner.replies()) == [f"Learned: Question {n}?"]
    assert not any(task.done() for task in asking)
    mimi.claude.go_on()
    assert [answer.named("done") != [] for answer in await asyncio.gather(*asking)] == [True] * 3


# The store


@pytest.fixture
async def own_mimi(own_mongod: Mongod) -> AsyncIterator[Mimi]:
    database = Database.open(own_mongod.uri)
    await create_indexes(database)
    async with running_mimi(database) as mimi:
        await mimi.sign_up()
        await mimi.settled()
        yield mimi
    database.close()


async def one_effect(mimi: Mimi) -> None:
    await mimi.settled()
    assert await mimi.database.collection("faqs").count({}) == 1
    assert texts(await mimi.owner.replies()) == ["Learned: Price?"]


async def test_while_the_store_is_gone_deliveries_are_refused_and_have_their_effect_later(
    own_mimi: Mimi, own_mongod: Mongod
) -> None:
    """P4: stopped, and started again; LINE redelivers what was answered 5xx."""
    said = own_mimi.owner.compose("/faq add Price? = Free")
    await own_mongod.stop()
    assert await own_mimi.line.deliver([said]) == 503
    await own_mongod.start()

    async def taken() -> bool:
        return await own_mimi.line.deliver([said], redelivery=True) == 200

    await soon(taken)
    await one_effect(own_mimi)


async def test_a_frozen_store_refuses_deliveries_and_what_it_kept_all_the_same_has_one_effect(own_mimi: Mimi) -> None:
    """P4, P5: the insert may arrive once the store goes on, after LINE was told 5xx."""
    pid = int((await own_mimi.database.raw.command("serverStatus"))["pid"])
    said = own_mimi.owner.compose("/faq add Price? = Free")
    await freeze(pid)
    try:
        assert await own_mimi.line.deliver([said]) == 503
    finally:
        os.kill(pid, signal.SIGCONT)

    async def taken() -> bool:
        return await own_mimi.line.deliver([said], redelivery=True) == 200

    await soon(taken)
    await one_effect(own_mimi)


async def test_whoever_waits_for_a_frozen_store_hears_soon_that_it_does_not_answer(own_mongod: Mongod) -> None:
    """Its kernel keeps the connections; the driver by itself would wait for ever."""
    database, limits = Database.open(own_mongod.uri), Limits(own_mongod.uri, "mimi")
    apps = database.collection("apps")
    await apps.insert({"_id": "app"})
    await limits.check_visitor("app", Senders("one"))
    pid = int((await database.raw.command("serverStatus"))["pid"])
    await freeze(pid)
    try:
        async with asyncio.timeout(PATIENCE):
            counted = limits.check_visitor("app", Senders("two"))
            waits = (apps.count({}), apps.update_one({}, {"$set": {"a": 1}}), counted)
            told = await asyncio.gather(*waits, return_exceptions=True)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert [isinstance(each, ConnectionFailure) for each in told] == [True] * 3
    limits.close()
    database.close()


# Processes


async def begins_to_ask(mimi: Mimi, text: str, key: str) -> None:
    """Send a message and go away as soon as the answer's stream is open."""
    body = {"id": str(uuid.uuid4()), "text": text, "conversation": key}
    async with mimi.http.post(
        f"{mimi.url}/@kotori/messages", json=body, headers={"Accept": "text/event-stream"}
    ) as response:
        assert response.status == 200


async def test_an_answer_whose_process_is_gone_is_finished_once_by_another(mimi: Mimi) -> None:
    """P3, P15: killed in mid-answer; who had read half of it gets all of it from where they were."""
    await mimi.sign_up()
    await mimi.owner_says(f"/faq add Price? = {FREE}")
    key = (await mimi.visitor_asks("Price?")).key
    await mimi.settled()
    await mimi.stop()
    await mimi.start(ProcessRole.WEB)  # it takes up no answers: what it drops, only the other process can finish
    assert mimi.claude
    mimi.claude.will_fail("stall", chunks=[FREE[:60], FREE[60:70], FREE[70:]])
    await begins_to_ask(mimi, "And the price for schools?", key)
    async with mimi.visitor_listens(key) as events:
        await read_until(events, "done")
        *_before, half = await read_until(events, "delta")
    assert FREE.startswith(half.data["text"])
    assert half.data["text"]
    other = Mimi(mimi.database, mimi.line, mimi.claude)
    try:
        await other.start()
        pending = {"state": "pending"}
        await mimi.database.collection("messages").update_one(pending, {"$set": {"lease_until": LONG_AGO}})
        # Whoever waits for that time looks when something is said; the true time of its end is known before.
        await mimi.database.collection("conversations").update_many({}, {"$inc": {"held": 1}})
        async with other.visitor_listens(key, last=half.id) as events:
            rest = await read_until(events, "done")
        whole = "".join(event.data["text"] for event in rest if event.name == "delta")
        assert next(event.data["at"] for event in rest if event.name == "delta") == 0
        assert whole == FREE
        mimi.claude.go_on()
        await mimi.stop()
        answers = await mimi.database.collection("messages").find({"role": "mimi"}, sort=[("seq", 1)])
        assert [each["text"] for each in answers] == [FREE] * 2
        await begins_to_ask(other, "And what is the price for clubs?", key)
        async with other.visitor_listens(key, last=rest[-1].id) as events:
            after = await read_until(events, "done")
        assert rest[-1].data["message"] not in {event.data["message"] for event in after}
    finally:
        await other.close()


async def test_stopping_under_load_hands_back_what_is_unfinished(mimi: Mimi) -> None:
    """P12: whatever was taken in has exactly one outcome after the next start."""
    people = [mimi.line.person(f"Person {n}", "en") for n in range(6)]
    await asyncio.gather(*(signs_up(person, f"app-{n}") for n, person in enumerate(people)))
    await mimi.settled()
    assert mimi.claude
    mimi.claude.will_fail("hang", times=3)
    asking = [asyncio.create_task(mimi.visitor_asks(f"Price {n}?", handle=f"app-{n}")) for n in range(3)]
    await mimi.claude.asked(3)
    taught = [person.compose(f"/faq add Question {n}? = Answer") for n in range(5) for person in people]
    assert set(await asyncio.gather(*(mimi.line.deliver([said]) for said in taught))) == {200}
    async with asyncio.timeout(PATIENCE):
        await mimi.stop()
    await asyncio.gather(*asking, return_exceptions=True)
    now = datetime.now(UTC) + timedelta(seconds=1)
    held = {"state": "pending", "lease_until": {"$gt": now}}
    assert await mimi.database.collection("lanes").count({}) == 0
    assert await mimi.database.collection("messages").count(held) == 0
    assert await mimi.database.collection("messages").count({"state": "pending"}) == 3
    await mimi.start()
    await mimi.settled()
    assert await mimi.database.collection("faqs").count({}) == len(taught)
    for person in people:
        learned = [text for text in texts(person.chat) if text.startswith("Learned")]
        assert sorted(learned) == [f"Learned: Question {n}?" for n in range(5)]
    answers = await mimi.database.collection("messages").find({"role": "mimi"})
    assert [each["seq"] for each in answers] == [2] * 3


async def signs_up(person: Person, handle: str) -> None:
    await person.follow()
    await person.replies(2)
    for line in (person.name, handle):
        await person.say(line)
        await person.replies()
