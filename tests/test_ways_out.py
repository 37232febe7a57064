"""A way out that is shut holds everything back, is tried by one, then lets everything go; one that hangs stops few."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from clock import FrozenClock
from hearing import at_rest
from mimi import METRICS_TOKEN, Mimi, soon
from structlog.testing import capture_logs
from test_line_answers import Door, door, line_says
from test_pusher import held, tell

from bot.embedded.line_simulator import Fault, texts
from bot.join.out import ways_on
from bot.line.client import LineAnswer
from bot.out.outages import SILENCES, TRY_LATEST, TRY_SOONEST, ways_out
from bot.out.sender import Sender
from handlers.messages import Replies, Text
from handlers.outgoing import to_body
from handlers.ports import NotNow
from knowledge.store.database import Database
from knowledge.store.outbox.outages import Way, WayRepository
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow, Paid, RowState
from knowledge.store.repositories import Repositories

__all__ = ["door"]

ALL = ("reply", "push", "info")


def refuse(mimi: Mimi, *operations: str, fault: Fault = Fault.UNAUTHORIZED_401) -> None:
    for operation in operations:
        mimi.line.faults.next(operation, fault, times=500)


def asked(mimi: Mimi, operation: str) -> int:
    return len([each for each in mimi.line.requests if each.operation == operation])


async def holds(mimi: Mimi, count: int, after: str = "reply") -> None:
    """So many wait, and LINE has refused something of this kind."""
    statuses = {401, 403}

    async def holds_them() -> bool:
        refused = [each for each in mimi.line.requests if each.operation == after and each.status in statuses]
        return bool(refused) and await held(mimi) == count

    await soon(holds_them)


async def test_what_line_refuses_for_its_token_is_held_and_goes_when_the_token_is_taken(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    replies, pushes, seen = asked(mimi, "reply"), asked(mimi, "push"), len(mimi.owner.chat)
    refuse(mimi, *ALL)
    for n in range(3):
        await mimi.owner.say(f"/faq add Question {n}? = Answer")
    await tell(mimi, 2)
    await holds(mimi, 5, "push")
    await mimi.settled()
    assert (asked(mimi, "reply") - replies, asked(mimi, "push") - pushes) == (1, 1)
    assert await OutboxRepository(mimi.database).count(RowState.FAILED) == 0
    mimi.line.faults.clear()
    await mimi.stop()
    await mimi.start()
    await mimi.line.wait_for(lambda: "Number 1." in str(texts(mimi.owner.chat[seen:])))
    await mimi.owner_says("/help")
    await mimi.settled()
    told = "\n".join(texts([item for item in mimi.owner.chat[seen:] if item.from_bot]))
    assert [told.count(f"Learned: Question {n}?") for n in range(3)] == [1] * 3
    assert [told.count(f"Number {n}.") for n in range(2)] == [1] * 2
    assert (await held(mimi), await WayRepository(mimi.database).all_shut()) == (0, [])


async def test_the_operator_reads_since_when_and_what_to_do(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    refuse(mimi, *ALL)
    with capture_logs() as logged:
        await mimi.owner.say("/help")
        await holds(mimi, 1)
        await mimi.owner.say("/account")
        await holds(mimi, 2)
    errors = [each for each in logged if each["log_level"] == "error"]
    assert {each["event"] for each in errors} == {"way out is shut, what should go is held"}
    assert len([each for each in errors if each["way"] is Way.REPLY]) == 1
    well, said, advice = await ways_out(mimi.database)
    assert not well
    assert f"LINE replies: held because all are refused since {datetime.now(UTC):%Y-%m-%d}" in said
    assert "LINE_CHANNEL_ACCESS_TOKEN" in advice
    headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    async with mimi.http.get(f"{mimi.url}/metrics", headers=headers) as page:
        lines = (await page.text()).splitlines()
    [shut] = [line for line in lines if line.startswith('mimi_way_shut_seconds{way="LINE replies"}')]
    assert float(shut.rpartition(" ")[2]) > 0


async def test_a_plan_without_pushes_leaves_replies_alone(mimi: Mimi) -> None:
    """LINE: 403 for a push, while replies go on."""
    await mimi.sign_up()
    await mimi.settled()
    refuse(mimi, "push", fault=Fault.FORBIDDEN_403)
    await tell(mimi, 1)
    await holds(mimi, 1, "push")
    said = await mimi.owner_says("/alerts waiting", count=2)
    assert "Number 0." in said[0]
    assert "Limits reached: 1" in said[1]
    assert "LINE has not accepted this mimi's messages since" in said[1]
    await mimi.settled()
    assert await held(mimi) == 0


async def test_a_shut_way_is_tried_by_one_process_soon_and_at_last_once_a_minute(db: Database) -> None:
    clock, probes = FrozenClock(), list[int]()

    async def probe() -> LineAnswer:
        probes.append(1)
        return LineAnswer(401, "no")

    first, second = ways_on(Repositories(db), probe, clock), ways_on(Repositories(db), probe, clock)
    await first.refused(Way.PUSH, "401 no")
    pauses = [TRY_SOONEST * times for times in (1, 1, 2, 4, 8)] + [TRY_LATEST] * 3
    for count, pause in enumerate(pauses):
        clock.advance(pause - timedelta(seconds=1))
        await asyncio.gather(first.look(), second.look())
        assert len(probes) == count
        clock.advance(timedelta(seconds=1))
        await asyncio.gather(first.look(), second.look())
    assert len(probes) == len(pauses)
    assert (first.problem(Way.PUSH), second.problem(Way.PUSH)) == ("401 no", "401 no")


NO_PUSHES = line_says(403, "Access to this API is not available for your account")


async def test_where_the_token_is_good_again_one_message_goes_ahead_of_all_others(door: Door) -> None:
    """403 for pushes: the cheap call says nothing about them."""
    door.line.faults.next("push", NO_PUSHES)
    door.line.faults.next("push", Fault.HANG)
    assert await door.sends("push") == "held"
    await door.ways.look(at_once=True)
    ahead = asyncio.create_task(door.sends("push", "Ahead"))
    await door.line.wait_for(lambda: len(door.line.requests) == 3)  # the cheap call, and two pushes
    states = await asyncio.gather(*(door.sends("push", f"Person {n}") for n in range(4)))
    assert (states, len(door.line.requests)) == (["waiting"] * 4, 3)
    await door.line.stop()
    await ahead


async def test_what_a_process_that_is_gone_has_shut_is_tried_by_another(door: Door) -> None:
    clock = FrozenClock()
    gone = ways_on(Repositories(door.db), door.api.bot_info, clock)
    await gone.refused(Way.PUSH, "403 Access to this API is not available for your account")
    other = ways_on(Repositories(door.db), door.api.bot_info, clock)
    clock.advance(TRY_LATEST)
    await other.look()
    assert (other.problem(Way.PUSH), await WayRepository(door.db).all_shut()) == ("", [])


async def test_it_is_known_since_when_however_often_it_was_tried(db: Database) -> None:
    clock = FrozenClock()

    async def takes_the_token() -> LineAnswer:
        return LineAnswer(200)

    ways, began = ways_on(Repositories(db), takes_the_token, clock), clock.now()
    for _ in range(3):
        await ways.refused(Way.PUSH, "403 no")
        clock.advance(TRY_LATEST)
        await ways.look()
        assert ways.problem(Way.PUSH) == ""
    await ways.refused(Way.PUSH, "403 no")
    assert [each.since for each in await WayRepository(db).all_shut()] == [began]


async def test_a_way_is_open_once_a_message_has_got_through(door: Door) -> None:
    door.line.faults.next("push", NO_PUSHES, times=2)
    for state in ("held", "held", "sent"):
        assert await door.sends("push") == state
        assert [each.way for each in await WayRepository(door.db).all_shut()] == ([] if state == "sent" else [Way.PUSH])
        await door.ways.look(at_once=True)


# Sends that hang


@pytest.fixture
async def sending(door: Door) -> AsyncIterator[Door]:
    task = asyncio.create_task(door.sender.run())
    yield door
    await door.line.stop()  # whoever hangs there is let go
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def push(door: Door, name: str, text: str = "Hello") -> None:
    body = to_body(Replies("en", (Text(text),)))
    person = door.line.person(name).user_id
    await door.outbox.put(OutboxRow(Channel.LINE, person, body, door.clock.now(), paid=Paid.NOBODY))
    door.sender.wake()


async def test_sends_that_hang_hold_up_their_own_recipients_alone(sending: Door) -> None:
    """Each of those has one on its way, and what comes after it waits."""
    door = sending
    door.line.faults.next("push", Fault.HANG, times=20)
    for n in range(20):
        await push(door, f"Person {n}")
    await door.line.wait_for(lambda: len(door.line.requests) == 20)
    await push(door, "Person 0", "after it")
    friend = door.line.person("Somebody else")
    await friend_writes(door, "Somebody else")
    await push(door, "Somebody else")
    await door.line.wait_for(lambda: bool(texts(friend.chat)))
    assert len(door.line.requests) == 21, "one of those that hang had been given up by then"
    to = door.line.person("Person 0").user_id
    assert len([each for each in door.line.requests if each.body and each.body["to"] == to]) <= 1


async def friend_writes(door: Door, name: str) -> None:
    door.line.state.accounts[door.line.person(name).user_id].friend = True


async def test_whoever_hands_over_a_row_does_not_wait_for_what_hangs(sending: Door) -> None:
    for _ in range(SILENCES):
        sending.ways.silent(Way.PUSH)
    sending.line.faults.next("push", Fault.HANG)
    assert await sending.sends("push") == "waiting"
    [row] = await sending.db.collection("outbox").find({})
    assert row["problem"] == ""  # it is still on its way


# Mail


class Refusing:
    """A mail server that lets nobody in, until it does."""

    def __init__(self) -> None:
        self.lets_in = False

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        if not self.lets_in:
            raise NotNow("SMTP auth: 535", timedelta(minutes=1))
        return (row.id,)


async def test_letters_wait_beyond_their_time_for_a_mail_server_that_lets_nobody_in(door: Door) -> None:
    """Except one that is worth nothing by then: a code that is dead."""
    server, clock = Refusing(), FrozenClock()
    ways = ways_on(Repositories(door.db), door.api.bot_info, clock)
    sender = Sender(door.outbox, {Channel.MAIL: server}, clock, door.quota, door.undelivered, ways, at_rest(clock))
    body = {"subject": "Hello", "text": "Hello"}
    letter, code = (
        OutboxRow(Channel.MAIL, f"{lives}@example.com", body, clock.now(), lives=timedelta(hours=lives))
        for lives in (23, 1)
    )
    for row in (letter, code):
        await door.outbox.put(row)
        await sender.send(row)
    assert [each.way for each in await WayRepository(door.db).all_shut()] == [Way.MAIL]
    clock.advance(timedelta(days=3))
    server.lets_in = True
    while due := await door.outbox.take(clock.now(), timedelta(minutes=1)):
        await sender.send(due)
    left = {row["_id"]: row["state"] for row in await door.db.collection("outbox").find({})}
    assert left == {code.id: "failed"}  # a letter of nobody's leaves nothing behind once it is sent
    assert await WayRepository(door.db).all_shut() == []
