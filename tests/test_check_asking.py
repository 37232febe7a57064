"""Pinned questions are put to the model itself when an owner asks for it: at a price told before, counted, and once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from claude_standin import ClaudeStandIn
from grounds import real_pii
from owner_chat import OwnerChat, words_of
from spent import spend
from visitors import claude_model

from bot.join.learning import checks_on
from handlers.learning.check_asking import CheckAsking
from handlers.learning.checks import MOST_TRIES, Checks
from handlers.outgoing import from_body
from handlers.spending.spending import AN_ANSWER, Pricing, Spending
from knowledge.checks.checking import Checking
from knowledge.errors import BadInput, Unavailable
from knowledge.search.retrieval import Retrieval
from knowledge.store.database import Database
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.learning.checks import Check
from knowledge.store.learning.studies import StudyRepository
from knowledge.stored_items import KnowledgeItems


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/faq add Is it free? = Yes, it is.")
    return chat


def spending(chat: OwnerChat) -> Spending:
    return Spending(chat.core.db, chat.core.alerts, chat.core.clock)


@pytest.fixture
async def checks(chat: OwnerChat, claude: ClaudeStandIn) -> AsyncIterator[Checks]:
    """With the model on the stand-in; three questions are pinned."""
    async with claude_model(claude) as model:
        checking = Checking(Retrieval(KnowledgeItems(chat.core.db).load), whole_counts=True)
        asking = CheckAsking(model, checking, spending(chat))
        checks = checks_on(chat.core.store, checking, chat.core.areas.alerts, real_pii(), chat.core.clock, asking)
        await pinned(chat, checks, 3)
        yield checks


async def pinned(chat: OwnerChat, checks: Checks, count: int) -> list[Check]:
    app = await chat.app()
    [entry] = await chat.core.faqs.list(app.scope)
    expected = [EntryRef("faq", entry.id, entry.question)]
    return [await checks.pin(app.scope, f"Is it free for {n} people?", expected) for n in range(count)]


async def told(chat: OwnerChat) -> list[str]:
    rows = await chat.core.db.collection("outbox").find({"kind": "checks"}, sort=[("_id", 1)])
    return [str(words) for row in rows for reply in from_body(row["body"]) for words in words_of(reply)]


async def test_the_price_is_an_upper_bound_of_what_it_costs(chat: OwnerChat, checks: Checks) -> None:
    app = await chat.app()
    count, dollars = await checks.price(app)
    asked = await checks.ask_model(app)
    assert (count, len(asked.fared), asked.stopped) == (3, 3, False)
    spent = await chat.core.db.collection("spending").find({})
    assert 0 < sum(day["cost"] for day in spent) / 1_000_000 <= dollars < 0.01


async def test_the_outcome_is_told_once_with_what_is_wrong(
    chat: OwnerChat, checks: Checks, claude: ClaudeStandIn
) -> None:
    app = await chat.app()
    claude.will_not_know("Is it free?")
    for _twice in range(2):
        assert await checks.ask_later(app) == f"checks {app.id}"
    for _twice in range(2):
        await checks.answer_asked(app)
    [said] = await told(chat)
    assert said.startswith("Claude answers 2 of 3 pinned questions of Hitsuji as it should.")
    assert "“Is it free for 0 people?”: Claude says that it does not know" in said
    assert len(claude.requests) == 3


async def test_what_an_app_may_spend_ends_it(chat: OwnerChat, checks: Checks, claude: ClaudeStandIn) -> None:
    app = await chat.app()
    # The day's dollar, but for what one question may cost: what it does cost leaves no room for another.
    tokens = await Checking(Retrieval(KnowledgeItems(chat.core.db).load), whole_counts=True).tokens(app)
    one = Pricing().most(tokens, AN_ANSWER)
    await spend(spending(chat), app.scope, 1_000_000 - one)
    await checks.ask_later(app)
    await checks.answer_asked(app)
    [said] = await told(chat)
    assert "1 of 1 pinned questions" in said
    assert "The others were not asked" in said
    assert len(claude.requests) == 1


async def test_what_kills_who_asks_does_not_cost_for_ever(chat: OwnerChat, checks: Checks) -> None:
    app, studies = await chat.app(), StudyRepository(chat.core.db)
    await checks.ask_later(app)
    assert [await studies.is_asked(app.scope, MOST_TRIES) for _dying in range(MOST_TRIES + 1)] == [True, True, False]
    await checks.answer_asked(app)
    assert await told(chat) == []
    assert await studies.list_asked(9) == []


async def test_the_background_asks_for_it(chat: OwnerChat, checks: Checks) -> None:
    app = await chat.app()
    await checks.ask_later(app)
    assert await StudyRepository(chat.core.db).list_asked(9) == [app.scope]
    chat.core.clock.advance(timedelta(minutes=1))
    await chat.core.learning.round()  # which has no model here, and leaves it to one that has
    assert await StudyRepository(chat.core.db).list_asked(9) == [app.scope]


async def test_without_pins_or_a_model_there_is_nothing_to_ask(chat: OwnerChat, checks: Checks) -> None:
    app = await chat.app()
    for check in await checks.list(app.scope):
        await checks.unpin(app.scope, check.id)
    with pytest.raises(BadInput):
        await checks.ask_later(app)
    await pinned(chat, chat.core.checks, 1)
    assert "Try with Claude" not in str(await chat.says("/checks"))
    with pytest.raises(Unavailable):
        await chat.core.checks.ask_later(app)
