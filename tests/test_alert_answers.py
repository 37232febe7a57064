"""An owner's answer: to the visitor who asked, and with one tap to everybody who asks next."""

import asyncio

import pytest
from owner_chat import OwnerChat

from bot.line_in.replies import reply_row
from guardrail.pii import hidden
from handlers.alerts.cards import ANSWER_ALERT, OPEN_ALERT
from handlers.chat.conversations.alerts import SAVE_ANSWER
from handlers.messages import Replies
from knowledge.errors import MimiError
from knowledge.phrases import Tag
from knowledge.store.alerts.alerts import Alert
from knowledge.store.database import Database, new_id
from knowledge.store.outbox.outbox import OutboxRepository

KEY = "key of a visitor"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def asked(chat: OwnerChat, question: str = "Is there a dark mode?", key: str = KEY) -> Alert:
    """A visitor's conversation with a question mimi could not answer."""
    app = await chat.app()

    async def work() -> Alert:
        conversation = await chat.core.conversations.open(app, key, "en")
        return await chat.core.alerts.question_unanswered(app.scope, conversation.id, new_id(), question, "en")

    return await chat.core.db.transaction(work)


async def heard(chat: OwnerChat, alert: Alert) -> list[str]:
    messages = await chat.core.conversations.messages(alert.scope, alert.conversation_id)
    return [message.text for message in messages]


