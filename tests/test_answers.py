"""A visitor's message is kept once, answered, and passed on where the knowledge says nothing."""

import asyncio
import uuid
from datetime import timedelta
from typing import cast

import pytest
from claude_standin import ClaudeStandIn
from visitors import VisitorSide

from guardrail.limits import USUAL
from handlers.messages import VisitorMessage
from knowledge.errors import BadInput, NotFound, TooMany
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Role, Source

REFUND = "返金は購入したストアの画面から申し込めます。"


async def alerts(visitors: VisitorSide, app: App) -> list[tuple[AlertKind, str]]:
    return [(alert.kind, alert.question) for alert in await visitors.alerts.list_open(app.scope)]


async def test_an_answer_comes_with_its_source_and_is_stored_as_it_was_told(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, told = await visitors.ask(app, "返金したい")
    assert (told.text, told.state, told.sources) == (REFUND, "answered", ["返金できますか"])
    stored = await visitors.stored(app, accepted)
    assert (stored.text, stored.state, stored.seq) == (REFUND, "answered", 2)
    assert stored.sources == (Source("返金できますか"),)
    assert await alerts(visitors, app) == []


@pytest.mark.parametrize("text", ["", " \n ", "あ" * 2_001, {"$ne": None}, None, 5, ["x"]])
async def test_what_is_no_message_is_refused_and_nothing_is_stored(visitors: VisitorSide, text: object) -> None:
    """S25"""
    app = await visitors.app()
    with pytest.raises(BadInput):
        await visitors.accept(app, cast(str, text))
    assert await visitors.db.raw["messages"].count_documents({}) == 0


@pytest.mark.parametrize("client_id", ["", "1", "x" * 36, {"$gt": ""}, None, 5])
async def test_an_id_that_is_no_uuid_is_refused(visitors: VisitorSide, client_id: object) -> None:
    """S25"""
    app = await visitors.app()
    with pytest.raises(BadInput):
        await visitors.answers.accept(app, VisitorMessage(cast(str, client_id), "返金できますか"))


@pytest.mark.parametrize("text", ["あ" * 2_000, "👩‍👩‍👧‍👦", "שלום עולם", "<script>alert(1)</script>", "$where: {}"])
async def test_unusual_words_are_kept_as_they_are(visitors: VisitorSide, text: str) -> None:
    app = await visitors.app()
    accepted = await visitors.accept(app, text)
    assert (await visitors.feed.transcript(app, accepted.key))[0].text == text


async def test_one_message_sent_many_times_at_once_is_one_message(visitors: VisitorSide) -> None:
    """P5"""
    app, client_id = await visitors.app(), str(uuid.uuid4())
    first = await asyncio.gather(*(visitors.accept(app, "返金したい", client_id=client_id) for _ in range(5)))
    assert sorted(each.repeated for each in first) == [False, True, True, True, True]
    assert len({(each.key, each.message_id, each.answer_id) for each in first}) == 1
    key, client_id = first[0].key, str(uuid.uuid4())
    second = await asyncio.gather(*(visitors.accept(app, "いつまで", key, client_id) for _ in range(5)))
    assert len({each.message_id for each in second}) == 1
    said = [each for each in await visitors.feed.transcript(app, key) if each.role is Role.VISITOR]
    assert [(each.seq, each.text) for each in said] == [(1, "返金したい"), (2, "いつまで")]


async def test_a_message_sent_again_later_gets_the_answer_it_had(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app, client_id = await visitors.app(返金できますか=REFUND), str(uuid.uuid4())
    for _ in range(2):
        accepted = await visitors.accept(app, "返金したい", client_id=client_id)
        await visitors.answers.start(app, accepted)
        await visitors.read(app, accepted)
    assert accepted.repeated
    assert len(claude.requests) == 1


async def test_a_visitor_who_asks_too_much_is_told_when_to_go_on_and_can_still_repeat(visitors: VisitorSide) -> None:
    app, last = await visitors.app(), str(uuid.uuid4())
    key = (await visitors.accept(app, "一")).key
    for other in "二五六七八九十":
        visitors.clock.advance(timedelta(seconds=5))
        await visitors.accept(app, other, key)
    visitors.clock.advance(timedelta(seconds=5))
    await visitors.accept(app, "三", key, last)
    with pytest.raises(TooMany) as refusal:
        await visitors.accept(app, "四", key)
    assert 1 <= refusal.value.retry_after <= 60
    assert (await visitors.accept(app, "三", key, last)).repeated


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("iPadで使えますか", "ja", "まだお答えできない内容のため、ご質問を運営者に伝えました。"),
        ("Does it run on iPad?", "en", "I do not know that yet, so I have passed your question to the owner."),
    ],
)
async def test_what_the_knowledge_does_not_say_goes_to_the_owner_and_the_visitor_is_told(
    visitors: VisitorSide, claude: ClaudeStandIn, question: str, language: str, said: str
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_not_know("Something else", language)
    accepted, told = await visitors.ask(app, question)
    assert told.state == "unknown"
    assert told.text.startswith(said)
    assert await alerts(visitors, app) == [(AlertKind.UNANSWERED, question)]
    assert (await visitors.stored(app, accepted)).text == told.text


async def test_a_question_that_leans_on_the_conversation_reaches_the_owner_in_full(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, _ = await visitors.ask(app, "返金したい")
    claude.will_not_know("Android版でも返金できますか", "ja")
    await visitors.ask(app, "Androidなら？", accepted.key)
    assert await alerts(visitors, app) == [(AlertKind.UNANSWERED, "Android版でも返金できますか")]
    roles = [message["role"] for message in (await claude.asked(2)).body["messages"]]
    assert roles == ["user", "assistant", "user"]


async def test_half_an_answer_keeps_its_half_and_passes_on_the_rest(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_not_know("いつ返金されますか", text=REFUND)
    _, told = await visitors.ask(app, "返金の方法と時期は")
    assert told.text.startswith(f"{REFUND}\n\n残りの部分はまだお答えできないため")
    assert (told.state, told.sources) == ("partly", ["返金できますか"])
    assert await alerts(visitors, app) == [(AlertKind.UNANSWERED, "いつ返金されますか")]


async def test_a_visitor_who_asks_for_a_person_gets_the_owner(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app()
    claude.will_want_person()
    _, told = await visitors.ask(app, "Can I talk to the developer?")
    assert told.text.startswith("I have told the owner")
    assert told.state == "handed_over"
    assert await alerts(visitors, app) == [(AlertKind.HANDOFF, "Can I talk to the developer?")]


async def test_the_visitors_last_word_on_an_answer_counts(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, _ = await visitors.ask(app, "返金したい")
    for up in (True, False):
        await visitors.answers.feedback(app, accepted.key, accepted.answer_id, up=up)
    assert (await visitors.stored(app, accepted)).feedback == "down"
    other, _ = await visitors.ask(app, "返金は？")
    for message in (other.answer_id, accepted.message_id, {"$ne": None}):
        with pytest.raises(NotFound):
            await visitors.answers.feedback(app, accepted.key, message, up=True)


async def test_a_question_is_passed_to_the_owner_once(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, _ = await visitors.ask(app, "返金したい")
    notices = [await visitors.answers.handoff(app, accepted.key) for _ in range(3)]
    assert notices[0].text.say("en").startswith("I have passed your question to the owner")
    assert await alerts(visitors, app) == [(AlertKind.HANDOFF, "返金したい")]
    with pytest.raises(NotFound):
        await visitors.answers.handoff(app, "wrong")


async def test_a_message_that_cannot_be_kept_yet_is_counted_once_however_often_it_is_sent(
    visitors: VisitorSide,
) -> None:
    """A dead process holds the app locked, and the page sends its message again and again meanwhile."""
    app = await visitors.app(Price="Free.")
    opened, _told = await visitors.ask(app, "Price?")
    client_id = str(uuid.uuid4())
    async with visitors.db.sessions.one() as dead, dead.start_transaction():
        held = {"$set": {"held": True}}
        await visitors.db.raw["conversations"].update_one({"_id": opened.conversation_id}, held, session=dead)
        for _ in range(USUAL.per_minute):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await visitors.accept(app, "Price again?", opened.key, client_id)
        await dead.abort_transaction()
    assert not (await visitors.accept(app, "Price again?", opened.key, client_id)).repeated
    for other in "あいうえおかき":
        visitors.clock.advance(timedelta(seconds=5))
        await visitors.accept(app, other, opened.key)
    with pytest.raises(TooMany):
        await visitors.accept(app, "And once more?", opened.key)
