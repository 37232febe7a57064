"""What an owner told a visitor against an entry is offered as a change of the entry, once for the same words."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest
from owner_chat import OwnerChat
from taking_over import taken_over, writes
from visitors import VisitorSide, visitor_side

from handlers.alerts.cards import BEGIN_TALK
from handlers.conversations.said_changes import SaidChanges
from handlers.conversations.takeovers import IDLE
from handlers.messages import Card
from handlers.outgoing import from_body
from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder, Vector
from knowledge.meaning.item_vectors import ItemVectors, Meanings
from knowledge.meaning.process import DIMENSIONS
from knowledge.search.retrieval import Retrieval
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.derived import Derived
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.stored_items import KnowledgeItems

TRIAL, FREE, MORE = "How long is the trial?", "It is free for 14 days.", "You can try it for 30 days."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says(f"/faq add {TRIAL} = {FREE}")
    return chat


@pytest.fixture
async def visitors(db: Database, chat: OwnerChat) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db, clock=chat.core.clock) as side:
        yield side


async def told(chat: OwnerChat) -> list[Card]:
    """The cards of such changes that wait for the owner."""
    rows = await HeldRows(chat.core.db).of((await chat.owner()).scope)
    cards = [reply for row in rows if row.kind == AlertKind.CHECKS for reply in from_body(row.body, "en")]
    return [card for card in cards if isinstance(card, Card)]


async def test_another_number_is_offered_old_beside_new_and_changes_the_entry_by_a_tap(
    chat: OwnerChat, visitors: VisitorSide
) -> None:
    await taken_over(visitors, chat, TRIAL)
    await chat.says(MORE)
    assert await told(chat) == []
    await chat.says("/end")
    [card] = await told(chat)
    assert str(card.title) == "Change this entry?"
    assert [str(value) for _name, value in card.rows][1:] == [TRIAL, FREE, MORE]
    await chat.posts(card.choices[0].action)
    assert chat.labels() == ["Apply", "Edit", "Discard"]
    await chat.taps("Apply")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert (entry.question, entry.answer) == (TRIAL, MORE)


async def test_the_same_words_are_offered_once(chat: OwnerChat, visitors: VisitorSide) -> None:
    accepted = await taken_over(visitors, chat, TRIAL)
    await chat.says(MORE)
    await chat.says("/end")
    await chat.presses(BEGIN_TALK(accepted.conversation_id))
    await writes(visitors, await chat.app(), TRIAL, accepted.key)
    await chat.says(MORE.upper())
    await chat.says("/end")
    assert len(await told(chat)) == 1


@pytest.mark.parametrize("said", ["Two weeks!", "Give me 5 minutes, I will look.", "Thanks for asking!"])
async def test_what_contradicts_nothing_is_not_offered(chat: OwnerChat, visitors: VisitorSide, said: str) -> None:
    await taken_over(visitors, chat, TRIAL)
    await chat.says(said)
    await chat.says("/end")
    assert await told(chat) == []


async def test_other_questions_touch_no_entry(chat: OwnerChat, visitors: VisitorSide) -> None:
    await taken_over(visitors, chat, "Do you take elephants?")
    await chat.says("Yes, up to 30 elephants a day.")
    await chat.says("/end")
    assert await told(chat) == []


async def test_it_is_offered_also_where_the_owner_only_fell_silent(chat: OwnerChat, visitors: VisitorSide) -> None:
    await taken_over(visitors, chat, TRIAL)
    await chat.says(MORE)
    chat.core.clock.advance(IDLE * 2)
    assert await chat.core.takeovers.end_idle() == 1
    assert len(await told(chat)) == 1


async def test_an_answer_that_rests_on_the_owners_words_offers_it_too(chat: OwnerChat, visitors: VisitorSide) -> None:
    """They said it to another question, and no takeover has ended with it."""
    accepted = await writes(visitors, await chat.app(), TRIAL)
    said = chat.core.areas.conversations.said
    messages = await visitors.messages.last((await chat.app()).scope, accepted.conversation_id)
    await chat.core.conversations.owner_says((await chat.app()).scope, accepted.conversation_id, MORE)
    words = (await visitors.messages.last((await chat.app()).scope, accepted.conversation_id))[-1]
    await said.cited(messages[0], [words.id])
    await said.cited(messages[0], [words.id])
    assert len(await told(chat)) == 1


class AtLast(ItemVectors):
    """Vectors that come once they are asked for and whoever does not wait has gone: all entries mean what is asked."""

    def __init__(self) -> None:
        super().__init__(Embedder())

    async def question(self, text: str) -> Vector:
        await asyncio.sleep(0)
        return np.full(DIMENSIONS, DIMENSIONS**-0.5, np.float32)

    async def of(
        self, scope: AppScope, items: Sequence[KnowledgeItem], stored: Sequence[Derived] | None = None
    ) -> Meanings:
        return Meanings(np.full((len(items), DIMENSIONS), DIMENSIONS**-0.5, np.float32))


@pytest.mark.parametrize("at_the_end", [True, False])
async def test_what_is_asked_in_other_words_is_looked_for_by_meaning_with_patience(
    chat: OwnerChat, visitors: VisitorSide, *, at_the_end: bool
) -> None:
    """A visitor would not have waited."""
    core, store, app = chat.core, chat.core.store, await chat.app()
    retrieval = Retrieval(KnowledgeItems(core.db).load, AtLast(), patience=0)
    said = SaidChanges(store.messages, store.faqs, store.apps, retrieval, core.alerts)
    accepted = await writes(visitors, app, "試用はいつまで無料なの")
    await core.conversations.owner_says(app.scope, accepted.conversation_id, MORE)
    asked, *_, words = await visitors.messages.last(app.scope, accepted.conversation_id)
    if at_the_end:
        conversation = await store.conversations.get(app.scope, accepted.conversation_id)
        assert conversation
        await said.left(conversation)
    else:
        await said.cited(asked, [words.id])
    await retrieval.close()
    assert len(await told(chat)) == 1


async def test_with_the_conversation_goes_what_was_to_be_told_of_it(chat: OwnerChat, visitors: VisitorSide) -> None:
    accepted = await taken_over(visitors, chat, TRIAL)
    await chat.says(MORE)
    await chat.says("/end")
    assert len(await told(chat)) == 1
    await visitors.conversations.delete(await chat.app(), accepted.key)
    assert await told(chat) == []


async def test_what_the_visitor_writes_next_does_not_wait_with_it(chat: OwnerChat, visitors: VisitorSide) -> None:
    accepted = await taken_over(visitors, chat, TRIAL)
    await chat.says(MORE)
    await chat.says("/end")
    await chat.presses(BEGIN_TALK(accepted.conversation_id))
    await writes(visitors, await chat.app(), "And then?", accepted.key)
    [row] = [each for each in await HeldRows(chat.core.db).of((await chat.owner()).scope) if each.kind == "takeover"]
    assert "And then?" in str(row.body)