async def test_quoting_the_alert_answers_the_visitor(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.pushed("m1")
    assert await chat.says("Yes, in the settings.", quoting="m1") == ["Sent to the visitor. Save it as FAQ?"]
    assert await heard(chat, alert) == ["Yes, in the settings."]


async def test_its_button_asks_for_the_answer(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.says("/alerts")
    assert await chat.taps("Answer") == [
        "The visitor asks: Is there a dark mode?",
        "Write your answer. It goes to the visitor exactly as you write it.",
    ]
    assert await chat.says("Yes.") == ["Sent to the visitor. Save it as FAQ?"]
    assert await heard(chat, alert) == ["Yes."]


async def test_the_conversation_around_a_question_is_shown_with_its_speakers(chat: OwnerChat) -> None:
    alert = await asked(chat)
    assert await chat.presses(OPEN_ALERT(alert.id)) == ["That conversation no longer exists."]
    await chat.core.handoffs.answer((await chat.owner()).scope, alert.id, "Yes, in the settings.")
    assert await chat.presses(OPEN_ALERT(alert.id)) == ["You: Yes, in the settings."]
    assert chat.labels() == ["Pin a question"]
    assert await chat.posts("alert.open:nothing") == ["That question no longer exists."]


async def test_the_answer_becomes_a_faq_entry_in_one_tap_and_only_once(chat: OwnerChat) -> None:
    await asked(chat)
    await chat.pushed("m1")
    await chat.says("Call 03-1234-5678", quoting="m1")
    offered = chat.last
    replies = await chat.taps("Save as FAQ")
    assert replies == ["Learned: Is there a dark mode?", "Visitors will not see: phone number"]
    chat.last = offered
    assert await chat.taps("Save as FAQ") == ["This answer is already saved as FAQ."]
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert (entry.question, entry.answer) == ("Is there a dark mode?", "Call 03-1234-5678")


async def test_an_overlong_question_is_shortened_to_become_an_entry(chat: OwnerChat) -> None:
    alert = await asked(chat, "why " * 500)
    await chat.core.handoffs.answer(alert.scope, alert.id, "Because.")
    saved = await chat.core.handoffs.save_as_faq(alert.scope, alert.id)
    assert len(saved.entry.question) <= 300


async def test_answering_twice_sends_once(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.pushed("m1")
    assert await chat.says("First", quoting="m1") == ["Sent to the visitor. Save it as FAQ?"]
    assert await chat.says("Second", quoting="m1") == ["You have already answered this question."]
    assert await chat.presses(ANSWER_ALERT(alert.id)) == ["You have already answered this question."]
    assert await heard(chat, alert) == ["First"]


async def test_an_alert_settled_another_way_is_not_asked_about_any_more(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.pushed("m1")
    await chat.presses(ANSWER_ALERT(alert.id))
    assert await chat.says("Yes", quoting="m1") == ["Sent to the visitor. Save it as FAQ?"]
    assert await chat.says("well, well") == ["I did not quite get that. What would you like to do?"]


async def test_a_dialogue_whose_alert_was_answered_meanwhile_ends(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.presses(ANSWER_ALERT(alert.id))
    await chat.core.handoffs.answer(alert.scope, alert.id, "From elsewhere")
    assert await chat.says("Too late") == ["You have already answered this question."]
    assert await chat.says("well, well") == ["I did not quite get that. What would you like to do?"]
    assert await heard(chat, alert) == ["From elsewhere"]


async def test_of_two_answers_at_once_one_is_sent(chat: OwnerChat) -> None:
    alert = await asked(chat)
    attempts = [chat.core.handoffs.answer(alert.scope, alert.id, text) for text in ("One", "Two")]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [isinstance(result, MimiError) for result in results].count(True) == 1
    assert len(await heard(chat, alert)) == 1


async def test_of_two_savings_at_once_one_entry_comes(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.core.handoffs.answer(alert.scope, alert.id, "Yes")
    attempts = [chat.core.handoffs.save_as_faq(alert.scope, alert.id) for _ in range(2)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [isinstance(result, MimiError) for result in results].count(True) == 1
    assert await chat.core.faqs.count(alert.scope) == 1


async def test_a_conversation_whose_time_is_over_is_said_and_the_answer_can_still_be_kept(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    await chat.core.db.transaction(
        lambda: chat.core.alerts.question_unanswered(scope, new_id(), new_id(), "Dark?", "en")
    )
    await chat.pushed("m1")
    [sentence] = await chat.says("Yes", quoting="m1")
    assert sentence.startswith("The visitor's conversation no longer exists")
    assert await chat.taps("Save as FAQ") == ["Learned: Dark?"]


async def test_a_deleted_conversation_takes_its_alert_along(chat: OwnerChat) -> None:
    await asked(chat)
    await chat.pushed("m1")
    await chat.core.conversations.delete(await chat.app(), KEY)
    assert await chat.says("/alerts") == ["No questions are waiting for you."]


async def test_nothing_is_saved_before_there_is_an_answer(chat: OwnerChat) -> None:
    alert = await asked(chat)
    assert await chat.presses(SAVE_ANSWER(alert.id)) == ["This question has no answer yet that could be saved."]


async def test_quoting_something_else_is_an_ordinary_line(chat: OwnerChat) -> None:
    assert await chat.says("well, well", quoting="m0") == ["I did not quite get that. What would you like to do?"]
    await chat.says("/faq add")
    assert await chat.says("Free?", quoting="m0") == ["And what should I answer?"]


async def shown(chat: OwnerChat, message_id: str) -> None:
    """What was answered last stands in LINE under this id."""
    rows, now = OutboxRepository(chat.core.db), chat.core.clock.now()
    row = reply_row(chat.person, Replies("en", chat.last), await chat.owner(), "token", now, now)
    await rows.put(row)
    await rows.sent(row, [message_id], now)


async def test_a_quoted_list_of_one_question_is_that_question(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.says("/alerts")
    await shown(chat, "list")
    assert await chat.says("Yes, in the settings.", quoting="list") == ["Sent to the visitor. Save it as FAQ?"]
    assert await heard(chat, alert) == ["Yes, in the settings."]
    assert await chat.says("Once more", quoting="list") == ["No questions are waiting for you."]


async def test_a_quoted_list_of_several_asks_which_and_keeps_the_words(chat: OwnerChat) -> None:
    first, second = await asked(chat), await asked(chat, "Is it free?", "another key")
    await chat.says("/alerts")
    await shown(chat, "list")
    [which] = await chat.says("Yes, in the settings.", quoting="list")
    assert "“Answer” on the question's card" in which
    assert chat.labels() == ["Is there a dark mod…", "Is it free?", "Cancel"]
    assert (await chat.says("the first"))[0] == "I still have your answer. Tap the question it is for."
    assert await chat.posts(f"say:alert.which/to:{first.id}") == ["Sent to the visitor. Save it as FAQ?"]
    assert await heard(chat, first) == ["Yes, in the settings."]
    assert [each.id for each in await chat.core.alerts.list_open((await chat.owner()).scope)] == [second.id]


async def test_a_command_stays_a_command_while_quoting(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.pushed("m1")
    assert (await chat.says("/alerts", quoting="m1"))[0] == "Open questions: 1"
    assert await heard(chat, alert) == []


async def test_an_empty_answer_reaches_nobody(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.pushed("m1")
    assert await chat.says(" ", quoting="m1") == ["There is nothing in it yet. Please write something."]
    assert (await chat.says("x" * 5000, quoting="m1"))[0] == "Sent to the visitor. Save it as FAQ?"
    assert len(await heard(chat, alert)) == 1


async def test_an_owner_reaches_no_alert_of_another_owner(chat: OwnerChat) -> None:
    """S39"""
    alert = await asked(chat)
    await chat.pushed("m1")
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    for verb in ("answer", "dismiss", "save"):
        assert await other.posts(f"alert.{verb}:{alert.id}") == ["That question no longer exists."]
    assert await other.says("Mine", quoting="m1") == ["I did not quite get that. What would you like to do?"]
    assert await heard(chat, alert) == []
    assert (await chat.says("/alerts"))[0] == "Open questions: 1"


async def answered(chat: OwnerChat, question: str) -> str:
    """What mimi says to the owner's answer; the app knows whether it has a dark theme."""
    await chat.says("/faq add Does it have a dark theme at night? = Yes, in the settings.")
    await asked(chat, question)
    await chat.pushed("m1")
    return (await chat.says("Yes, it does.", quoting="m1"))[0]


async def entries(chat: OwnerChat) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.question, each.phrasings) for each in await chat.core.faqs.list((await chat.app()).scope)]


THEME = "Does it have a dark theme at night?"


async def test_a_question_much_like_an_entrys_becomes_a_way_to_ask_it_in_one_tap(chat: OwnerChat) -> None:
    said = await answered(chat, "dark theme at night pls??")
    assert said == f"Sent to the visitor. Save it as FAQ?\nIt is very similar to “{THEME}”."
    offered = chat.last
    done = await chat.taps("Add to that entry")
    assert done == [f"From now on this is another way to ask “{THEME}”."]
    assert await entries(chat) == [(THEME, ("dark theme at night pls??",))]
    chat.last = offered
    for label in ("Add to that entry", "Save as FAQ"):
        assert await chat.taps(label) == ["This answer is already saved as FAQ."]
        chat.last = offered
    assert len((await entries(chat))[0][1]) == 1


async def test_and_in_two_with_other_words(chat: OwnerChat) -> None:
    await answered(chat, "dark theme at night pls??")
    assert await chat.taps("Edit and add") == [
        "Asked: dark theme at night pls??",
        "How do visitors ask it? Keep it, or write a new one.",
    ]
    await chat.says("Dark theme")
    assert await entries(chat) == [(THEME, ("Dark theme",))]


@pytest.mark.parametrize("lang", ["en", "es", "fr", "vi"])
async def test_what_stands_for_personal_details_is_no_part_of_what_is_asked(chat: OwnerChat, lang: Tag) -> None:
    said = await answered(chat, f"dark theme at night {hidden(lang)} {hidden(lang)}")
    assert f"It is very similar to “{THEME}”." in said


async def test_no_way_to_ask_is_offered_where_the_entry_answers_something_else(chat: OwnerChat) -> None:
    await chat.says(f"/faq add {THEME} = No, it has none.")
    await asked(chat, "dark theme at night pls??")
    await chat.pushed("m1")
    await chat.says("Yes, it does.", quoting="m1")
    assert chat.labels() == ["Save as FAQ", "Edit and save"]


async def test_what_no_entry_asks_is_offered_as_a_new_one_alone(chat: OwnerChat) -> None:
    assert await answered(chat, "Where are you based?") == "Sent to the visitor. Save it as FAQ?"
    assert "Add to that entry" not in chat.labels()


@pytest.mark.parametrize("action", ["twin.add:", "twin.add:alert/x", "twin.add:said/x/y", "twin.edit:alert/x/y"])
async def test_a_button_of_nobodys_adds_nothing(chat: OwnerChat, action: str) -> None:
    assert (await chat.posts(action))[0].startswith(
        ("That question no longer exists", "This conversation no longer exists")
    )
