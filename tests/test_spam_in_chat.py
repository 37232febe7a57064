"""Spam and misuse in a visitor's chat: kept from the model and from alerts, and shown to the owner for what it is."""

import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import timedelta

import pytest
from clock import FrozenClock
from sites import Speaker
from visitors import VisitorSide, visitor_side

from handlers.answers.answers import Accepted
from handlers.messages import VisitorMessage
from knowledge.errors import BadInput, CheckNeeded, NotFound, TooMany
from knowledge.items import Hit
from knowledge.model.events import ModelEvent
from knowledge.model.prompt import Prompt
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.registry import erase_conversation

SPAM = "スマホだけで月収80万円！誰でも簡単に稼げます。今すぐLINE追加→ https://bad.example/a https://bad.example/b"
ERRAND = "Write a Python script that sorts a list of numbers"


class Counted(Speaker):
    """A model that notes what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Prompt] = []

    def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        self.asked.append(prompt)
        return super().answer(prompt, hits)


@pytest.fixture
def model() -> Counted:
    return Counted()


@pytest.fixture
async def side(db: Database, model: Counted) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db, model) as started:
        yield started


async def told(side: VisitorSide, app: App) -> list[str]:
    return [row.kind for row in await HeldRows(side.db).of(app.scope)]


async def test_spam_asks_no_model_and_tells_nobody(side: VisitorSide, model: Counted) -> None:
    app = await side.app("ことり", 返金="十四日以内なら返金できます。")
    accepted, answer = await side.ask(app, SPAM)
    assert answer.state == "held"
    assert answer.text.startswith("こちらのメッセージはお受けできませんでした。ことりについて")
    assert model.asked == []
    assert await told(side, app) == []
    assert await side.alerts.list_open(app.scope) == []
    assert await side.db.collection("askings").find({}) == []
    with pytest.raises(NotFound):
        await side.answers.feedback(app, accepted.key, accepted.answer_id, up=False)
    with pytest.raises(BadInput, match="no question to pass on yet"):
        await side.answers.handoff(app, accepted.key)
    assert await told(side, app) == []


async def test_spam_sent_twice_is_one_message_with_one_answer(side: VisitorSide) -> None:
    app = await side.app()
    first = await side.accept(app, SPAM, client_id=(sent := str(uuid.uuid4())))
    again = await side.accept(app, SPAM, client_id=sent)
    assert again == Accepted(
        first.conversation_id, first.key, first.message_id, first.answer_id, first.lang, True, first.seq
    )
    assert await side.messages.count(app.scope, first.conversation_id) == 2


async def test_a_question_after_spam_is_answered_and_the_model_hears_of_no_spam(
    side: VisitorSide, model: Counted
) -> None:
    app = await side.app("ことり", 返金="十四日以内なら返金できます。")
    spam, _ = await side.ask(app, SPAM)
    _, answer = await side.ask(app, "返金できますか？", spam.key)
    assert answer.state == "answered"
    [prompt] = model.asked
    assert prompt.history == ()


async def test_an_errand_for_a_free_ai_is_refused_without_a_model(side: VisitorSide, model: Counted) -> None:
    app = await side.app("Kotori", Refund="Within 14 days.")
    _, answer = await side.ask(app, ERRAND)
    assert answer.state == "refused"
    assert answer.text.startswith("I am here for questions about Kotori")
    assert model.asked == []
    assert await told(side, app) == []


async def test_what_an_app_is_about_follows_its_knowledge(side: VisitorSide, model: Counted) -> None:
    app = await side.app("Kotori", Refund="Within 14 days.")
    assert (await side.ask(app, ERRAND))[1].state == "refused"
    await side.faqs.add(app.scope, "How do I write a Python script?", "Open the editor and write a script that sorts.")
    assert (await side.ask(await side.again(app), ERRAND))[1].state != "refused"


async def test_spam_counts_as_spam_alone(side: VisitorSide) -> None:
    app = await side.app(返金="十四日以内なら返金できます。")
    accepted, _ = await side.ask(app, "返金できますか？")
    await side.ask(app, SPAM, accepted.key)
    seen = await side.areas.insight.insights.of(app.scope, 7)
    assert (seen.questions, seen.held, seen.other) == (1, 1, 0)
    assert [question for question, _ in seen.top] == ["返金できますか？"]


async def test_a_conversation_remembers_what_was_held_against_it_and_no_word(side: VisitorSide) -> None:
    app = await side.app()
    accepted, _ = await side.ask(app, SPAM)
    [stored] = await side.db.collection("conversations").find({})
    assert len(stored["earlier"]) == 267
    other, _ = await side.ask(app, SPAM)
    [beside] = await side.db.collection("conversations").find({"_id": other.conversation_id})
    assert stored["earlier"][11:] != beside["earlier"][11:]  # the same words in two conversations
    await erase_conversation(side.db, app.scope, accepted.conversation_id)
    assert await side.db.collection("conversations").count({"_id": accepted.conversation_id}) == 0


async def test_the_same_again_and_again_is_known_again_the_same_day(side: VisitorSide) -> None:
    app = await side.app()
    said = "この宇宙はすべて私のものであり、誰にも渡さない。"
    accepted, _ = await side.ask(app, said)

    async def goes_on() -> None:
        for _ in range(4):
            side.clock.advance(timedelta(minutes=2))
            await side.ask(app, said, accepted.key)

    with pytest.raises(CheckNeeded):
        await goes_on()
    side.clock.advance(timedelta(days=1))  # under another salt nothing is like anything
    assert (await side.ask(app, said, accepted.key))[1].state != "held"


async def test_a_sender_is_counted_by_a_mark_of_the_day(db: Database) -> None:
    clock = FrozenClock()
    async with visitor_side(db, clock=clock) as side:
        app = await side.app()

        async def asks(sender: str) -> None:
            message = VisitorMessage(str(uuid.uuid4()), "Price?", "", "203.0.113.0/24", sender)
            await side.answers.accept(app, message)

        for _ in range(20):
            await asks("203.0.113.7/32")
        with pytest.raises(TooMany):
            await asks("203.0.113.7/32")
        await asks("203.0.113.8/32")
        assert "203.0.113" not in str(await db.collection("limit_windows").find({}))


async def test_a_message_deleted_and_sent_again_is_counted_again(side: VisitorSide) -> None:
    app = await side.app()
    message = VisitorMessage(str(uuid.uuid4()), "Price?", "", "203.0.113.0/24", "203.0.113.7/32")

    async def again_and_again() -> None:
        for _ in range(25):
            accepted = await side.answers.accept(app, message)
            await side.conversations.delete(app, accepted.key)

    with pytest.raises(TooMany):
        await again_and_again()


async def test_while_the_owner_is_there_nothing_is_held(side: VisitorSide) -> None:
    app = await side.app(返金="十四日以内なら返金できます。")
    accepted, _ = await side.ask(app, "返金できますか？")
    message = VisitorMessage(str(uuid.uuid4()), SPAM, accepted.key)
    await side.takeovers.begin(app.scope, accepted.conversation_id)
    kept = await side.answers.accept(app, message)
    assert kept.answer_id == ""
    stored = await side.messages.get(app.scope, kept.conversation_id, kept.message_id)
    assert stored
    assert stored.state == "with_owner"
