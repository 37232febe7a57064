"""What ends an owner's talk with a visitor, and what becomes of what was asked and answered in it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from claude_standin import ClaudeStandIn
from owner_chat import OwnerChat
from taking_over import said, taken_over, writes
from visitors import VisitorSide, claude_model, visitor_side

from handlers.alerts.cards import ANSWER_ALERT, BEGIN_TALK
from handlers.conversations.takeovers import IDLE
from handlers.messages import Text
from handlers.outgoing import from_body
from knowledge.store.database import Database


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


@pytest.fixture
async def visitors(db: Database, chat: OwnerChat) -> AsyncIterator[VisitorSide]:
    """The visitor's side, at the owner's time."""
    async with visitor_side(db, clock=chat.core.clock) as side:
        yield side


async def test_handing_everything_back_on_the_web_ends_the_question_who_a_line_is_for(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    one = await taken_over(visitors, chat, "First question?")
    two = await taken_over(visitors, chat, "Second question?")
    assert await chat.says("Just a moment") == ["Who is this for?"]
    owner = (await chat.owner()).scope
    await visitors.takeovers.end(owner, one.conversation_id)
    assert (await chat.says("Hello?"))[0].startswith("I still have your earlier message")
    await visitors.takeovers.end(owner, two.conversation_id)
    assert await chat.says("Well, well") == ["I did not quite get that. What would you like to do?"]


async def test_half_an_hour_of_silence_hands_it_back_and_what_waits_is_not_lost(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    chat.core.clock.advance(IDLE - timedelta(seconds=1))
    await chat.says("Still here")
    chat.core.clock.advance(IDLE - timedelta(seconds=1))
    assert await chat.core.takeovers.end_idle() == 0
    await writes(visitors, app, "Are you there?", accepted.key)
    chat.core.clock.advance(timedelta(seconds=1))
    ended = await asyncio.gather(chat.core.takeovers.end_idle(), visitors.takeovers.end_idle())
    assert sum(ended) == 1
    assert (await said(visitors, app, accepted.key))[-1] == ("presence", "left")
    assert "Are you there?" in (await chat.says("/alerts"))[1]
    assert await chat.says("Too late") == ["I did not quite get that. What would you like to do?"]


async def test_a_visitor_who_deletes_the_conversation_ends_it_and_the_owner_hears(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    await writes(visitors, app, "Forget me", accepted.key)
    await visitors.conversations.delete(app, accepted.key)
    row = await chat.pushed("m1")
    assert [each.text for each in from_body(row.body) if isinstance(each, Text)] == [
        "A: The visitor deleted this conversation."
    ]
    assert await chat.says("/talks") == ["You are not talking with any visitor at the moment."]
    assert await chat.presses(BEGIN_TALK(accepted.conversation_id)) == [
        "This conversation no longer exists: the visitor deleted it, or its retention period is over."
    ]


async def test_an_owner_who_blocks_mimi_leaves_every_conversation(visitors: VisitorSide, chat: OwnerChat) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    await chat.blocks()
    assert (await said(visitors, app, accepted.key))[-1] == ("presence", "left")


async def test_words_for_a_conversation_that_was_handed_back_reach_nobody_and_that_is_said(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    await chat.pushed("alert")
    await writes(visitors, app, "Hi", accepted.key)
    await chat.pushed("m1")
    await chat.says("/end")
    [sentence] = await chat.says("Late words", quoting="m1")
    assert sentence.startswith("That conversation is back with mimi, so nobody got this.")
    assert ("owner", "Late words") not in await said(visitors, app, accepted.key)
    await chat.taps("Talk again")
    assert await chat.says("Now", quoting="m1") == ["A: sent"]


async def test_questions_talked_about_wait_no_longer(visitors: VisitorSide, chat: OwnerChat) -> None:
    accepted = await taken_over(visitors, chat)
    (alert,) = await chat.core.alerts.list_open((await chat.owner()).scope)
    assert alert.conversation_id == accepted.conversation_id
    await chat.says("Yes, in the settings, under Display.")
    await chat.says("/end")
    assert await chat.says("/alerts") == ["No questions are waiting for you."]
    assert await chat.presses(ANSWER_ALERT(alert.id)) == ["You have already talked about this with the visitor."]


async def test_a_question_nobody_talked_about_still_waits(visitors: VisitorSide, chat: OwnerChat) -> None:
    await taken_over(visitors, chat)
    await chat.says("/end")
    assert (await chat.says("/alerts"))[0] == "Open questions: 1"


async def test_what_was_answered_becomes_faq_entries_once(visitors: VisitorSide, chat: OwnerChat) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    await chat.says("Hello!")
    await writes(visitors, app, "I am a.b@example.com. Can I print?", accepted.key)
    await chat.says("Yes, choose Share and then Print.")
    await chat.says("/end")
    await chat.taps("See my answers")
    offered = chat.last
    assert chat.labels() == ["Save as FAQ", "Edit and save"]
    assert (await chat.taps("Save as FAQ"))[0].startswith("Learned: I am [hidden for privacy]. Can I print?")
    chat.last = offered
    assert await chat.taps("Save as FAQ") == ["This answer is already saved as FAQ."]
    [entry] = await chat.core.faqs.list(app.scope)
    assert entry.answer == "Yes, choose Share and then Print."


async def test_what_was_asked_much_like_an_entry_becomes_a_way_to_ask_it(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    app = await chat.app()
    await chat.says("/faq add How can I print my notes? = Share, then Print.")
    accepted = await taken_over(visitors, chat)
    await writes(visitors, app, "print my notes at a.b@example.com", accepted.key)
    await chat.says("Yes, choose Share and then Print.")
    await chat.says("/end")
    await chat.taps("See my answers")
    assert chat.labels() == ["Add to that entry", "Edit and add", "Save as FAQ", "Edit and save"]
    done = await chat.taps("Add to that entry")
    assert done[0] == "From now on this is another way to ask “How can I print my notes?”."
    [entry] = await chat.core.faqs.list(app.scope)
    assert entry.phrasings == ("print my notes at [hidden for privacy]",)
    assert await chat.says("/talks") == ["You are not talking with any visitor at the moment."]


async def test_mimi_knows_afterwards_what_the_owner_said_but_not_that_they_came(
    db: Database, chat: OwnerChat, claude: ClaudeStandIn
) -> None:
    async with claude_model(claude) as model, visitor_side(db, model, clock=chat.core.clock) as visitors:
        app = await chat.app()
        accepted = await taken_over(visitors, chat)
        await chat.says("The price is 300 yen.")
        await chat.says("/end")
        await writes(visitors, app, "What was the price?", accepted.key)
    said_before = [block["text"] for turn in claude.requests[-1].body["messages"] for block in turn["content"][-1:]]
    assert "The price is 300 yen." in str(said_before)
    assert "The owner" not in str(said_before)
