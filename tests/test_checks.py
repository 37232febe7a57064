"""Questions that must stay answered: pinned, tried when the knowledge changes, and told of once when they break."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from asking import Visitor
from grounds import real_pii
from owner_chat import OwnerChat
from test_embedder import DYING

from bot.join.learning import checks_on
from handlers.chat.entries.checks import PIN_ASKED, UNPIN
from handlers.learning.checks import LIST_CHECKS, Checks
from handlers.messages import Card
from handlers.outgoing import from_body
from knowledge.checks.checking import Checking, MeaningAway
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.search.retrieval import Retrieval
from knowledge.store.database import Database
from knowledge.store.entries.derived import VECTORS, DerivedRepository
from knowledge.store.learning.checks import Check, Problem
from knowledge.store.outbox.outbox import OUTBOX
from knowledge.stored_items import KnowledgeItems

REFUND, EXPORT = "Can I get a refund?", "Can I export my notes?"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says(f"/faq add {REFUND} = Yes, within 14 days.")
    await chat.says(f"/faq add {EXPORT} = Yes, as PDF.")
    return chat


async def pinned(chat: OwnerChat, question: str = "How do I get a refund", label: str = REFUND) -> Check:
    """A pinned question, tried once."""
    await chat.says(f"/check add {question}")
    await chat.taps(label)
    await settle(chat)
    return (await checks(chat))[-1]


async def settle(chat: OwnerChat) -> None:
    """The knowledge comes to rest, and the background has looked at it."""
    await chat.core.learning.round()
    chat.core.clock.advance(timedelta(seconds=10))
    await chat.core.learning.round()


async def checks(chat: OwnerChat) -> Sequence[Check]:
    return await chat.core.checks.list((await chat.app()).scope)


async def told(chat: OwnerChat) -> list[str]:
    """The bodies of what waits to be told to the owner, each once."""
    rows = chat.core.db.collection(OUTBOX.name)
    found = await rows.find({}, sort=[("_id", 1)])
    await rows.delete_many({})
    return [str(card.body) for row in found for card in from_body(row["body"]) if isinstance(card, Card)]


async def remove(chat: OwnerChat, question: str) -> None:
    scope = (await chat.app()).scope
    [entry] = [each for each in await chat.core.faqs.list(scope) if each.question == question]
    await chat.core.faqs.remove(scope, entry.id)


async def test_a_question_is_pinned_to_the_entry_that_must_answer_it(chat: OwnerChat) -> None:
    assert await chat.says("/check add How do I get a refund") == ["Which entry must answer it?"]
    assert chat.labels()[0] == REFUND
    assert "I must not answer it" in chat.labels()
    assert await chat.taps(REFUND) == ["Pinned: How do I get a refund. I will tell you if its answer goes wrong."]
    summary, card = await chat.says("/checks")
    assert summary == "Hitsuji: 1 pinned questions, 0 of them no longer right"
    assert card == f"How do I get a refund\n\nMust be: Answered by “{REFUND}”\nNow: Not tried yet"
    await settle(chat)
    assert (await chat.says("/確認"))[1].endswith("Now: As it should be")


async def test_the_owner_hears_what_a_change_broke_once(chat: OwnerChat) -> None:
    await pinned(chat)
    assert await told(chat) == []
    await remove(chat, REFUND)
    await settle(chat)
    [news] = await told(chat)
    assert f"“How do I get a refund”: the entry “{REFUND}” no longer exists" in news
    await settle(chat)
    await chat.says("/faq add Something else? = Yes.")
    await settle(chat)
    assert await told(chat) == []
    assert (await chat.says("/checks"))[0] == "Hitsuji: 1 pinned questions, 1 of them no longer right"


async def test_what_breaks_again_is_told_again(chat: OwnerChat) -> None:
    check = await pinned(chat)
    scope, faq_id = check.scope, check.expected[0].id
    for broken in (True, False, True):
        question, answer = "Cats?" if broken else REFUND, "Yes, within 14 days."
        for number in range(6):
            name = f"How do I get a refund, {number}?"
            if broken:
                await chat.core.faqs.add(scope, name, "Refund.")
        await chat.core.faqs.edit(scope, faq_id, question, answer)
        if not broken:
            for each in await chat.core.faqs.list(scope):
                if each.answer == "Refund.":
                    await chat.core.faqs.remove(scope, each.id)
        await settle(chat)
        news = await told(chat)
        assert [f"I no longer find “{REFUND}” for it" in each for each in news] == ([True] if broken else [])


async def edit(chat: OwnerChat, check: Check, answer: str) -> None:
    await chat.core.faqs.edit(check.scope, check.expected[0].id, REFUND, answer)
    await settle(chat)


async def test_an_answer_that_states_something_else_is_told_old_beside_new(chat: OwnerChat) -> None:
    check = await pinned(chat)
    await edit(chat, check, "Yes: you have 14 days from the purchase.")
    assert await told(chat) == []
    await edit(chat, check, "No refunds at all.")
    [news] = await told(chat)
    assert "It was: Yes, within 14 days.\nIt is: No refunds at all." in news
    assert (await checks(chat))[-1].problem is Problem.CHANGED
    assert "Now: “Can I get a refund?” no longer says what was right" in (await chat.says("/checks"))[1]


async def test_pinned_again_the_new_answer_is_right(chat: OwnerChat) -> None:
    check = await pinned(chat)
    await edit(chat, check, "Yes, within 30 days.")
    assert (await checks(chat))[-1].problem is Problem.CHANGED
    assert (await pinned(chat)).problem is None
    await edit(chat, check, "Yes, within 14 days.")
    assert (await checks(chat))[-1].problem is Problem.CHANGED


async def test_changes_are_looked_at_when_they_have_come_to_rest(chat: OwnerChat) -> None:
    await pinned(chat)
    await remove(chat, REFUND)
    await chat.core.learning.round()
    chat.core.clock.advance(timedelta(seconds=3))
    await chat.says("/faq add One more? = Yes.")
    await chat.core.learning.round()
    chat.core.clock.advance(timedelta(seconds=3))
    await chat.core.learning.round()
    assert await told(chat) == []
    chat.core.clock.advance(timedelta(seconds=3))
    await chat.core.learning.round()
    assert len(await told(chat)) == 1


async def test_several_instances_tell_of_one_change_once(chat: OwnerChat) -> None:
    await pinned(chat)
    await remove(chat, REFUND)
    await chat.core.learning.round()
    chat.core.clock.advance(timedelta(seconds=10))
    await asyncio.gather(*(chat.core.learning.round() for _ in range(4)))
    assert len(await told(chat)) == 1


async def test_what_must_be_refused_is_told_of_when_an_entry_would_be_quoted(chat: OwnerChat) -> None:
    await pinned(chat, "Which stocks shall I buy", "I must not answer it")
    assert (await checks(chat))[0].problem is None
    await chat.says("/faq add Which stocks shall I buy? = Ours.")
    await settle(chat)
    assert (await checks(chat))[0].problem is Problem.ANSWERED
    [news] = await told(chat)
    assert "I should not answer it, but now I would" in news


async def test_what_only_meaning_finds_is_not_broken_while_meaning_is_away(chat: OwnerChat) -> None:
    """Nothing is told and nothing noted; it is judged when meaning is back."""
    check = await pinned(chat)
    scope, [refund] = check.scope, check.expected
    await chat.core.checks.pin(scope, "Please give me back what I spent", [refund])
    refused = await chat.core.checks.pin(scope, "Which stocks shall I buy", [])
    for number in range(6):
        await chat.core.faqs.add(scope, f"May I give cat number {number} my lunch, please?", "Yes.")
    app = await chat.app()
    async with checks_by_meaning(chat, Embedder(command=DYING, rest=0)) as dying:
        with pytest.raises(MeaningAway):
            await dying.knowledge_changed(app)
    assert await told(chat) == []
    found = {each.question: (each.problem, each.version) for each in await checks(chat)}
    assert found.pop(check.question) == (None, app.knowledge_version)  # its words find it, whatever meaning says
    assert set(found.values()) == {(None, -1)}
    async with checks_by_meaning(chat, Embedder(rest=0)) as there:
        await there.knowledge_changed(app)
    assert {each.question: each.problem for each in await checks(chat)} == dict.fromkeys((*found, check.question))
    assert refused.question in found


@asynccontextmanager
async def checks_by_meaning(chat: OwnerChat, embedder: Embedder) -> AsyncIterator[Checks]:
    """The owner's checks, tried with this embedder."""
    db = chat.core.db
    retrieval = Retrieval(KnowledgeItems(db).load, ItemVectors(embedder, DerivedRepository(db, VECTORS)), patience=600)
    checking = Checking(retrieval, whole_counts=False)
    yield checks_on(chat.core.store, checking, chat.core.areas.alerts, real_pii(), chat.core.clock)
    await retrieval.close()
    await embedder.close()


