"""From the inbox to LINE: in order, once, and whatever LINE or the store does."""

import asyncio
import json
import random
from datetime import UTC, datetime

import pytest
from mimi import Mimi, soon

from bot.embedded.line_simulator import Fault, Person, texts
from bot.embedded.line_simulator.events import event as line_event
from bot.role import ProcessRole
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow, RowState


async def told(person: Person) -> list[str]:
    return texts([item for item in person.chat if item.from_bot])


def pushes(mimi: Mimi) -> int:
    return len([request for request in mimi.line.requests if request.path == "/v2/bot/message/push"])


async def test_the_same_event_has_one_effect_however_often_it_comes(mimi: Mimi) -> None:
    """P5: in parallel, redelivered, and across a restart."""
    await mimi.sign_up()
    said = mimi.owner.compose("/faq add Price? = Free")
    await asyncio.gather(*(mimi.line.deliver([said], redelivery=bool(n % 2)) for n in range(5)))
    await mimi.settled()
    await mimi.stop()
    await mimi.start()
    assert await mimi.line.deliver([said], redelivery=True) == 200
    await mimi.settled()
    assert await mimi.database.collection("faqs").count({}) == 1
    assert len(await mimi.owner.replies()) == 1


async def test_an_event_taken_before_a_crash_is_handled_after_it(mimi: Mimi) -> None:
    """P3: the process is gone between the 200 and the work; another one does it."""
    await mimi.sign_up()
    said = mimi.owner.compose("/faq add Price? = Free")
    await mimi.stop()
    await mimi.start(ProcessRole.WEB)  # takes webhooks, works on none
    assert await mimi.line.deliver([said]) == 200
    assert await mimi.database.collection("faqs").count({}) == 0
    await mimi.stop()
    await mimi.start()
    assert await mimi.owner.replies()
    assert await mimi.database.collection("faqs").count({}) == 1


async def test_one_persons_events_are_handled_in_the_order_they_happened(mimi: Mimi) -> None:
    """P7: deliveries shuffled, batches mixed."""
    people = [mimi.line.person(f"Person {n}", "en") for n in range(4)]
    for person in people:
        await person.follow()
    await mimi.settled()
    said = [person.compose(f"/lang {'ja' if n % 2 else 'en'}") for n in range(5) for person in people]
    for n, one in enumerate(said):
        one["timestamp"] += n
    random.Random(7).shuffle(said)
    assert await mimi.line.deliver(said) == 200
    await mimi.settled()
    owners = await mimi.database.collection("owners").find({})
    assert [owner["lang"] for owner in owners] == ["en"] * len(people)


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_CUT, Fault.ACCEPT_THEN_500, Fault.MALFORMED_200, Fault.EMPTY_200])
async def test_a_reply_accepted_by_line_is_never_doubled(mimi: Mimi, fault: Fault) -> None:
    """P9: LINE took it, but the answer was lost."""
    await mimi.sign_up()
    before = len(mimi.owner.chat)
    mimi.line.faults.next("reply", fault)
    await mimi.owner.say("/help")
    await mimi.settled()
    assert len([item for item in mimi.owner.chat[before:] if item.from_bot]) == 1


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_CUT, Fault.ACCEPT_THEN_500, Fault.MALFORMED_200, Fault.EMPTY_200])
async def test_a_push_accepted_by_line_is_never_doubled(mimi: Mimi, fault: Fault) -> None:
    """P9: the retry key makes LINE refuse the second copy."""
    await mimi.sign_up()
    before = len(mimi.owner.chat)
    mimi.line.faults.next("push", fault)
    await mimi.visitor_asks("Who painted the ceiling?")
    await mimi.settled()
    assert len([item for item in mimi.owner.chat[before:] if item.from_bot]) == 1


async def test_a_reply_token_that_cannot_be_used_falls_back_to_one_push(mimi: Mimi) -> None:
    """P10: the token was used already."""
    await mimi.sign_up()
    said = mimi.owner.compose("/help")
    before = pushes(mimi)
    # Delivered as raw bytes, the simulator never learns of the token and refuses it as LINE refuses a used one.
    await mimi.line.deliver([], raw=mimi.line.webhook_body([said]))
    assert len(await mimi.owner.replies()) == 1
    await mimi.settled()
    assert pushes(mimi) == before + 1


async def test_line_being_down_for_a_moment_loses_nothing(mimi: Mimi) -> None:
    await mimi.sign_up()
    mimi.line.faults.next("reply", Fault.ERROR_500, times=2)
    assert await mimi.owner_says("/help")


async def test_events_and_messages_nobody_knows_are_answered_200(mimi: Mimi) -> None:
    """P13: new types, enum values, properties, and parts that are missing or of another kind."""
    await mimi.sign_up()
    user = {"type": "user", "userId": mimi.owner.user_id}
    strange = [
        {"type": "hologram", "source": user},
        {"type": "message", "source": user, "message": {"type": "smell", "id": "1"}},
        {"type": "message", "source": user, "message": {"type": "text", "id": "2"}},
        {"type": "message", "source": user, "message": {"type": "text", "id": "3", "text": 7}},
        {"type": "message", "source": user, "message": "text"},
        {"type": "message", "source": {"type": "crowd", "crowdId": "C1"}, "message": {"type": "text", "text": "x"}},
        {"type": "message", "source": {"type": "group", "groupId": "C" + "0" * 32}, "message": {}},
        {"type": "postback", "source": user, "postback": {"data": {"$gt": ""}}},
        {"type": "postback", "source": user},
        {"type": "accountLink", "link": {"result": "failed", "nonce": "n"}},
        {"type": "message", "mode": "standby", "source": user, "message": {"type": "text", "id": "4", "text": "hi"}},
        {"type": "message", "mode": "asleep", "source": user, "message": {"type": "text", "id": "5", "text": "/help"}},
        {"type": "follow", "source": user, "timestamp": "yesterday", "new.property": {"$where": "1"}},
        {"type": None},
        {},
        {"webhookEventId": "\ud800", "type": "message", "source": user, "message": {"type": "text", "text": "\ud800"}},
        {"timestamp": 10**30, "type": "unfollow", "source": {"type": "user", "userId": "U" + "9" * 32}},
    ]
    body = json.dumps({"destination": "U" + "0" * 32, "events": strange}).encode()
    assert await mimi.line.deliver([], raw=body) == 200
    await mimi.settled()
    assert await mimi.database.collection("inbox").count({"state": "parked"}) == 0


