"""A gap that is answered answers the people who asked: at every door, once in each chat, and nothing stays open."""

from collections.abc import Sequence

import pytest
from asking import Visitor
from owner_chat import OwnerChat

from handlers.alerts.cards import ANSWER_ALERT
from knowledge.store.alerts.alerts import AlertState
from knowledge.store.conversations.messages import Message, Role
from knowledge.store.database import Database

EXCEL, ANSWER = "Can I export to Excel?", "Only PDF so far."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def waits(chat: OwnerChat, question: str = EXCEL, visitor: Visitor | None = None) -> Visitor:
    """A visitor who was told that the reply will appear, as the owner was told of the question."""
    visitor = visitor or Visitor(chat)
    asked = await visitor.asks_in_vain(question)
    await chat.core.alerts.question_unanswered(asked.scope, asked.conversation_id, asked.id, question, "en")
    await chat.core.learning.round()
    return visitor


async def heard(chat: OwnerChat, visitor: Visitor) -> list[str]:
    """What the owner said in the visitor's chat."""
    assert visitor.conversation
    said: Sequence[Message] = await chat.core.conversations.messages((await chat.app()).scope, visitor.conversation.id)
    return [message.text for message in said if message.role is Role.OWNER]


async def test_everybody_who_waits_is_told_once_and_nothing_stays_open(chat: OwnerChat) -> None:
    first, second = await waits(chat), await waits(chat)
    await waits(chat, EXCEL.upper(), second)
    await chat.says("/gaps")
    await chat.taps("Write an answer")
    await chat.taps("Keep as it is")
    told = await chat.says(ANSWER)
    assert told == [f"Learned: {EXCEL}\nAlso sent to others who asked and were waiting: 2"]
    assert [await heard(chat, each) for each in (first, second)] == [[ANSWER], [ANSWER]]
    assert await chat.core.alerts.count_open((await chat.owner()).scope) == 0
    assert await chat.says("/alerts") == ["No questions are waiting for you."]


async def test_who_was_answered_already_hears_it_no_second_time_and_the_others_do(chat: OwnerChat) -> None:
    first, second = await waits(chat), await waits(chat)
    [alert, _other] = await chat.core.alerts.list_open((await chat.owner()).scope)
    await chat.presses(ANSWER_ALERT(alert.id))
    await chat.says(ANSWER)
    assert (await heard(chat, first), await heard(chat, second)) == ([ANSWER], [])
    told = await chat.taps("Save as FAQ")
    assert told == [f"Learned: {EXCEL}\nAlso sent to others who asked and were waiting: 1"]
    assert (await heard(chat, first), await heard(chat, second)) == ([ANSWER], [ANSWER])


async def test_a_question_that_is_another_way_to_ask_is_answered_by_the_entry(chat: OwnerChat) -> None:
    await chat.says(f"/faq add Can I export my notes to Excel? = {ANSWER}")
    visitor = await waits(chat)
    [gap] = await chat.core.gaps.list_open((await chat.app()).scope)
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    saved = await chat.core.gaps.accept_as_phrasing((await chat.owner()).scope, gap.gap.id, entry.id)
    assert saved.told == 1
    assert await heard(chat, visitor) == [ANSWER]


async def test_who_is_not_waiting_any_more_is_not_told(chat: OwnerChat) -> None:
    dismissed, gone, waiting = await waits(chat), await waits(chat), await waits(chat)
    [alert, *_others] = await chat.core.alerts.list_open((await chat.owner()).scope)
    await chat.core.handoffs.dismiss((await chat.owner()).scope, alert.id)
    await gone.leaves()
    [gap] = await chat.core.gaps.list_open((await chat.app()).scope)
    saved = await chat.core.gaps.accept((await chat.owner()).scope, gap.gap.id, (EXCEL, ANSWER))
    assert saved.told == 1
    assert (await heard(chat, dismissed), await heard(chat, waiting)) == ([], [ANSWER])
    assert (await chat.core.alerts.get((await chat.owner()).scope, alert.id)).state is AlertState.DISMISSED


async def test_personal_information_of_an_answer_stays_out_of_the_chats(chat: OwnerChat) -> None:
    """What visitors are not answered they are not told either."""
    visitor = await waits(chat)
    [gap] = await chat.core.gaps.list_open((await chat.app()).scope)
    await chat.core.gaps.accept((await chat.owner()).scope, gap.gap.id, (EXCEL, "Ask Hanako Yamada, 090-1234-5678."))
    [said] = await heard(chat, visitor)
    assert "1234" not in said
    assert "Yamada" not in said
