"""P14: what an owner unsends in LINE goes from wherever it was kept as said."""

from datetime import UTC, datetime
from typing import Any

import pytest
from mimi import Mimi

from bot.embedded.line_simulator.events import event as line_event
from bot.line import events
from handlers.chat.incoming import TookBack

SECRET = "canary-4711"


async def anywhere(mimi: Mimi, words: str) -> list[str]:
    """The collections in which these words stand."""
    names = await mimi.database.raw.list_collection_names()
    return [name for name in names if words in str(await mimi.database.raw[name].find({}).to_list(None))]


async def asked_by_a_visitor(mimi: Mimi) -> str:
    """A visitor's question that waits for the owner; the visitor's key."""
    await mimi.sign_up()
    assert mimi.claude
    mimi.claude.will_not_know("May I bring an elephant?")
    answer = await mimi.visitor_asks("May I bring an elephant?")
    await mimi.settled()
    return answer.key


async def unsent(mimi: Mimi, message: str) -> None:
    await mimi.owner.unsend(message)
    await mimi.settled()


@pytest.mark.parametrize("quoting", [True, False], ids=["quoted", "by the button"])
async def test_an_answer_taken_back_goes_from_the_chat_and_the_alert(mimi: Mimi, quoting: bool) -> None:
    key = await asked_by_a_visitor(mimi)
    alert = next(item for item in reversed(mimi.owner.chat) if item.from_bot)
    if not quoting:
        await mimi.owner_taps("Answer", 2)
    said = await mimi.owner.say(f"Yes, {SECRET}", alert.id if quoting else None)
    await mimi.owner.replies()
    await mimi.settled()
    assert set(await anywhere(mimi, SECRET)) == {"messages", "alerts"}
    await unsent(mimi, said.id)
    assert await anywhere(mimi, SECRET) == []
    async with mimi.visitor_listens(key) as stream:
        told = [event async for event in until_owner(stream)]
    assert told[-1].data["text"] == "(The owner unsent this message.)"
    assert await mimi.owner_taps("Save as FAQ") == ["You unsent this answer, so there is nothing to save."]


async def until_owner(stream: Any) -> Any:
    async for event in stream:
        yield event
        if event.name == "owner":
            return


async def test_a_dialogue_that_holds_the_words_ends(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add")
    said = await mimi.owner.say(f"{SECRET}?")
    await mimi.owner.replies()
    await mimi.settled()
    assert await anywhere(mimi, SECRET) == ["dialogues"]
    await unsent(mimi, said.id)
    assert await anywhere(mimi, SECRET) == []
    assert await mimi.owner_says("/cancel") == ["There is nothing to stop."]


async def test_a_dialogue_begun_with_the_words_ends_too(mimi: Mimi) -> None:
    await mimi.sign_up()
    said = await mimi.owner.say(f"/faq add {SECRET}?")
    await mimi.owner.replies()
    await unsent(mimi, said.id)
    assert await anywhere(mimi, SECRET) == []


async def test_another_dialogue_goes_on(mimi: Mimi) -> None:
    await mimi.sign_up()
    said = await mimi.owner.say(f"/faq add {SECRET}?")
    await mimi.owner.replies()
    await mimi.owner_says("/cancel")
    await mimi.owner_says("/faq add Price?")
    await unsent(mimi, said.id)
    assert await mimi.owner_says("Free") == ["Learned: Price?"]


async def test_what_was_published_from_a_message_stays(mimi: Mimi) -> None:
    """An entry is the owner's knowledge, changed by the commands for it."""
    await mimi.sign_up()
    said = await mimi.owner.say("/faq add Price? = Free")
    await mimi.owner.replies()
    await unsent(mimi, said.id)
    assert await mimi.database.collection("faqs").count({"question": "Price?"}) == 1


async def test_a_parked_event_loses_its_words(mimi: Mimi) -> None:
    await mimi.sign_up()
    said = mimi.owner.compose(f"/faq add {SECRET}? = Yes")
    assert await mimi.line.deliver([said]) == 200
    await mimi.settled()
    await mimi.database.collection("inbox").update_one(
        {"_id": said["webhookEventId"]}, {"$set": {"state": "parked", "event": str(said)}}
    )
    await mimi.database.collection("faqs").delete_many({})
    assert await anywhere(mimi, SECRET) == ["inbox"]
    await unsent(mimi, said["message"]["id"])
    assert await anywhere(mimi, SECRET) == []


async def test_a_stranger_who_takes_a_message_back_is_not_written_to(mimi: Mimi) -> None:
    stranger = mimi.line.person("Sora", "en")
    said = await stranger.say("Hello")
    await stranger.replies()
    before = len(stranger.chat)
    await stranger.unsend(said.id)
    await mimi.settled()
    assert len(stranger.chat) == before


def test_an_unsend_event_names_the_message() -> None:
    now = datetime.now(UTC)
    event = line_event("unsend", "U" + "0" * 32, now, unsend={"messageId": "325708"})
    assert events.to_incoming(event, now, "ja") == TookBack("U" + "0" * 32, now, "325708")
