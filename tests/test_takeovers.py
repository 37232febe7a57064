"""An owner talks with visitors in mimi's place: told apart, and never answered by mimi meanwhile."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

import pytest
from owner_chat import OwnerChat
from taking_over import said, taken_over, writes
from visitors import VisitorSide, visitor_side

from handlers.alerts.cards import BEGIN_TALK
from handlers.answers.answers import with_owner
from handlers.conversations.takeover_news import END_TALK, PACE
from handlers.conversations.takeovers import LETTERS
from handlers.messages import Notice, Opened, OwnerPresent, OwnerSaid, Text, VisitorMessage
from handlers.outgoing import from_body
from knowledge.errors import MimiError, NotFound
from knowledge.store.conversations.messages import Presence, Role
from knowledge.store.database import Database

CAME = "The owner has joined this chat. From here on a person answers you, not mimi."

LEFT = "The owner has left. From here on mimi answers again."


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


async def test_the_owner_talks_and_mimi_is_silent_until_it_is_handed_back(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    assert chat.labels() == ["Hand back to mimi", "Hand back to mimi", "All my chats"]
    assert await chat.says("Hello, I made this app.") == ["A: sent"]
    await writes(visitors, app, "Oh, hello!", accepted.key)
    assert await chat.taps("Hand back to mimi") == ["A: mimi answers there again. Save your answers as FAQ?"]
    mimi_said = (await said(visitors, app, accepted.key))[1]
    assert await said(visitors, app, accepted.key) == [
        ("visitor", "Is there a dark mode?"),
        mimi_said,
        ("presence", "came"),
        ("owner", "Hello, I made this app."),
        ("visitor", "Oh, hello!"),
        ("presence", "left"),
    ]
    after = await writes(visitors, app, "And now?", accepted.key)
    assert after.answer_id


async def test_the_visitor_is_told_live_who_speaks(visitors: VisitorSide, chat: OwnerChat) -> None:
    app = await chat.app()
    accepted = await writes(visitors, app, "Is there a dark mode?")
    conversation = await visitors.conversations.by_key(app, accepted.key)
    async with asyncio.timeout(60), aclosing(visitors.feed.events(app, accepted.key, str(conversation.seq))) as stream:
        following = asyncio.create_task(anext(stream))
        await chat.presses(BEGIN_TALK(accepted.conversation_id))
        came = (await following).event
        await chat.says("Hello!")
        words = await anext(stream)
        await chat.says("/end")
        left = (await anext(stream)).event
    assert isinstance(came, OwnerPresent)
    assert isinstance(left, OwnerPresent)
    assert isinstance(words.event, OwnerSaid)
    assert (came.state, came.text, words.event.text) == (Presence.CAME, CAME, "Hello!")
    assert (left.state, left.text) == (Presence.LEFT, LEFT)
    async with asyncio.timeout(60), aclosing(visitors.feed.events(app, accepted.key, words.cursor)) as stream:
        assert (await anext(stream)).event == left


async def test_a_message_in_a_takeover_is_kept_once_and_told_the_owner(visitors: VisitorSide, chat: OwnerChat) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    await chat.pushed("m0")
    message = VisitorMessage(str(uuid.uuid4()), "Call me: 090-1234-5678", accepted.key, lang="en")
    first = await visitors.answers.accept(app, message)
    again = await visitors.answers.accept(app, message)
    assert (first.answer_id, again.answer_id, again.repeated) == ("", "", True)
    assert again.message_id == first.message_id
    events = [sent.event for sent in await visitors.read(app, first)]
    assert events == [Opened(accepted.key, "en"), with_owner()]
    row = await chat.pushed("m1")
    [told] = from_body(row.body)
    assert isinstance(told, Text)
    assert str(told.text).startswith("A: Call me: [hidden for privacy]")
    assert "090" not in str(row.body)
    assert await chat.says("I will.", quoting="m1") == ["A: sent"]


def texts_of(body: Mapping[str, Any]) -> list[str]:
    return [str(each.text) for each in from_body(body) if isinstance(each, Text)]


async def test_what_a_visitor_writes_in_a_row_travels_in_one_push(visitors: VisitorSide, chat: OwnerChat) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    await chat.pushed("m0")
    for text in ("One", "Two", "Three"):
        await writes(visitors, app, text, accepted.key)
        if text == "One":
            first = await chat.pushed("m1")
    chat.core.clock.advance(PACE)
    rest = await chat.pushed("m2")
    assert texts_of(first.body) == ["A: One"]
    assert texts_of(rest.body) == ["A: Two", "A: Three"]


async def test_several_visitors_are_told_apart_by_what_is_quoted(visitors: VisitorSide, chat: OwnerChat) -> None:
    app = await chat.app()
    one = await taken_over(visitors, chat, "First question?")
    await chat.pushed("alert of the first")
    two = await taken_over(visitors, chat, "Second question?")
    await chat.pushed("alert of the second")
    await writes(visitors, app, "from one", one.key)
    await chat.pushed("words of the first")
    assert await chat.says("to two", quoting="alert of the second") == ["Sent to the visitor. Save it as FAQ?"]
    assert await chat.says("to one", quoting="words of the first") == ["A: sent"]
    assert ("owner", "to one") in await said(visitors, app, one.key)
    assert ("owner", "to two") in await said(visitors, app, two.key)
    assert ("owner", "to two") not in await said(visitors, app, one.key)


async def test_without_a_quote_mimi_asks_who_it_is_for_and_keeps_the_words(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    app = await chat.app()
    one = await taken_over(visitors, chat, "First question?")
    two = await taken_over(visitors, chat, "Second question?")
    assert await chat.says("Just a moment") == ["Who is this for?"]
    assert chat.labels() == ["A: First question?", "B: Second question?", "Cancel"]
    asked = chat.last
    assert (await chat.says("Hello?"))[0].startswith("I still have your earlier message")
    chat.last = asked
    assert await chat.taps("B: Second question?") == ["B: sent"]
    assert [words for who, words in await said(visitors, app, two.key) if who == "owner"] == ["Just a moment"]
    assert [words for who, words in await said(visitors, app, one.key) if who == "owner"] == []


async def test_commands_are_still_commands_and_bare_words_are_for_the_visitor(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    assert (await chat.says("/help"))[0].startswith("Tell me what you would like in your own words")
    assert await chat.says("/no such thing") == ["I do not know this command. /help shows what I understand."]
    assert await chat.says("help") == ["A: sent"]
    assert [words for who, words in await said(visitors, app, accepted.key) if who == "owner"] == ["help"]


async def test_taking_over_twice_is_one_takeover_and_says_so_once(visitors: VisitorSide, chat: OwnerChat) -> None:
    app, owner = await chat.app(), (await chat.owner()).scope
    accepted = await writes(visitors, app, "Hi?")
    begin = chat.core.takeovers.begin
    both = await asyncio.gather(*(begin(owner, accepted.conversation_id) for _ in range(2)))
    assert [each.takeover.letter for each in both if each.takeover] == ["A", "A"]
    assert [who for who, _ in await said(visitors, app, accepted.key)].count("presence") == 1
    ends = [chat.core.takeovers.end(owner, accepted.conversation_id) for _ in range(2)]
    results = await asyncio.gather(*ends, return_exceptions=True)
    assert [isinstance(each, MimiError) for each in results].count(True) == 1
    assert [who for who, _ in await said(visitors, app, accepted.key)].count("presence") == 2


async def test_two_takeovers_that_begin_at_once_have_letters_of_their_own(
    visitors: VisitorSide, chat: OwnerChat
) -> None:
    app, owner = await chat.app(), (await chat.owner()).scope
    asked = [await writes(visitors, app, f"{number}?") for number in range(3)]
    await asyncio.gather(*(chat.core.takeovers.begin(owner, each.conversation_id) for each in asked))
    opened = await chat.core.takeovers.open(owner)
    assert [each.takeover.letter for each in opened if each.takeover] == list(LETTERS[:3])


async def test_a_pause_of_mimi_is_none_of_the_owner(visitors: VisitorSide, chat: OwnerChat) -> None:
    accepted = await taken_over(visitors, chat)
    other = await writes(visitors, await chat.app(), "Is it free?")
    await chat.says("/pause")
    app = await chat.app()
    assert app.paused
    await writes(visitors, app, "Are you there?", accepted.key)
    assert (await said(visitors, app, accepted.key))[-1] == ("visitor", "Are you there?")
    await writes(visitors, app, "Are you there?", other.key)
    assert (await said(visitors, app, other.key))[-1][1].startswith("I have passed your question to the owner.")


async def test_asking_for_the_owner_who_is_there_raises_no_alert(visitors: VisitorSide, chat: OwnerChat) -> None:
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    before = await chat.core.alerts.count_open((await chat.owner()).scope)
    notice = await visitors.answers.handoff(app, accepted.key)
    assert isinstance(notice, Notice)
    assert notice.code == "with_owner"
    assert await chat.core.alerts.count_open((await chat.owner()).scope) == before


async def test_an_owner_enters_no_conversation_of_another_owner(visitors: VisitorSide, chat: OwnerChat) -> None:
    """S39"""
    app = await chat.app()
    accepted = await taken_over(visitors, chat)
    await chat.pushed("alert")
    await writes(visitors, app, "Hi", accepted.key)
    await chat.pushed("m1")
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    gone = "This conversation no longer exists: the visitor deleted it, or its retention period is over."
    assert await other.presses(BEGIN_TALK(accepted.conversation_id)) == [gone]
    assert (await other.presses(END_TALK(accepted.conversation_id)))[0].startswith("You are no longer in that")
    assert await other.says("Mine", quoting="m1") == ["I did not quite get that. What would you like to do?"]
    with pytest.raises(NotFound):
        await chat.core.takeovers.say((await other.owner()).scope, accepted.conversation_id, "Mine")
    assert "owner" not in [who for who, _ in await said(visitors, app, accepted.key)]


async def test_no_more_conversations_than_a_person_can_follow(visitors: VisitorSide, chat: OwnerChat) -> None:
    app, owner = await chat.app(), (await chat.owner()).scope
    for number in range(len(LETTERS)):
        accepted = await writes(visitors, app, f"{number}?")
        await chat.core.takeovers.begin(owner, accepted.conversation_id)
    more = await writes(visitors, app, "One more?")
    [sentence] = await chat.presses(BEGIN_TALK(more.conversation_id))
    assert sentence == f"You are talking in {len(LETTERS)} conversations, which is the limit. Hand one back first."
    assert Role.PRESENCE not in [each.role for each in await visitors.feed.transcript(app, more.key)]
