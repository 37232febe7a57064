"""P8: whatever some people queue or LINE keeps hanging, everybody else's turn comes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from clock import START, FrozenClock
from mimi import Mimi, soon

from bot.embedded.line_simulator import Fault, Person, texts
from bot.line_in.handling import LONGEST_QUEUE
from bot.line_in.turns import Turns
from bot.line_in.worker import EVENTS_AT_ONCE, LONG
from bot.role import ProcessRole
from knowledge.store.database import Database
from knowledge.store.inbox.inbox import InboxEvent, InboxRepository

NOON, SECOND = START, timedelta(seconds=1)


def queued(lane: str, number: int, kind: str = "message", received: datetime = NOON) -> InboxEvent:
    return InboxEvent(f"{lane}-{number}", lane, {"type": kind}, received + timedelta(seconds=number), received)


async def turns_taken(turns: Turns, inbox: InboxRepository, clock: FrozenClock, count: int) -> list[str]:
    """The lanes whose events are handled, one after the other."""
    taken = []
    for _ in range(count):
        [event] = await turns.next((), 1)
        turns.begins(event.lane)
        await inbox.done(event, clock.now())
        clock.advance(SECOND)
        taken.append(event.lane)
    return taken


async def test_everybody_has_one_event_handled_before_anybody_has_two(db: Database) -> None:
    inbox, clock = InboxRepository(db), FrozenClock(NOON + timedelta(minutes=1))
    await inbox.put([queued(lane, number) for lane in "abc" for number in range(3)])
    turns = Turns(inbox, clock)
    assert [set(await turns_taken(turns, inbox, clock, 3)) for _ in range(3)] == [set("abc")] * 3


async def test_who_comes_while_others_queue_is_next_and_a_new_friend_first_of_all(db: Database) -> None:
    inbox, clock = InboxRepository(db), FrozenClock(NOON + timedelta(minutes=1))
    await inbox.put([queued(lane, number) for lane in "abc" for number in range(9)])
    turns = Turns(inbox, clock)
    await turns_taken(turns, inbox, clock, 4)
    await inbox.put([queued("friend", 0, "follow", clock.now()), queued("owner", 0, "message", NOON)])
    assert await turns_taken(turns, inbox, clock, 2) == ["friend", "owner"]


async def test_a_message_that_comes_after_it_was_taken_back_is_known_as_such(db: Database) -> None:
    inbox, clock = InboxRepository(db), FrozenClock(NOON + timedelta(minutes=1))
    unsend = InboxEvent("a-1", "a", {"type": "unsend", "unsend": {"messageId": "7"}}, NOON + SECOND, NOON)
    await inbox.put([unsend])
    await inbox.done(unsend, clock.now())
    said = {"type": "message", "message": {"id": "7", "type": "text", "text": "canary"}}
    await inbox.put([InboxEvent(f"{lane}-0", lane, said, NOON, NOON) for lane in "ab"])  # nobody else's with that id
    came = await Turns(inbox, clock).next((), 9)
    assert {each.lane: each.taken_back for each in came} == {"a": True, "b": False}


async def test_an_event_to_be_tried_again_later_keeps_its_lane_until_then_and_nobody_elses(db: Database) -> None:
    inbox, clock = InboxRepository(db), FrozenClock(NOON + timedelta(minutes=1))
    first, second, other = queued("a", 0), queued("a", 1), queued("b", 0)
    await inbox.put([first, second, other])
    again = clock.now() + timedelta(seconds=5)
    await inbox.retry_at(first, again, "KeyError")
    turns = Turns(inbox, clock)
    assert [each.id for each in await turns.next((), 9)] == [other.id]
    assert turns.next_due == again
    clock.advance(5 * SECOND)
    [due] = await turns.next(("b",), 9)
    assert (due.id, due.attempts) == (first.id, 1)


async def test_two_workers_never_have_one_persons_events_in_hand(db: Database) -> None:
    other = Database(db.client, db.raw.name)
    clock = FrozenClock(NOON + timedelta(minutes=1))
    inbox = InboxRepository(db)
    await inbox.put([queued(lane, number) for lane in "abcd" for number in range(2)])
    ours, theirs = Turns(inbox, clock), Turns(InboxRepository(other), clock)
    mine = {each.lane for each in await ours.next((), 2)}
    assert {each.lane for each in await theirs.next((), 9)} == set("abcd") - mine
    await ours.close()
    clock.advance(SECOND)
    assert {each.lane for each in await theirs.next((), 9)} == set("abcd")


async def test_a_lane_that_was_being_asked_for_when_the_worker_stopped_is_handed_back(db: Database) -> None:
    inbox, clock = InboxRepository(db), FrozenClock(NOON + timedelta(minutes=1))
    await inbox.put([queued("a", 0)])
    turns, lanes = Turns(inbox, clock), db.collection("lanes")

    async def asked_for() -> bool:
        under_way: list[dict[str, Any]] = [{"$currentOp": {}}, {"$match": {"ns": lanes.raw.full_name, "op": "update"}}]
        return bool(await db.raw.client.admin.aggregate(under_way).to_list(None))

    async def answered() -> bool:
        return not await asked_for()

    async with await db.raw.client.start_session() as session:
        session.start_transaction()
        await lanes.raw.insert_one({"_id": "a"}, session=session)  # whoever asks for it waits
        looking = asyncio.create_task(turns.next((), 1))
        await soon(asked_for)
        looking.cancel()
        await asyncio.wait({looking})
        closing = asyncio.create_task(turns.close())
        await asyncio.wait({closing}, timeout=0.5)
        await session.abort_transaction()
    await closing
    await soon(answered)
    assert await lanes.count({}) == 0


async def test_what_a_dead_process_had_in_hand_is_free_and_counts_as_tried(db: Database) -> None:
    dead = Database(db.client, db.raw.name)
    inbox, clock = InboxRepository(db), FrozenClock(NOON + timedelta(minutes=1))
    await inbox.put([queued("a", 0), queued("a", 1)])
    assert await Turns(InboxRepository(dead), clock).next((), 9)
    assert await Turns(inbox, clock).next((), 9) == []
    await inbox.release(dead.process)
    [event] = await Turns(inbox, clock).next((), 9)
    assert (event.id, event.attempts) == ("a-0", 1)


async def greeted(people: list[Person]) -> None:
    for person in people:
        await person.follow()
    for person in people:
        await person.replies()


def commands(person: Person, count: int) -> list[dict[str, Any]]:
    return [person.compose(f"/lang {'ja' if n % 2 else 'en'}") for n in range(count)]


async def test_behind_more_busy_people_than_are_served_at_once_others_wait_for_one_round(mimi: Mimi) -> None:
    busy = [mimi.line.person(f"Busy {n}", "en") for n in range(EVENTS_AT_ONCE + 4)]
    owner, friend = mimi.line.person("Owner", "en"), mimi.line.person("Friend", "en")
    await greeted([*busy, owner])
    await mimi.settled()
    await mimi.stop()
    await mimi.start(ProcessRole.WEB)  # takes webhooks, works on none
    await mimi.line.deliver([event for person in busy for event in commands(person, 20)])
    await mimi.line.deliver([owner.compose("/help")])
    await friend.follow()
    before = {person.name: len(person.chat) for person in busy}
    await mimi.stop()
    await mimi.start()
    await asyncio.gather(owner.replies(), friend.replies())
    answered = [len(person.chat) - before[person.name] for person in busy]
    assert max(answered) <= 4, answered
    await mimi.settled(60)


async def test_sends_that_hang_hold_up_their_own_people_alone(mimi: Mimi) -> None:
    """More of them than are handled at once."""
    stuck = [mimi.line.person(f"Stuck {n}", "en") for n in range(EVENTS_AT_ONCE + 1)]
    await greeted([*stuck, mimi.owner])
    await mimi.settled()
    mimi.line.faults.next("reply", Fault.HANG, times=len(stuck))
    await mimi.line.deliver([person.compose("/help") for person in stuck])

    async def all_hang() -> bool:
        return not mimi.line.faults.waiting()

    await soon(all_hang)
    before = {person.name: len(person.chat) for person in stuck}
    await mimi.owner.say("/help")
    assert await mimi.owner.replies()
    assert {person.name: len(person.chat) for person in stuck} == before


async def test_of_a_queue_nobody_can_answer_the_end_goes_unread_and_its_sender_hears_so(mimi: Mimi) -> None:
    await greeted([mimi.owner])
    await mimi.settled()
    await mimi.stop()
    await mimi.start(ProcessRole.WEB)  # takes webhooks, works on none
    events = commands(mimi.owner, LONGEST_QUEUE + 7)
    for number, event in enumerate(events):
        event["timestamp"] += number
    await mimi.line.deliver(events)
    received = {"$set": {"received_at": datetime.now(UTC) - LONG}}
    await mimi.database.collection("inbox").update_many({"state": "new"}, received)
    await mimi.stop()
    await mimi.start()
    await mimi.settled(90)
    said = [text for text in texts(mimi.owner.chat) if "more at once" in text or "一度にたくさん" in text]
    assert len(said) == 1
    assert "7" in said[0]