async def test_an_accepted_gap_is_pinned(chat: OwnerChat) -> None:
    await Visitor(chat).asks_in_vain("Is there an iPad app?")
    await chat.core.learning.round()
    await chat.says("/gaps")
    await chat.taps("Write an answer")
    await chat.taps("Keep as it is")
    await chat.says("Not yet.")
    await settle(chat)
    [check] = await checks(chat)
    assert (check.question, check.expected[0].title) == ("Is there an iPad app?", "Is there an iPad app?")
    assert (check.problem, check.version) == (None, (await chat.app()).knowledge_version)


async def test_a_visitors_question_is_pinned_without_what_it_tells_of_them(chat: OwnerChat) -> None:
    asked = await Visitor(chat).asks_in_vain("Refund to my number 03-1234-5678?")
    assert (await chat.presses(PIN_ASKED(asked.id)))[0] == "Pinning: Refund to my number [hidden for privacy]?"
    await chat.taps(REFUND)
    assert [check.question for check in await checks(chat)] == ["Refund to my number [hidden for privacy]?"]


async def test_one_question_is_pinned_once_and_unpinned(chat: OwnerChat) -> None:
    await pinned(chat)
    await pinned(chat, label="I must not answer it")
    [check] = await checks(chat)
    assert check.expected == ()
    await chat.says("/checks")
    assert await chat.taps("Unpin") == ["No longer pinned: How do I get a refund"]
    assert (await chat.says("/checks"))[0].startswith("No questions are pinned for Hitsuji yet.")
    assert await chat.presses(UNPIN(check.id)) == ["That question is no longer pinned."]


async def test_words_in_the_place_of_a_button_ask_for_the_button(chat: OwnerChat) -> None:
    await chat.says("/check add How do I get a refund")
    assert (await chat.says("the refund one"))[0] == "Please tap one of the buttons below."


async def test_an_owner_reaches_no_check_of_another_owner(chat: OwnerChat) -> None:
    """S39"""
    check = await pinned(chat)
    asked = await Visitor(chat).asks_in_vain("Is there an iPad app?")
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    assert await other.presses(UNPIN(check.id)) == ["That question is no longer pinned."]
    assert await other.presses(PIN_ASKED(asked.id)) == ["That question no longer exists."]
    assert (await other.presses(LIST_CHECKS(check.scope.app_id)))[0].startswith(
        "No questions are pinned for Other yet."
    )
