"""What a visitor writes without waiting has one answer; no message is lost, and none waits without need."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta

import pytest
from claude_standin import ClaudeStandIn
from clock import START
from visitors import VisitorSide, put_together, visitor_side

from handlers.answers.answers import Accepted
from handlers.answers.runs import LEASE
from handlers.conversations.turns import LONGEST_TURN, in_turns
from handlers.messages import Delta, VisitorMessage
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import PENDING, Message, MessageId, Role
from knowledge.store.database import Database, OwnerId
from knowledge.store.spending.spending import SpendingRepository

REFUND = "返金は購入したストアの画面から申し込めます。"
IPAD = "iPadで使えます。"
APP = App(OwnerId("o"), "Kotori", "kotori", "ja", START)


@pytest.fixture
async def elsewhere(db: Database) -> AsyncIterator[VisitorSide]:
    """Another process, which quotes."""
    async with visitor_side(db) as side:
        yield side


async def say(visitors: VisitorSide, app: App, text: str, key: str = "", stopped: str = "") -> Accepted:
    accepted = await visitors.answers.accept(app, VisitorMessage(client_id(), text, key, stopped=stopped))
    await visitors.answers.start(app, accepted)
    return accepted


def client_id() -> str:
    return str(uuid.uuid4())


async def transcript(visitors: VisitorSide, app: App, key: str) -> list[tuple[str, str]]:
    return [(each.role.value, each.text) for each in await visitors.feed.transcript(app, key)]


async def thinking(visitors: VisitorSide, claude: ClaudeStandIn, app: App, text: str, key: str = "") -> Accepted:
    """A message whose answer the model has been asked for, and has not begun."""
    before = len(claude.requests)
    claude.will_fail("hang")
    accepted = await say(visitors, app, text, key)
    await claude.asked(before + 1)
    return accepted


async def streaming(visitors: VisitorSide, claude: ClaudeStandIn, app: App, text: str, key: str = "") -> Accepted:
    """A message of whose answer the first words are on the screen."""
    claude.will_stall_after(REFUND, "お早めにどうぞ。")
    accepted = await say(visitors, app, text, key)
    async with aclosing(visitors.feed.events(app, accepted.key, None)) as events:
        while not isinstance((await anext(events)).event, Delta):
            pass
    return accepted


async def test_several_quick_messages_have_one_answer_to_all_of_them(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    first = await thinking(visitors, claude, app, "こんにちは")
    second = await thinking(visitors, claude, app, "質問があります", first.key)
    third = await say(visitors, app, "返金できますか", first.key)
    told = [put_together(await visitors.read(app, each)) for each in (first, second, third)]
    assert {each.answer_id for each in (first, second, third)} == {first.answer_id}
    assert {each.text for each in told} == {REFUND}
    asked = str((await claude.asked(3)).body["messages"][-1])
    assert "質問があります" in asked
    assert "返金できますか" in asked
    said = [("visitor", "こんにちは"), ("visitor", "質問があります"), ("visitor", "返金できますか"), ("mimi", REFUND)]
    assert await transcript(visitors, app, first.key) == said


async def test_what_is_written_while_an_answer_comes_is_the_next_turn_as_a_whole(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND, iPadで使えますか=IPAD)
    first = await streaming(visitors, claude, app, "返金できますか")
    second, third = [await say(visitors, app, text, first.key) for text in ("ありがとう", "iPadで使えますか")]
    assert second.answer_id == third.answer_id != first.answer_id
    assert len(claude.requests) == 1
    claude.go_on()
    assert put_together(await visitors.read(app, third)).text == IPAD
    assert len(claude.requests) == 2
    roles = [message["role"] for message in claude.requests[1].body["messages"]]
    assert roles == ["user", "assistant", "user"]
    whole = REFUND + "お早めにどうぞ。"
    read = [("visitor", "返金できますか"), ("mimi", whole), ("visitor", "ありがとう"), ("visitor", "iPadで使えますか")]
    assert await transcript(visitors, app, first.key) == [*read, ("mimi", IPAD)]


async def test_a_visitor_who_stopped_an_answer_does_not_wait_for_its_end(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND, iPadで使えますか=IPAD)
    first = await streaming(visitors, claude, app, "返金できますか")
    second = await say(visitors, app, "iPadで使えますか", first.key, stopped=first.answer_id)
    assert put_together(await visitors.read(app, second)).text == IPAD
    assert (await visitors.stored(app, first)).state == PENDING


async def test_a_turn_whose_process_died_is_answered_once_by_another(
    visitors: VisitorSide, elsewhere: VisitorSide, claude: ClaudeStandIn
) -> None:
    """P3: killed while it asked the model, with a message that had joined."""
    app = await visitors.app(返金できますか=REFUND)
    first = await thinking(visitors, claude, app, "こんにちは")
    second = await thinking(visitors, claude, app, "返金できますか", first.key)
    visitors.clock.advance(LEASE + timedelta(seconds=1))
    elsewhere.clock.advance(LEASE + timedelta(seconds=1))
    assert await elsewhere.answers.resume_abandoned() == 1
    assert REFUND in put_together(await elsewhere.read(app, second)).text
    claude.go_on()
    await visitors.ask(app, "別の質問")  # by now the first run has ended too
    answers = [each for each in await visitors.feed.transcript(app, first.key) if each.role is Role.MIMI]
    assert [(each.id, each.state) for each in answers] == [(first.answer_id, "quoted")]


async def test_a_turn_that_waits_goes_on_when_the_process_before_it_died(
    visitors: VisitorSide, elsewhere: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND, iPadで使えますか=IPAD)
    first = await visitors.accept(app, "返金できますか")  # and its process is gone
    second = await say(elsewhere, app, "ありがとう", first.key)
    third = await say(elsewhere, app, "iPadで使えますか", first.key)
    assert second.answer_id == third.answer_id != first.answer_id
    elsewhere.clock.advance(LEASE + timedelta(seconds=1))
    await elsewhere.answers.resume_abandoned()
    assert IPAD in put_together(await elsewhere.read(app, third)).text
    said = await transcript(elsewhere, app, first.key)
    assert [role for role, _text in said] == ["visitor", "mimi", "visitor", "visitor", "mimi"]


async def test_two_processes_answer_one_conversation_one_after_the_other(
    visitors: VisitorSide, elsewhere: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND, iPadで使えますか=IPAD)
    first = await thinking(visitors, claude, app, "返金できますか")
    second = await say(elsewhere, app, "iPadで使えますか", first.key)
    third = await say(visitors, app, "ありがとう", first.key)
    assert third.answer_id == second.answer_id
    reading = asyncio.create_task(elsewhere.read(app, second))
    assert (await elsewhere.stored(app, second)).state == PENDING
    claude.go_on()
    assert IPAD in put_together(await reading).text
    assert (await elsewhere.stored(app, second)).joined == (third.message_id,)
    assert (await visitors.stored(app, first)).seq == 4


async def test_a_message_that_joined_behind_the_back_of_who_wrote_is_answered_too(
    visitors: VisitorSide, elsewhere: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND, iPadで使えますか=IPAD)
    first = await streaming(visitors, claude, app, "返金できますか")
    claude.will_stall_after(REFUND, "お早めにどうぞ。")
    second = await say(visitors, app, "返金はいつまで", first.key, stopped=first.answer_id)
    await claude.asked(2)
    third = await say(elsewhere, app, "iPadで使えますか", first.key)
    assert third.answer_id == second.answer_id
    claude.go_on()
    await visitors.read(app, third)
    assert (await visitors.stored(app, second)).joined == (third.message_id,)
    assert "iPad" in str(claude.requests[2].body["messages"][-1])


async def test_the_owner_is_asked_the_whole_turn_and_once(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    first = await thinking(visitors, claude, app, "Hello")
    claude.will_not_know("", "en")
    second = await say(visitors, app, "Does it run on iPad?", first.key)
    await visitors.read(app, second)
    await visitors.answers.handoff(app, first.key)
    await visitors.answers.feedback(app, first.key, second.answer_id, up=False)
    told = {(alert.kind, alert.question) for alert in await visitors.alerts.list_open(app.scope)}
    assert (AlertKind.UNANSWERED, "Does it run on iPad?") in told
    assert {question for _kind, question in told} == {"Does it run on iPad?"}
    assert {alert.message_id for alert in await visitors.alerts.list_open(app.scope)} == {first.message_id}


async def test_a_turn_is_answered_in_the_language_of_its_last_message(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    first = await thinking(visitors, claude, app, "hello there")
    second = await say(visitors, app, "返金できますか", first.key)
    await visitors.read(app, second)
    assert (await visitors.stored(app, second)).lang == "ja"
    assert "Answer in Japanese" in str((await claude.asked(2)).body["messages"][-1])


async def test_spam_between_two_messages_is_no_part_of_their_turn(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    first = await thinking(visitors, claude, app, "こんにちは")
    spam = await say(visitors, app, "BUY CHEAP VIAGRA http://spam.example http://spam2.example casino " * 5, first.key)
    assert (await visitors.stored(app, spam)).state == "held"
    third = await say(visitors, app, "返金できますか", first.key)
    assert third.answer_id == first.answer_id
    await visitors.read(app, third)
    assert "VIAGRA" not in str((await claude.asked(len(claude.requests))).body["messages"])


async def test_no_message_is_cut_for_a_turn(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    asked = [
        " ".join(f"返金の{number}番目の条件は何ですか。" for number in range(at, at + 110)) for at in (0, 200, 400)
    ]
    assert sum(map(len, asked[:2])) < LONGEST_TURN < sum(map(len, asked))
    first = await thinking(visitors, claude, app, asked[0])
    second = await thinking(visitors, claude, app, asked[1], first.key)
    assert second.answer_id == first.answer_id
    third = await say(visitors, app, asked[2], first.key)
    assert third.answer_id != first.answer_id
    claude.go_on()
    await visitors.read(app, third)


async def test_a_message_that_joined_and_is_sent_again_has_the_same_answer(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app, again = await visitors.app(返金できますか=REFUND), client_id()
    first = await thinking(visitors, claude, app, "こんにちは")
    joined = [await visitors.accept(app, "返金できますか", first.key, again) for _ in range(2)]
    assert [(each.answer_id, each.repeated) for each in joined] == [(first.answer_id, False), (first.answer_id, True)]
    await visitors.read(app, joined[1])
    assert (await visitors.accept(app, "返金できますか", first.key, again)).answer_id == first.answer_id


async def test_messages_that_come_at_the_same_time_join_one_turn(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    first = await thinking(visitors, claude, app, "こんにちは")
    for _ in range(3):
        claude.will_fail("hang")
    said = await asyncio.gather(*(say(visitors, app, text, first.key) for text in ("一つ目", "二つ目", "返金は")))
    assert {each.answer_id for each in said} == {first.answer_id}
    claude.go_on()
    await visitors.read(app, said[0])
    assert set((await visitors.stored(app, first)).joined) == {each.message_id for each in said}


def test_answers_stand_behind_their_turn_whatever_was_said_meanwhile() -> None:
    def said(role: Role, name: str, reply_to: str = "", joined: tuple[str, ...] = ()) -> Message:
        return Message(
            APP.scope,
            "c",
            role,
            name,
            "ja",
            APP.created_at,
            APP.created_at,
            reply_to=reply_to,
            joined=joined,
            id=MessageId(name),
        )

    visitor, mimi, owner = Role.VISITOR, Role.MIMI, Role.OWNER
    one, two, three = (said(visitor, name) for name in "123")
    a, b = said(mimi, "a", "1"), said(mimi, "b", "2", ("3",))
    assert in_turns([one, two, a, three, b]) == [one, a, two, three, b]
    assert in_turns([one, two, three, a, b]) == [one, a, two, three, b]
    assert in_turns([one, said(owner, "o"), a]) == [one, said(owner, "o"), a]
    assert in_turns([two, a]) == [two, a]


async def test_what_the_model_was_asked_in_vain_is_counted_as_spent(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    first = await thinking(visitors, claude, app, "こんにちは")
    second = await say(visitors, app, "返金できますか", first.key)
    answered = (await visitors.read(app, second), (await visitors.stored(app, second)).made)[1]
    today = visitors.clock.now().date()
    [day] = await SpendingRepository(visitors.db).days(app.scope, today - timedelta(1), today + timedelta(1))
    assert (day.answers, day.cost > answered.cost > 0) == (2, True)
