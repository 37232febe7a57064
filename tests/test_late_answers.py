"""Answers whose reply token is dead: within the budget, after alerts, once; and never said twice on a guess."""

from datetime import UTC, datetime, timedelta

import pytest
from mimi import Mimi, soon
from owner_chat import OwnerChat
from test_line_answers import Door, door
from test_pusher import MONTH, held, pushes, tell, the_owner

from bot.embedded.line_simulator import Fault, texts
from bot.out.late_answers import WAITED_FOR, tidied
from handlers.messages import Replies, Text
from handlers.outgoing import to_body
from knowledge.store.database import Database, OwnerId, new_id
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import LATE_ANSWER, Channel, OutboxRepository, OutboxRow, RowState, Urgency
from knowledge.store.outbox.pushes import PushRepository

__all__ = ["door"]

LIMIT = 20


async def says_too_late(mimi: Mimi, *lines: str) -> None:
    """Delivered as raw bytes, the simulator never learns of the tokens, and refuses them as LINE refuses dead ones."""
    said = [mimi.owner.compose(line) for line in lines]
    for n, each in enumerate(said):
        each["timestamp"] += n
    await mimi.line.deliver([], raw=mimi.line.webhook_body(said))


async def waits(mimi: Mimi, text: str, ago: timedelta, again: str = "") -> None:
    """A late answer that was given so long ago."""
    body, at = to_body(Replies("en", (Text(text),), again)), datetime.now(UTC) - ago
    owner_id, urgency = (await the_owner(mimi)).owner_id, Urgency.ANSWER
    row = OutboxRow(Channel.LINE, mimi.owner.user_id, body, at, owner_id, kind=LATE_ANSWER, urgency=urgency)
    row = OutboxRow(**{**row.__dict__, "state": RowState.HELD})
    await OutboxRepository(mimi.database).put(row, datetime.now(UTC) + timedelta(days=1))


def told(mimi: Mimi, since: int) -> list[str]:
    return texts([item for item in mimi.owner.chat[since:] if item.from_bot])


async def has_read_the_quota(mimi: Mimi) -> None:
    """What it read when it started: a test may say otherwise from now on."""

    async def read() -> bool:
        return (await PushRepository(mimi.database).month(MONTH)).read_at is not None

    await soon(read)


async def all_tried(mimi: Mimi, count: int) -> None:
    async def tried() -> bool:
        outbox = OutboxRepository(mimi.database)
        # An event is done with its row: counted the other way round, the last row could come in between.
        done = await mimi.database.collection("inbox").count({"state": "done"})
        waiting = await outbox.count(RowState.WAITING) + await outbox.count(RowState.CARRIED)
        return waiting == 0 and done >= count

    await soon(tried)


