"""Progress, the way back, buttons of questions that are over, and dialogues nobody came back to."""

from datetime import timedelta

import pytest
from owner_chat import OwnerChat

from handlers.messages import Text
from knowledge.store.database import Database

ASKS_QUESTION = "What do visitors ask? Write one question."
ASKS_ANSWER = "And what should I answer?"
LONG_AGO = "I asked you this more than a week ago, and nothing has been changed since. Shall we continue?"
OVER = "That question is no longer open."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


def progress(chat: OwnerChat) -> list[str]:
    return [reply.progress for reply in chat.last if isinstance(reply, Text)]


async def test_every_question_of_several_says_where_one_is(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    assert progress(chat) == ["1/2"]
    await chat.says("Is it free?")
    assert progress(chat) == ["2/2"]
    await chat.says("Yes.")
    assert progress(chat) == [""]


async def test_a_question_that_was_answered_in_the_command_counts_too(chat: OwnerChat) -> None:
    await chat.says("/faq add Is it free?")
    assert progress(chat) == ["2/2"]


async def test_a_single_question_has_no_progress_and_no_way_back(chat: OwnerChat) -> None:
    await chat.says("/faq add Is it free? = Yes")
    await chat.says("/faq edit free")
    await chat.taps("The answer")
    assert progress(chat) == [""]
    assert "Back" not in chat.labels()


@pytest.mark.parametrize("word", ["/back", "back", "戻る", "／もどる"])
async def test_back_asks_the_question_before_again(chat: OwnerChat, word: str) -> None:
    await chat.says("/faq add")
    await chat.says("Is it fre?")
    assert chat.labels() == ["Back", "Cancel"]
    assert await chat.says(word) == [ASKS_QUESTION]
    await chat.says("Is it free?")
    assert await chat.says("Yes.") == ["Learned: Is it free?"]


async def test_at_the_first_question_there_is_nothing_before(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    assert await chat.says("/back") == ["This is the first question. To stop, tap “Cancel”.", ASKS_QUESTION]
    await chat.says("/cancel")
    assert await chat.says("/back") == ["I am not asking you anything at the moment."]


async def test_back_tapped_twice_goes_back_once(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    await chat.says("Is it free?")
    assert await chat.posts("back:faq.add/answer") == [ASKS_QUESTION]
    assert await chat.posts("back:faq.add/answer") == [OVER, ASKS_QUESTION]


async def test_an_old_cancel_button_does_not_stop_another_dialogue(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    await chat.says("/doc add")
    assert await chat.posts("cancel:faq.add") == [OVER, "What is the document called?"]
    assert await chat.posts("cancel:doc.add") == ["Stopped. Nothing was changed."]
    assert await chat.posts("cancel:doc.add") == ["There is nothing to stop."]


async def test_a_line_a_week_later_is_not_taken_for_the_answer(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    await chat.says("Is it free?")
    chat.core.clock.advance(timedelta(days=7, seconds=1))
    assert await chat.says("Good morning") == [LONG_AGO, ASKS_ANSWER]
    assert chat.labels() == ["Continue", "Cancel"]
    assert await chat.taps("Continue") == [ASKS_ANSWER]
    assert await chat.says("Yes.") == ["Learned: Is it free?"]


async def test_just_within_the_week_it_still_is(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    await chat.says("Is it free?")
    chat.core.clock.advance(timedelta(days=7))
    assert await chat.says("Yes.") == ["Learned: Is it free?"]


async def test_a_command_a_week_later_is_done_without_the_old_question(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    chat.core.clock.advance(timedelta(days=8))
    assert await chat.says("/alerts") == ["No questions are waiting for you."]
    await chat.says("hello")
    assert await chat.taps("Cancel") == ["Stopped. Nothing was changed."]
