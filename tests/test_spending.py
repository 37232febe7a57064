"""What answers cost is counted whatever becomes of them, and beyond its limit an app's answers are quoted."""

from datetime import timedelta

import pytest
from claude_standin import ClaudeStandIn
from visitors import VisitorSide

from handlers.accounts import Accounts
from handlers.analytics import JAPAN
from handlers.spending import Spending
from knowledge.model_events import Usage
from knowledge.models import Prices
from knowledge.store import registry
from knowledge.store.apps import App
from knowledge.store.spending import SpendingRepository, SpendLimits, SpentDay

REFUND = "返金は購入したストアの画面から申し込めます。"
ANSWER = Usage(1_000, 100, 20_000, 0, "claude-haiku-5-5")  # costs 350 millionths of a dollar


def spending(visitors: VisitorSide, **limits: float) -> Spending:
    return Spending(visitors.db, visitors.alerts, visitors.clock, SpendLimits(**limits))


async def spent(visitors: VisitorSide, app: App) -> list[SpentDay]:
    today = visitors.clock.now().astimezone(JAPAN).date()
    return list(await SpendingRepository(visitors.db).days(app.scope, today - timedelta(40), today))


async def told(visitors: VisitorSide) -> int:
    return await visitors.db.raw["outbox"].count_documents({"kind": "limit"})


async def test_tokens_and_cost_are_kept_with_the_answer_and_summed_for_the_day(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, _ = await visitors.ask(app, "返金したい")
    made = (await visitors.stored(app, accepted)).made
    assert (made.tokens_in, made.tokens_out, made.cache_read, made.cost) == (120, 42, 900, 42)
    await visitors.ask(app, "返金できますか", accepted.key)
    (day,) = await spent(visitors, app)
    assert (day.answers, day.tokens_in, day.cost) == (2, 240, 84)


async def test_an_answer_that_came_to_nothing_has_cost_what_it_cost(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("refusal_mid_answer")
    accepted, told = await visitors.ask(app, "返金できますか")
    assert told.state == "quoted"
    await visitors.conversations.delete(app, accepted.key)
    (day,) = await spent(visitors, app)
    assert (day.answers, day.cost) == (1, 42)


async def test_beyond_the_limit_answers_are_quoted_and_the_owner_hears_it_once(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    await visitors.db.raw["owners"].update_one({"_id": app.owner_id}, {"$set": {"line_user_id": f"U{1:032}"}})
    for _half_a_dollar in range(2):
        assert not await visitors.spending.reached(app.scope)
        await visitors.spending.add(app.scope, [Usage(0, 1_000_000, 0, 0, "claude-haiku-5-5")])
    for _twice in range(2):
        accepted, answered = await visitors.ask(app, "返金できますか")
        assert answered.state == "quoted"
    assert (await visitors.stored(app, accepted)).made.why == "spend_limit"
    assert claude.requests == []
    assert await told(visitors) == 1


async def test_the_day_and_the_month_begin_in_japan(visitors: VisitorSide) -> None:
    app, day = await visitors.app(), spending(visitors, a_day=0.0003, a_month=0)
    month = spending(visitors, a_day=0, a_month=0.0003)
    assert not await day.reached(app.scope)
    await day.add(app.scope, [ANSWER])
    assert await day.reached(app.scope)
    assert await month.reached(app.scope)
    midnight = visitors.clock.now().astimezone(JAPAN).replace(hour=0, minute=0, second=0) + timedelta(days=1)
    visitors.clock.advance(midnight - visitors.clock.now() - timedelta(seconds=1))
    assert await day.reached(app.scope)
    visitors.clock.advance(timedelta(seconds=1))
    assert not await day.reached(app.scope)
    assert await month.reached(app.scope)
    visitors.clock.advance(timedelta(days=31))
    assert not await month.reached(app.scope)


async def test_no_limit_is_none(visitors: VisitorSide) -> None:
    app, free = await visitors.app(), spending(visitors, a_day=0, a_month=0)
    await free.add(app.scope, [Usage(0, 10**9, 0, 0, "claude-haiku-5-5")])
    assert not await free.reached(app.scope)


async def test_one_apps_spending_is_no_other_apps(visitors: VisitorSide) -> None:
    app, other, limited = await visitors.app("Kotori"), await visitors.app("Suzume"), spending(visitors, a_day=0.0001)
    await limited.add(app.scope, [ANSWER])
    assert await limited.reached(app.scope)
    assert not await limited.reached(other.scope)


async def test_prices_of_ones_own_are_used(visitors: VisitorSide) -> None:
    app = await visitors.app()
    own = Spending(visitors.db, visitors.alerts, visitors.clock, prices=Prices(1, 2, 0, 0))
    assert (await own.add(app.scope, [ANSWER, ANSWER])).cost == 2 * (1_000 + 200)


@pytest.mark.parametrize("usages", [[], [Usage(0, 0, 0, 0, "claude-haiku-5-5")]])
async def test_an_answer_without_a_model_costs_nothing(visitors: VisitorSide, usages: list[Usage]) -> None:
    app = await visitors.app()
    assert (await visitors.spending.add(app.scope, usages)).cost == 0


async def test_spending_is_erased_with_its_owner(visitors: VisitorSide) -> None:
    app = await visitors.app()
    await visitors.spending.add(app.scope, [ANSWER])
    assert (await registry.remains(visitors.db, app.owner_id, None))["spending"] == 1
    await Accounts(visitors.db, visitors.clock).erase(app.scope)
    assert await registry.remains(visitors.db, app.owner_id, None) == {}
