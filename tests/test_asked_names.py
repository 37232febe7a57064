"""Doubtful names: their owner is asked right after saving, a few at a time and once, and the answer holds."""

import pytest
from owner_chat import OwnerChat

from handlers.messages import Cards
from knowledge.store.database import Database

ASKED = "Is this the name of a person to hide? I will not ask again."
CREDITS = "開発者: ヒホ"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up("Kotori", "kotori")
    return chat


def names_asked(chat: OwnerChat) -> list[str]:
    """The names on the cards of the question, if it is asked."""
    return [str(card.title) for reply in chat.last if isinstance(reply, Cards) for card in reply.cards]


async def redacted(chat: OwnerChat) -> str:
    entries = await chat.core.faqs.list((await chat.app()).scope)
    return "\n".join(entry.redacted_answer for entry in entries)


async def test_saving_asks_about_a_doubtful_name_with_both_answers_and_the_ways_on(chat: OwnerChat) -> None:
    said = await chat.says("/faq add Who said it? = As Knuth said, it depends.")
    assert said[:2] == ["Learned: Who said it?", "Visitors will not see: name"]
    assert ASKED in said
    assert names_asked(chat) == ["Knuth"]
    assert {"Yes, hide it", "No, show it", "Show what is hidden", "Add FAQ"} <= {*chat.labels()}
    assert "Knuth" not in await redacted(chat)
    assert await chat.taps("No, show it") == ["Visitors may now see: Knuth"]
    assert "As Knuth said" in await redacted(chat)


async def test_a_certain_name_is_hidden_without_a_question(chat: OwnerChat) -> None:
    said = await chat.says("/faq add Who? = Ask Jason Miller, 田中太郎 or 佐藤様.")
    assert said == ["Learned: Who?", "Visitors will not see: name"]


async def test_nobody_is_asked_about_twice_whether_they_were_answered_for_or_not(chat: OwnerChat) -> None:
    await chat.says("/faq add Who said it? = As Knuth said, it depends.")
    assert names_asked(chat) == ["Knuth"]
    await chat.says("/faq add And this? = As Knuth said, it was late.")
    assert names_asked(chat) == []
    [first, _second] = await chat.core.faqs.list((await chat.app()).scope)
    saved = await chat.core.faqs.edit((await chat.app()).scope, first.id, first.question, "As Knuth said, maybe.")
    assert saved.asked == ()
    assert "Knuth" in "\n".join(await chat.says("/hidden"))  # where it can be answered for as long as one likes


async def test_a_few_at_a_time_and_every_button_of_a_reply_works(chat: OwnerChat) -> None:
    await chat.says("/faq add Who said it? = As Knuth said, as Eeyore said, as Zorblin said, as Toby said.")
    asked = names_asked(chat)
    assert len(asked) == 3
    cards = [card for reply in chat.last if isinstance(reply, Cards) for card in reply.cards]
    shown = [choice for card in cards for choice in card.choices if str(choice.label) == "No, show it"]
    for name, button in zip(asked, shown, strict=True):
        assert await chat.presses(button) == [f"Visitors may now see: {name}"]
    text = await redacted(chat)
    assert all(name in text for name in asked)


async def test_the_next_line_is_no_answer_to_the_question(chat: OwnerChat) -> None:
    await chat.says("/faq add Who said it? = As Knuth said, it depends.")
    assert (await chat.says("/faq add Free? = Yes."))[0] == "Learned: Free?"


async def test_a_certain_name_that_stands_often_is_asked_about_when_it_does(chat: OwnerChat) -> None:
    for n, place in enumerate(("tomb", "statue", "house")):
        await chat.says(f"/faq add Which {place}? = The {place} of Mr. Oscar Wilde.")
        assert names_asked(chat) == (["Oscar Wilde"] if n == 2 else [])


async def test_a_name_shown_by_mistake_is_hidden_again(chat: OwnerChat) -> None:
    await chat.says("/faq add Who said it? = As Knuth said, it depends.")
    await chat.taps("No, show it")
    assert "Knuth" in await redacted(chat)
    assert "Knuth" in "\n".join(await chat.says("/public"))
    assert await chat.taps("Hide it again") == ["Hidden from visitors again: Knuth"]
    assert "Knuth" not in await redacted(chat)
    app = await chat.app()
    assert (app.shown_names, app.hidden_names) == ((), ("Knuth",))


async def test_a_second_thought_counts(chat: OwnerChat) -> None:
    await chat.says("/faq add Who said it? = As Knuth said, it depends.")
    yes, no = (choice for reply in chat.last if isinstance(reply, Cards) for choice in reply.cards[0].choices)
    for _twice in range(2):
        assert await chat.presses(yes) == ["It stays hidden: Knuth"]
    assert (await chat.app()).hidden_names == ("Knuth",)
    assert await chat.presses(no) == ["Visitors may now see: Knuth"]
    app = await chat.app()
    assert (app.shown_names, app.hidden_names) == (("Knuth",), ())


async def test_a_document_is_asked_about_as_well(chat: OwnerChat) -> None:
    await chat.says("/doc add Credits")
    said = await chat.says(f"このアプリについて。\n{CREDITS}")
    assert said[:2] == ["Learned the document “Credits”.", "Visitors will not see: name"]
    assert names_asked(chat) == ["ヒホ"]


async def test_japanese_owners_are_asked_in_japanese(db: Database) -> None:
    chat = OwnerChat.open(db, lang="ja")
    await chat.signs_up("小鳥", "kotori")
    await chat.says("/faq 追加 誰の城? = 織田信長の城です。")
    assert names_asked(chat) == ["織田信長"]
    assert {"はい、非表示にする", "いいえ、見せてよい"} <= {*chat.labels()}


async def test_an_entry_put_beside_one_that_asks_the_same_is_asked_about(chat: OwnerChat) -> None:
    await chat.says("/faq add Is it free? = Yes.")
    await chat.says("/faq add Is it free? = As Knuth said, no.")
    said = await chat.taps("Keep both")
    assert said[:2] == ["Done. The change is in effect.", "Visitors will not see: name"]
    assert names_asked(chat) == ["Knuth"]
