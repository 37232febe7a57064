"""Conversations read, searched and deleted by their owner in chat; nobody else reaches them."""

from datetime import timedelta

import pytest
from owner_chat import OwnerChat
from visitors import VisitorSide

from knowledge.store.database import Database

GONE = "This conversation no longer exists: the visitor deleted it, or its retention period is over."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/faq add Is it free? = Yes, it is free.")
    return chat


async def ask(chat: OwnerChat, visitors: VisitorSide, text: str, key: str = "") -> str:
    visitors.clock.advance(timedelta(seconds=20))  # as people write
    accepted, _told = await visitors.ask(await chat.app(), text, key)
    chat.core.clock.advance(visitors.clock.now() - chat.core.clock.now())
    return accepted.key


async def test_the_latest_come_first_and_can_be_read(chat: OwnerChat, visitors: VisitorSide) -> None:
    assert await chat.says("/conversations") == ["Nobody has talked with me about Hitsuji yet."]
    await ask(chat, visitors, "Is it free?")
    await ask(chat, visitors, "Does it sync?")
    summary, first, second = await chat.says("/会話")
    assert summary == "Hitsuji: 2 conversations, page 1 of 1"
    assert first.startswith("Does it sync?")
    assert second.startswith("Is it free?")
    assert "Messages: 2" in first
    began, said = await chat.taps("Read")
    assert began.startswith("From ")
    assert said.startswith("Visitor: Does it sync?\n\nmimi: ")


async def test_long_conversations_are_read_in_pieces(chat: OwnerChat, visitors: VisitorSide) -> None:
    key = ""
    for number in range(8):
        key = await ask(chat, visitors, f"Question {number}?", key)
    await chat.says("/conversations")
    _began, said = await chat.taps("Read")
    assert said.startswith("Visitor: Question 2?")
    _began, said = await chat.taps("Earlier")
    assert said.startswith("Visitor: Question 0?")
    assert "Question 2?" not in said
    assert "Earlier" not in chat.labels()


@pytest.mark.parametrize("words", ["sync", "SYNC", "does sync"])
async def test_words_find_conversations(chat: OwnerChat, visitors: VisitorSide, words: str) -> None:
    await ask(chat, visitors, "Is it free?")
    await ask(chat, visitors, "Does it sync?")
    summary, *found = await chat.says(f"/conversations find {words}")
    assert summary == f"Conversations with “{words}”"
    assert len(found) == 1


@pytest.mark.parametrize("words", [".*", "(a+)+$", "[", "sync free", "\\"])
async def test_words_are_words_and_no_patterns(chat: OwnerChat, visitors: VisitorSide, words: str) -> None:
    """S26"""
    await ask(chat, visitors, "Is it free?")
    await ask(chat, visitors, "Does it sync?")
    assert await chat.says(f"/conversations find {words}") == [f"No conversation contains “{words}”."]


async def test_personal_information_stays_in_the_conversation(chat: OwnerChat, visitors: VisitorSide) -> None:
    await ask(chat, visitors, "My number is 03-1234-5678, is it free?")
    lines = await chat.says("/conversations")
    lines += await chat.taps("Read")
    assert not any("1234" in line for line in lines)
    assert any("is it free" in line for line in lines)


async def test_deleting_asks_first_and_happens_once(chat: OwnerChat, visitors: VisitorSide) -> None:
    key = await ask(chat, visitors, "Is it free?")
    await chat.says("/conversations")
    await chat.taps("Delete")
    asked = chat.last
    assert await chat.taps("Keep") == ["Kept."]
    chat.last = asked
    assert (await chat.taps("Delete"))[0].endswith("has been deleted.")
    assert await visitors.conversations.find(await chat.app(), key) is None
    assert await chat.core.db.collection("messages").count({}) == 0
    chat.last = asked
    assert await chat.taps("Delete") == [GONE]


async def test_another_owner_neither_reads_nor_deletes_it(chat: OwnerChat, visitors: VisitorSide) -> None:
    """S39"""
    await ask(chat, visitors, "Is it free?")
    await chat.says("/conversations")
    conversation = (await chat.core.db.collection("conversations").find({}))[0]["_id"]
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    for verb in ("conversation.read", "conversation.delete", "conversation.delete_now", "conversation.keep"):
        assert await other.posts(f"{verb}:{conversation}") == [GONE]
    app = await chat.app()
    assert await other.posts(f"conversation.list:1:{app.id}") == ["That app does not exist."]
    assert (await other.says("/conversations find free"))[0].startswith("No conversation contains")
    assert await chat.core.db.collection("messages").count({}) == 2
