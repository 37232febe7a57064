"""Alerts: kept with the row that carries them to LINE, once for a question, listed until they are settled."""

import pytest
from owner_chat import OwnerChat, choices_of

from handlers.alerts.cards import ANSWER_ALERT, DISMISS_ALERT
from handlers.messages import Card
from handlers.outgoing import from_body
from knowledge.phrases import Phrase, from_plain
from knowledge.store.alerts.alerts import Alert, AlertState
from knowledge.store.database import Database, new_id
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Carried, OutboxRepository, OutboxRow, RowState


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def raised(chat: OwnerChat, question: str = "Is there a dark mode?", message_id: str = "") -> Alert:
    scope, message_id = (await chat.app()).scope, message_id or new_id()
    return await chat.core.db.transaction(
        lambda: chat.core.alerts.question_unanswered(scope, new_id(), message_id, question, "en")
    )


async def waiting(chat: OwnerChat) -> int:
    return await OutboxRepository(chat.core.db).count(RowState.HELD)


async def test_an_alert_goes_to_line_with_the_question_and_its_buttons(chat: OwnerChat) -> None:
    alert = await raised(chat, "<b>Dark</b> mode? 🌙")
    row = await chat.pushed("m1")
    assert (row.to, row.subject, row.owner_id) == (chat.person, alert.id, (await chat.owner()).id)
    replies = from_body(row.body)
    assert "<b>Dark</b> mode? 🌙" in str(replies)
    assert "Hitsuji" in str(replies)
    assert [choice.action for choice in choices_of(replies)] == [
        f"alert.answer:{alert.id}",
        f"takeover.begin:{alert.conversation_id}",
        f"alert.open:{alert.id}",
        f"alert.dismiss:{alert.id}",
        "alert.mute:unanswered",
    ]


async def test_an_alert_speaks_the_owners_language(chat: OwnerChat) -> None:
    await chat.says("/lang ja")
    await raised(chat)
    assert "お答えできなかった質問があります" in str(from_body((await chat.pushed("m1")).body))


async def test_a_message_is_told_of_once_however_often_it_is_raised(chat: OwnerChat) -> None:
    message_id = new_id()
    first, second = await raised(chat, message_id=message_id), await raised(chat, message_id=message_id)
    assert first.id == second.id
    assert await waiting(chat) == 1


async def test_asking_for_the_owner_tells_again_only_after_a_dismissal(chat: OwnerChat) -> None:
    scope, message_id = (await chat.app()).scope, new_id()
    alert = await raised(chat, message_id=message_id)

    async def wants_owner() -> Alert:
        return await chat.core.alerts.visitor_wants_owner(scope, alert.conversation_id, message_id, "Dark?", "en")

    assert (await chat.core.db.transaction(wants_owner)).id == alert.id
    await chat.presses(DISMISS_ALERT(alert.id))
    again = await chat.core.db.transaction(wants_owner)
    assert again.id != alert.id
    assert (await chat.core.db.transaction(wants_owner)).id == again.id
    assert await waiting(chat) == 1


@pytest.mark.parametrize("settled", ["answered", "dismissed"])
async def test_asking_for_the_owner_once_more_after_it_was_settled_opens_it_again(
    chat: OwnerChat, settled: str
) -> None:
    owner, scope, message_id = await chat.owner(), (await chat.app()).scope, new_id()

    async def wants_owner() -> Alert:
        return await chat.core.alerts.visitor_wants_owner(scope, new_id(), message_id, "Dark?", "en")

    alert = await chat.core.db.transaction(wants_owner)
    if settled == "answered":
        await chat.core.handoffs.answer(owner.scope, alert.id, "Soon.")
    else:
        await chat.core.handoffs.dismiss(owner.scope, alert.id)
    for _ in range(2):
        again = await chat.core.db.transaction(wants_owner)
        assert (again.id, again.state, again.answer) == (alert.id, AlertState.OPEN, "")
    assert await waiting(chat) == 1
    assert (await chat.says("/alerts"))[0] == "Open questions: 1"


async def test_a_row_given_up_keeps_its_problem_and_no_words(chat: OwnerChat) -> None:
    await raised(chat, "Dark?")
    rows, held_rows, now = OutboxRepository(chat.core.db), HeldRows(chat.core.db), chat.core.clock.now()
    [held] = await held_rows.of((await chat.owner()).scope)
    push = OutboxRow(held.channel, held.to, {"replies": []}, now, held.owner_id, carries=(Carried(held.id, 1),))
    await held_rows.claim(push.id, [held.id], now)
    await rows.put(push)
    await rows.failed(push, "refused", now)
    (stored,) = await chat.core.db.collection("outbox").find({})
    assert (stored["body"], stored["reply_token"], stored["problem"]) == ({}, "", "refused")


async def test_an_alert_exists_only_if_its_transaction_does(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope

    async def fails() -> None:
        await chat.core.alerts.question_unanswered(scope, new_id(), new_id(), "Dark?", "en")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await chat.core.db.transaction(fails)
    assert await waiting(chat) == 0
    assert await chat.says("/alerts") == ["No questions are waiting for you."]


async def test_open_questions_of_all_apps_are_listed_until_settled(chat: OwnerChat) -> None:
    first = await raised(chat, "First?")
    await chat.core.apps.create((await chat.owner()).scope, "Kotori", "kotori")
    await raised(chat, "Second?")
    assert await chat.says("通知") == [
        "Open questions: 2",
        "I could not answer this\nFirst?\nApp: Hitsuji",
        "I could not answer this\nSecond?\nApp: Kotori",
    ]
    await chat.presses(DISMISS_ALERT(first.id))
    assert (await chat.says("/alerts"))[0] == "Open questions: 1"


async def test_a_stale_dismissal_says_what_happened(chat: OwnerChat) -> None:
    alert = await raised(chat)
    assert await chat.presses(DISMISS_ALERT(alert.id)) == ["Dismissed: Is there a dark mode?"]
    assert await chat.presses(DISMISS_ALERT(alert.id)) == ["You have already dismissed this question."]
    assert await chat.presses(ANSWER_ALERT(alert.id)) == ["You have already dismissed this question."]


async def test_what_is_held_is_kept_as_key_and_values_and_said_in_the_owners_language_of_then(chat: OwnerChat) -> None:
    """An owner may change the language while it waits; rows of before, which hold words, stay readable."""
    await raised(chat)
    [held] = await HeldRows(chat.core.db).of((await chat.owner()).scope)
    assert held.body["replies"][0]["title"] == {"key": "I could not answer this", "values": {}}
    [card] = from_body(held.body, "ja")
    assert isinstance(card, Card)
    assert card.title == "お答えできなかった質問があります"
    former = {"lang": "en", "replies": [{"kind": "card", "title": "I could not answer this", "rows": [["App", "x"]]}]}
    assert from_body(former, "ja") == [Card("I could not answer this", rows=(("App", "x"),))]
    assert from_plain({"text": "Open questions", "params": {}}) == Phrase("Open questions")