async def test_standby_and_groups_are_left_in_silence(mimi: Mimi) -> None:
    await mimi.sign_up()
    before = len(mimi.line.requests)
    quiet = mimi.owner.compose("/help")
    quiet["mode"] = "standby"
    group = mimi.owner.compose("/help")
    group["source"] = {"type": "group", "groupId": "C" + "0" * 32, "userId": mimi.owner.user_id}
    assert await mimi.line.deliver([quiet, group]) == 200
    await mimi.settled()
    assert len(mimi.line.requests) == before


async def test_what_is_unsent_is_forgotten_whichever_event_comes_first(mimi: Mimi) -> None:
    """P14"""
    await mimi.sign_up()
    secret = "/faq add Door code? = canary-4711"
    said = mimi.owner.compose(secret)
    gone = line_event("unsend", mimi.owner.user_id, datetime.now(UTC), unsend={"messageId": said["message"]["id"]})
    assert await mimi.line.deliver([gone]) == 200
    await mimi.settled()
    assert await mimi.line.deliver([said]) == 200
    await mimi.settled()
    assert await mimi.database.collection("faqs").count({}) == 0
    assert "canary-4711" not in str(await mimi.database.collection("inbox").find({}))


async def test_a_handled_event_keeps_no_words(mimi: Mimi) -> None:
    """P14: unsent after the answer, there is nothing left in the inbox or outbox to take back."""
    await mimi.sign_up()
    await mimi.owner_says("canary-4712")
    await mimi.settled()
    assert "canary-4712" not in str(await mimi.database.collection("inbox").find({}))
    assert "canary-4712" not in str(await mimi.database.collection("outbox").find({}))


async def test_a_poison_event_is_set_aside_and_blocks_nobody(mimi: Mimi) -> None:
    """P8: in a batch of five, one makes the core fail every time."""
    people = [mimi.line.person(f"Person {n}", "en") for n in range(5)]
    for person in people:
        await person.follow()
    await mimi.settled()
    # A dialogue no version ever wrote: reading it raises, as a bug would.
    owner = await mimi.database.collection("owners").find_one({"line_user_id": people[2].user_id})
    assert owner
    await mimi.database.collection("dialogues").update_one({"owner_id": owner["_id"]}, {"$unset": {"answers": ""}})
    said = [person.compose("/help") for person in people]
    assert await mimi.line.deliver(said) == 200
    for person in (*people[:2], *people[3:]):
        assert await person.replies()

    async def parked() -> bool:
        return await mimi.database.collection("inbox").count({"state": "parked"}) == 1

    await soon(parked)


async def test_an_event_that_was_in_hand_at_every_crash_is_set_aside(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    said = mimi.owner.compose("/faq add Price? = Free")
    await mimi.stop()
    await mimi.start(ProcessRole.WEB)
    assert await mimi.line.deliver([said]) == 200
    await mimi.database.collection("inbox").update_one({"_id": said["webhookEventId"]}, {"$set": {"attempts": 10}})
    await mimi.stop()
    await mimi.start()
    assert "went wrong" in texts(await mimi.owner.replies())[0]
    assert await mimi.database.collection("faqs").count({}) == 0


async def test_without_quota_an_alert_waits_for_the_owners_next_message_and_nothing_is_pushed(mimi: Mimi) -> None:
    """P11: the owner hears of it, free of charge, and LINE is not asked again."""
    await mimi.sign_up()
    before = pushes(mimi)
    mimi.line.faults.next("push", Fault.QUOTA_429)
    await mimi.visitor_asks("Who painted the ceiling?")

    async def refused() -> bool:
        return pushes(mimi) == before + 1 and await OutboxRepository(mimi.database).count(RowState.HELD) == 1

    await soon(refused)
    await mimi.visitor_asks("And who painted the floor?")
    await mimi.settled()
    assert pushes(mimi) == before + 1
    answers = await mimi.owner_says("/help", count=4)
    assert "ceiling" in answers[0]
    assert "floor" in answers[1]
    assert "has 0 LINE messages left" in answers[2]
    assert "Tell me what you would like in your own words" in answers[3]
    assert pushes(mimi) == before + 1


async def test_a_row_that_cannot_be_rendered_is_given_up_and_seen(mimi: Mimi) -> None:
    await mimi.sign_up()
    body = {"replies": [{"kind": "hologram"}]}
    row = OutboxRow(Channel.LINE, mimi.owner.user_id, body, created_at=datetime.now(UTC))
    outbox = OutboxRepository(mimi.database)
    await outbox.put(row)

    async def seen() -> bool:
        return await outbox.problems() == [(row.id, "KeyError")]

    await soon(seen)


async def test_deleting_the_account_in_line_leaves_nothing_and_says_goodbye(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/delete-account")
    assert await mimi.owner_says("kotori")
    await mimi.owner_taps("Erase now")
    await mimi.owner_taps("Erase now")
    await mimi.settled()
    assert await mimi.database.collection("owners").count({}) == 0
    assert await mimi.database.collection("outbox").count({}) == 0
