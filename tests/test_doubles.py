"""A new entry that asks the same as another: its owner is asked in LINE, wherever the entry comes from."""

from collections.abc import AsyncIterator

import pytest
from asking import Visitor
from owner_chat import OwnerChat
from proposals_heard import Heard
from taking_over import taken_over, writes
from visitors import VisitorSide, visitor_side

from handlers.chat.incoming import TookBack, Wrote
from handlers.entries.doubles import AsksTheSame, Chosen, DoubleWay
from handlers.entries.faqs import LONGEST_ANSWER
from knowledge.errors import BadInput
from knowledge.store.database import Database, outside_transactions

TRIAL, FREE = "Is there a trial?", "Yes, fourteen days."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


@pytest.fixture
async def visitors(db: Database, chat: OwnerChat) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db, clock=chat.core.clock) as side:
        yield side


async def entries(chat: OwnerChat) -> list[tuple[str, str]]:
    return [(each.question, each.answer) for each in await chat.core.faqs.list((await chat.app()).scope)]


async def asked_in_chat(chat: OwnerChat) -> Heard:
    """The question as it stands in the chat, old beside new."""
    heard = Heard.of(chat.last)
    assert heard.title == "An entry already asks the same. What should I do?"
    return heard


async def test_the_same_question_with_another_answer_is_asked_about_with_both_beside_each_other(
    chat: OwnerChat,
) -> None:
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    [words] = await chat.says("/faq add is there a TRIAL = No, never.")
    assert f"“{TRIAL}” asks the same but answers it differently." in words
    heard = await asked_in_chat(chat)
    assert (heard.rows["The answer, before"], heard.rows["The answer, after"]) == (FREE, "No, never.")
    assert chat.labels() == ["Replace it", "Keep both", "Discard"]
    assert await entries(chat) == [(TRIAL, FREE)]


async def test_replaced_the_old_wording_still_leads_there(chat: OwnerChat) -> None:
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    await chat.says("/faq add is there a trial = No, never.")
    await chat.taps("Replace it")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert (entry.question, entry.answer, entry.phrasings) == ("is there a trial", "No, never.", (TRIAL,))


async def test_kept_both_there_are_two(chat: OwnerChat) -> None:
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    await chat.says(f"/faq add {TRIAL} = No, never.")
    await chat.taps("Keep both")
    assert await entries(chat) == [(TRIAL, FREE), (TRIAL, "No, never.")]


async def test_where_the_answers_agree_it_may_become_another_way_to_ask(chat: OwnerChat) -> None:
    await chat.says("/faq add How can I cancel? = In the settings.")
    await chat.says("/faq add How do I cancel? = In the settings!!")
    assert chat.labels() == ["Another way to ask", "Replace it", "Keep both", "Discard"]
    await chat.taps("Another way to ask")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert (entry.answer, entry.phrasings) == ("In the settings.", ("How do I cancel?",))


@pytest.mark.parametrize("label", ["Replace it", "Keep both"])
async def test_a_tap_counts_once(chat: OwnerChat, label: str) -> None:
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    await chat.says(f"/faq add {TRIAL} = No, never.")
    heard = Heard.of(chat.last)
    await heard.taps(chat, label)
    once = await entries(chat)
    assert await heard.taps(chat, label) == ["This has been changed already."]
    assert await entries(chat) == once


async def test_an_entry_changed_meanwhile_is_asked_about_anew_and_nothing_written_is_lost(chat: OwnerChat) -> None:
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    await chat.says(f"/faq add {TRIAL} = No, never.")
    heard, scope = Heard.of(chat.last), (await chat.app()).scope
    [entry] = await chat.core.faqs.list(scope)
    await chat.core.faqs.edit(scope, entry.id, TRIAL, "Yes, thirty days.")
    await heard.taps(chat, "Replace it")
    again = await asked_in_chat(chat)
    assert (again.rows["The answer, before"], again.rows["The answer, after"]) == ("Yes, thirty days.", "No, never.")
    await chat.core.faqs.remove(scope, entry.id)
    await again.taps(chat, "Replace it")
    assert Heard.of(chat.last).title == "Teach me this?"
    await chat.taps("Apply")
    assert await entries(chat) == [(TRIAL, "No, never.")]


async def test_a_long_answer_is_kept_whole_while_it_is_asked_about(chat: OwnerChat) -> None:
    long = "No. " + "x" * (LONGEST_ANSWER - 5)
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    await chat.says(f"/faq add {TRIAL} = {long}")
    await chat.taps("Replace it")
    assert await entries(chat) == [(TRIAL, long)]


async def test_the_dialogue_asks_too(chat: OwnerChat) -> None:
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    await chat.says("/faq add")
    await chat.says(TRIAL)
    await chat.says("No, never.")
    await asked_in_chat(chat)
    await chat.taps("Discard")
    assert await entries(chat) == [(TRIAL, FREE)]


