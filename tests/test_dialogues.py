"""A question at a time: cancelled anywhere, kept over a restart, one at a time."""

import pytest
from owner_chat import Core, OwnerChat

from knowledge.store.database import Database
from knowledge.store.inbox.dialogues import Dialogue, DialogueRepository

ASKS_QUESTION = "What do visitors ask? Write one question."
ASKS_ANSWER = "And what should I answer?"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def test_a_dialogue_goes_on_after_a_restart(chat: OwnerChat) -> None:
    assert await chat.says("/faq add") == [ASKS_QUESTION]
    chat.core = Core(chat.core.db, chat.core.clock)
    assert await chat.says("Is it free?") == [ASKS_ANSWER]
    chat.core = Core(chat.core.db, chat.core.clock)
    assert await chat.says("Yes.") == ["Learned: Is it free?"]


@pytest.mark.parametrize("word", ["/cancel", "cancel", "やめる", "キャンセル", "／やめる", "CANCEL"])
@pytest.mark.parametrize("answers", [[], ["Is it free?"]])
async def test_cancel_ends_it_at_any_question(chat: OwnerChat, word: str, answers: list[str]) -> None:
    await chat.says("/faq add")
    for answer in answers:
        await chat.says(answer)
    assert await chat.says(word) == ["Stopped. Nothing was changed."]
    assert await chat.says(word) == ["There is nothing to stop."]
    assert await chat.core.faqs.count((await chat.app()).scope) == 0


async def test_every_question_can_be_stopped_by_a_tap(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    assert chat.labels() == ["Cancel"]
    assert await chat.taps("Cancel") == ["Stopped. Nothing was changed."]


async def test_a_command_in_between_is_done_and_the_question_asked_again(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    await chat.says("Is it free?")
    replies = await chat.says("/alerts")
    assert replies == ["No questions are waiting for you.", ASKS_ANSWER]
    assert await chat.says("Yes.") == ["Learned: Is it free?"]


async def test_a_bare_word_is_an_answer_even_if_a_command_is_called_so(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    assert await chat.says("help") == [ASKS_ANSWER]


async def test_words_that_begin_with_a_slash_can_be_an_answer(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    await chat.says("Where are the settings?")
    assert await chat.says("/home/settings") == ["Learned: Where are the settings?"]


async def test_another_dialogue_comes_first_and_what_was_written_is_kept(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    await chat.says("Is it free?")
    assert await chat.says("/doc add") == ["What is the document called?"]
    await chat.says("Terms")
    assert await chat.says("No refunds.") == ["Learned the document “Terms”.", ASKS_ANSWER]
    assert await chat.says("Yes.") == ["Learned: Is it free?"]


async def test_a_whole_line_ends_the_dialogue_under_way(chat: OwnerChat) -> None:
    await chat.says("/doc add")
    assert await chat.says("/faq add Is it free? = Yes.") == ["Learned: Is it free?"]
    assert await chat.says("/cancel") == ["There is nothing to stop."]


async def test_a_line_that_is_refused_leaves_the_dialogue_under_way(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    refused, asked = await chat.says("/faq add Is it free? =")
    assert (refused != ASKS_QUESTION, asked) == (True, ASKS_QUESTION)
    assert await chat.says("Is it free?") == [ASKS_ANSWER]


async def test_an_answer_that_cannot_be_kept_is_asked_for_again(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    assert await chat.says(" 　 ") == ["There is nothing in it yet. Please write something.", ASKS_QUESTION]
    assert await chat.says("a" * 301) == ["That is 301 characters. The limit here is 300.", ASKS_QUESTION]
    assert await chat.says("a" * 300) == [ASKS_ANSWER]


async def test_a_sticker_in_between_loses_nothing(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    assert (await chat.sends_sticker())[-1] == ASKS_QUESTION


async def test_an_answering_button_of_another_question_does_nothing(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    assert await chat.posts("say:app.new/handle:hitsuji") == ["That question is no longer open.", ASKS_QUESTION]
    assert await chat.says("Is it free?") == [ASKS_ANSWER]


async def test_a_dialogue_this_version_does_not_know_is_dropped(chat: OwnerChat) -> None:
    scope = (await chat.owner()).scope
    await DialogueRepository(chat.core.db).put(scope, Dialogue("gone", "step", chat.core.clock.now()))
    assert await chat.says("well, well") == ["I did not quite get that. What would you like to do?"]


async def test_two_owners_dialogues_do_not_mix(chat: OwnerChat) -> None:
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    await chat.says("/faq add")
    assert await other.says("Is it free?") == ["I did not quite get that. What would you like to do?"]
    assert await chat.says("Is it free?") == [ASKS_ANSWER]