async def test_late_answers_leave_the_months_pushes_to_alerts_and_none_of_them_is_lost(mimi: Mimi) -> None:
    """One owner, a backlog of thirty changes, a small plan."""
    await mimi.sign_up()
    await mimi.settled()
    await has_read_the_quota(mimi)
    mimi.line.quota = LIMIT
    await PushRepository(mimi.database).read(MONTH, LIMIT, 0, 1, datetime.now(UTC))
    seen, before, done = len(mimi.owner.chat), pushes(mimi), await mimi.database.collection("inbox").count({})
    await says_too_late(mimi, *(f"/faq add Question {n}? = Answer" for n in range(30)))
    await all_tried(mimi, done + 30)
    assert pushes(mimi) - before <= LIMIT // 2
    await tell(mimi, 1)
    await mimi.line.wait_for(lambda: "Number 0." in str(told(mimi, seen)))
    for _ in range(3):
        await mimi.owner_says("/account")
    await mimi.settled()
    said = "\n".join(told(mimi, seen))
    assert [said.count(f"Learned: Question {n}?") for n in range(30)] == [1] * 30
    assert (await held(mimi), pushes(mimi) - before <= LIMIT // 2 + 1) == (0, True)


async def test_of_lists_asked_for_again_and_again_only_the_newest_comes(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add Price? = Free")
    await mimi.settled()
    await PushRepository(mimi.database).stop(MONTH, datetime.now(UTC))
    done, before = await mimi.database.collection("inbox").count({}), pushes(mimi)
    await says_too_late(mimi, *["/faq list"] * 11)
    await all_tried(mimi, done + 11)
    assert await held(mimi) == 2  # the list, and the word that pushes are used up
    await mimi.owner_says("/faq list", count=2)
    await mimi.settled()
    assert len(await mimi.owner.replies(2)) == 2
    assert (await held(mimi), pushes(mimi)) == (0, before)


async def test_a_list_nobody_waits_for_any_more_gives_way_to_a_line_that_says_what_to_write(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    await waits(mimi, "A long list", WAITED_FOR, "/faq list")
    await waits(mimi, "A long list too", WAITED_FOR, "/checks")
    await waits(mimi, "Learned: Price?", WAITED_FOR * 24)
    await waits(mimi, "A fresh list", timedelta(minutes=5), "/insight")
    said = await mimi.owner_says("/account", count=4)
    assert said[:3] == [
        "My reply came too late and was not sent: /faq list, /checks. If you still need it, please send it again.",
        "Learned: Price?",
        "A fresh list",
    ]
    await mimi.settled()
    assert await held(mimi) == 0


@pytest.mark.parametrize("lang", ["en", "ja"])
async def test_an_answer_that_may_have_arrived_is_named_and_not_said_again(mimi: Mimi, lang: str) -> None:
    """LINE may have taken it when the process was killed; by now its token is dead, and nobody can tell."""
    await mimi.sign_up()
    await mimi.owner_says(f"/lang {lang}")  # what is held is said in the language that its owner has by then
    await mimi.settled()
    outbox, before, now = OutboxRepository(mimi.database), pushes(mimi), datetime.now(UTC)
    owner_id = (await the_owner(mimi)).owner_id
    for text, again in (("Learned: Price?", ""), ("A long list", "/faq list")):
        body = to_body(Replies("ja" if lang == "ja" else "en", (Text(text),), again))
        row = OutboxRow(Channel.LINE, mimi.owner.user_id, body, now - timedelta(minutes=2), owner_id)
        until = now - timedelta(minutes=1)
        row = OutboxRow(**{**row.__dict__, "reply_token": new_id(), "reply_until": until, "reply_tried": True})
        await outbox.put(row)

    async def both_held() -> bool:
        return await held(mimi) == 2

    await soon(both_held)
    said = await mimi.owner_says("/account", count=3)
    expected = {
        "en": "I am not sure that this reply reached you: “Learned: Price?”",
        "ja": "次のお返事が届いていないかもしれません：「Learned: Price?」",
    }
    assert expected[lang] in said
    assert "A long list" not in str(said)
    assert any("/faq list" in text for text in said)
    await mimi.settled()
    assert pushes(mimi) == before


async def test_a_token_whose_minute_is_over_is_tried_once_more_before_anything_is_pushed(door: Door) -> None:
    """LINE does not promise that it is dead, and trying is free."""
    person, now = door.line.person("Yuki"), door.clock.now()
    event = person.compose("Hello?")
    await door.line.deliver([event])
    body = to_body(Replies("en", (Text("Hello"),)))
    row = OutboxRow(Channel.LINE, person.user_id, body, now - timedelta(minutes=2), OwnerId(new_id()))
    row = OutboxRow(**{**row.__dict__, "reply_token": event["replyToken"], "reply_until": now - timedelta(minutes=1)})
    await door.outbox.put(row)
    await door.sender.send(row)
    assert texts(person.chat)[-1] == "Hello"


async def test_a_connection_that_was_never_made_leaves_no_doubt(door: Door) -> None:
    await door.line.stop()
    assert await door.sends("reply") == "waiting"
    [row] = await door.db.collection("outbox").find({})
    assert row["reply_tried"] is False


async def test_people_without_an_account_share_a_few_pushes(mimi: Mimi) -> None:
    await has_read_the_quota(mimi)
    mimi.line.quota = 100
    await PushRepository(mimi.database).read(MONTH, 100, 0, 1, datetime.now(UTC))
    people = [mimi.line.person(f"Stranger {n}", "en") for n in range(9)]
    said = [person.compose("hello") for person in people]
    await mimi.line.deliver([], raw=mimi.line.webhook_body(said))

    async def settled() -> bool:
        put_off = {"problem": "no push is left for people without an account"}
        return (await mimi.database.collection("outbox").count(put_off), pushes(mimi)) == (4, 5)

    await soon(settled)


async def test_an_answer_refused_for_what_it_carries_goes_without_it(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    await PushRepository(mimi.database).stop(MONTH, datetime.now(UTC))
    await tell(mimi, 1)
    mimi.line.faults.next("reply", Fault.BAD_400)
    [said] = await mimi.owner_says("/account")
    assert "@kotori" in said
    await mimi.settled()
    # The alert, and the word that pushes are used up.
    assert (await held(mimi), await OutboxRepository(mimi.database).count(RowState.FAILED)) == (2, 0)


async def test_many_short_answers_become_one_message_and_none_is_said_twice_by_a_process_that_died(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    for n in range(5):
        await waits(mimi, f"Learned: Question {n}?", timedelta(minutes=10 - n))
    rows, raw = HeldRows(mimi.database), mimi.database.collection("outbox")
    before = await raw.find({"state": "held"})
    [together] = await tidied(rows, await rows.of(await the_owner(mimi)), datetime.now(UTC))
    assert (await held(mimi), together.urgency) == (1, Urgency.ANSWER)
    await raw.insert_many(
        [row for row in before if row["_id"] != together.id]
    )  # as if it had died before the others went
    said = await mimi.owner_says("/account", count=2)
    assert said[0] == "\n\n".join(f"Learned: Question {n}?" for n in range(5))
    await mimi.settled()
    assert await held(mimi) == 0


@pytest.mark.parametrize(
    ("line", "action", "again"),
    [
        ("/faq list", "", "/faq list"),
        ("／ｆａｑ 一覧", "", "/faq list"),
        ("/faq find dark mode", "", "/faq find dark mode"),
        ("", "alert.waiting", "/alerts waiting"),
        ("/faq add Price? = Free", "", ""),
        ("help", "", ""),  # in a dialogue it may be an answer
        ("", "alert.waiting:2", ""),
        ("", "faq.add", ""),
    ],
)
async def test_what_may_be_asked_again_is_known_by_the_command_table(
    db: Database, line: str, action: str, again: str
) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await (chat.posts(action) if action else chat.says(line))
    assert chat.again == again
