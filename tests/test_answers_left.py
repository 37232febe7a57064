"""An answer goes on, ends or leaves no trace when the visitor, the process, the conversation or the account goes."""

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context
from datetime import timedelta

import pytest
from claude_standin import ClaudeStandIn
from visitors import VisitorSide, visitor_side

from handlers.answers.answers import Accepted
from handlers.answers.runs import LEASE
from knowledge.errors import NotFound
from knowledge.store import registry
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import PENDING
from knowledge.store.database import Database

REFUND = "返金は購入したストアの画面から申し込めます。"


@pytest.fixture
async def quoting(db: Database) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db) as side:
        yield side


async def test_an_answer_goes_on_when_the_visitor_has_gone_away(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("stall", text=REFUND)
    accepted = await visitors.accept(app, "返金したい")
    await visitors.answers.start(app, accepted)
    events = visitors.feed.answer_events(app, accepted)
    await anext(events)
    await events.aclose()
    claude.go_on()
    await visitors.read(app, accepted)
    assert (await visitors.stored(app, accepted)).text == REFUND


async def test_an_answer_whose_process_died_is_written_by_another(
    visitors: VisitorSide, quoting: VisitorSide, claude: ClaudeStandIn
) -> None:
    """P3 for answers: accepted, then the process is gone without a word."""
    app = await quoting.app(返金できますか=REFUND)
    accepted = await quoting.accept(app, "返金できますか")
    assert await visitors.answers.resume_abandoned() == 0
    visitors.clock.advance(LEASE + timedelta(seconds=1))
    resumed = await asyncio.gather(*(visitors.answers.resume_abandoned() for _ in range(3)))
    assert sum(resumed) == 1
    await visitors.read(app, accepted)
    assert len(claude.requests) == 1
    stored = await visitors.stored(app, accepted)
    assert (stored.text, stored.state) == (REFUND, "answered")


async def test_a_process_that_stops_hands_its_answers_to_the_next(
    db: Database, visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    """P12 for answers"""
    app = await visitors.app(返金できますか=REFUND)
    accepted = await stalled(visitors, claude, app)
    await visitors.answers.close()
    assert (await visitors.stored(app, accepted)).state == PENDING
    async with visitor_side(db) as next_process:
        assert await next_process.answers.resume_abandoned() == 1
        await next_process.read(app, accepted)
    assert (await visitors.stored(app, accepted)).state == "quoted"


async def test_of_two_runs_of_one_answer_the_later_stands_alone(
    visitors: VisitorSide, quoting: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted = await stalled(visitors, claude, app)
    quoting.clock.advance(LEASE + timedelta(seconds=1))
    assert await quoting.answers.resume_abandoned() == 1
    await quoting.read(app, accepted)
    claude.go_on()
    await visitors.ask(app, "返金したい")  # by now the first run has ended too
    stored = await visitors.stored(app, accepted)
    assert (stored.state, stored.seq) == ("quoted", 2)


async def test_an_answer_that_no_run_survives_is_withheld_in_the_end(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted = await visitors.accept(app, "返金できますか")
    await visitors.db.raw["messages"].update_one({"_id": accepted.answer_id}, {"$set": {"attempt": 91}})
    visitors.clock.advance(LEASE + timedelta(seconds=1))
    await visitors.answers.resume_abandoned()
    await visitors.read(app, accepted)
    assert (await visitors.stored(app, accepted)).state == "withheld"


async def test_an_answer_to_a_deleted_conversation_leaves_nothing_behind(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted = await stalled(visitors, claude, app)
    await visitors.conversations.delete(app, accepted.key)
    await visitors.read(app, accepted)  # ends, though there will be no answer
    claude.go_on()
    await visitors.ask(app, "返金したい")
    assert await visitors.conversations.messages(app.scope, accepted.conversation_id) == []


async def test_a_message_to_an_app_that_was_erased_meanwhile_leaves_no_trace(visitors: VisitorSide) -> None:
    """S63: the app was looked up before."""
    app = await visitors.app()
    await visitors.areas.accounts.accounts.erase(app.scope)
    with pytest.raises(NotFound):
        await visitors.accept(app, "返金したい")
    assert await registry.remains(visitors.db, app.owner_id, None) == {}


async def test_a_question_passed_on_while_the_account_is_erased_leaves_no_trace(visitors: VisitorSide) -> None:
    """S63"""
    app = await visitors.app()
    accepted = await visitors.accept(app, "返金したい")

    async def pass_on() -> None:
        await visitors.conversations.by_key(app, accepted.key)
        # In no transaction, though this is one.
        await asyncio.create_task(visitors.areas.accounts.accounts.erase(app.scope), context=Context())
        await visitors.answers.handoff(app, accepted.key)

    with pytest.raises(NotFound):
        await visitors.db.transaction(pass_on)
    assert await registry.remains(visitors.db, app.owner_id, None) == {}


async def stalled(visitors: VisitorSide, claude: ClaudeStandIn, app: App) -> Accepted:
    """An answer whose model has been asked and says nothing."""
    before = len(claude.requests)
    claude.will_fail("hang", times=1)
    accepted = await visitors.accept(app, "返金できますか")
    await visitors.answers.start(app, accepted)
    await claude.asked(before + 1)
    return accepted