async def test_other_questions_are_learned_without_a_word(chat: OwnerChat) -> None:
    for question, answer in (
        ("How do I turn on notifications?", "Settings, On."),
        ("How do I turn off notifications?", "Settings, Off."),
        ("月額プランの料金は？", "月額300円です。"),
        ("年額プランの料金は？", "年額3,000円です。"),
    ):
        assert await chat.says(f"/faq add {question} = {answer}") == [f"Learned: {question}"]


async def test_the_same_words_once_more_are_there_once(chat: OwnerChat) -> None:
    for _ in range(2):
        assert await chat.says(f"/faq add {TRIAL} = {FREE}") == [f"Learned: {TRIAL}"]
    assert await entries(chat) == [(TRIAL, FREE)]


async def test_a_gap_that_is_answered_asks_and_is_closed_by_the_answer(chat: OwnerChat) -> None:
    await Visitor(chat).asks_in_vain("Is there a trial for teams?")
    await chat.core.learning.round()
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    await chat.says("/gaps")
    await chat.taps("Write an answer")
    await chat.says(TRIAL)
    await chat.says("No, never.")
    await asked_in_chat(chat)
    assert len(await chat.core.gaps.list_open((await chat.app()).scope)) == 1
    await chat.taps("Replace it")
    assert await entries(chat) == [(TRIAL, "No, never.")]
    assert await chat.core.gaps.list_open((await chat.app()).scope) == []


async def test_an_answered_alert_asks_and_is_saved_once(chat: OwnerChat, visitors: VisitorSide) -> None:
    await writes(visitors, await chat.app(), TRIAL)
    await chat.says("/alerts")
    await chat.taps("Answer")
    await chat.says("No, never.")
    said = chat.last
    await chat.core.faqs.add((await chat.app()).scope, TRIAL, FREE)
    chat.last = said
    await chat.taps("Save as FAQ")
    await asked_in_chat(chat)
    await chat.taps("Keep both")
    assert await entries(chat) == [(TRIAL, FREE), (TRIAL, "No, never.")]
    chat.last = said
    assert await chat.taps("Save as FAQ") == ["This answer is already saved as FAQ."]


async def test_an_answer_kept_from_a_takeover_asks(chat: OwnerChat, visitors: VisitorSide) -> None:
    await taken_over(visitors, chat, TRIAL)
    await chat.says("No, never again.")
    await chat.core.faqs.add((await chat.app()).scope, TRIAL, FREE)
    await chat.says("/end")
    await chat.taps("See my answers")
    await chat.taps("Save as FAQ")
    await asked_in_chat(chat)
    await chat.taps("Replace it")
    assert await entries(chat) == [(TRIAL, "No, never again.")]


async def test_another_way_to_ask_is_refused_where_the_answers_differ(chat: OwnerChat) -> None:
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    scope = (await chat.app()).scope
    [entry] = await chat.core.faqs.list(scope)
    new = chat.core.areas.entries.new
    with pytest.raises(AsksTheSame):
        await new.keep(scope, TRIAL, "No, never.")
    with pytest.raises(BadInput, match="answers it differently"):
        await new.keep(scope, TRIAL, "No, never.", Chosen(DoubleWay.PHRASING, entry.id))
    assert await entries(chat) == [(TRIAL, FREE)]


async def test_a_message_taken_back_takes_the_question_along(chat: OwnerChat) -> None:
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    wrote = Wrote(chat.person, chat.core.clock.now(), f"/faq add {TRIAL} = No, never.", lang="en", message="m7")
    await chat.does(wrote)
    heard = await asked_in_chat(chat)
    await chat.does(TookBack(chat.person, chat.core.clock.now(), "m7", lang="en"))
    assert (await heard.taps(chat, "Replace it"))[0].startswith("This proposal is too old.")
    assert await entries(chat) == [(TRIAL, FREE)]


async def test_what_looks_for_doubles_has_no_part_in_the_transaction(chat: OwnerChat) -> None:
    """It begins work that goes on when the transaction is over."""
    scope = (await chat.app()).scope

    async def add_and_look() -> int:
        await chat.core.faqs.add(scope, TRIAL, FREE)
        return len(await outside_transactions(chat.core.faqs.list(scope)))

    assert await chat.core.db.transaction(add_and_look) == 0
    assert await entries(chat) == [(TRIAL, FREE)]


async def test_an_answer_that_differs_by_a_mark_is_another_one(chat: OwnerChat) -> None:
    await chat.says("/faq add How much fits? = 15 GB")
    await chat.says("/faq add How much fits? = 1.5 GB")
    await asked_in_chat(chat)
