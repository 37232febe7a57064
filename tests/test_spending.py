"""What answers cost is counted whatever becomes of them, and beyond its limits an app's answers are quoted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from claude_standin import ClaudeStandIn
from mimi import METRICS_TOKEN, running_mimi
from spent import MODEL, spend
from visitors import VisitorSide, claude_model, visitor_side

from bot.doctor.store import look_at_queues
from bot.settings import Settings
from handlers.alerts.cards import news_card
from handlers.clock import JAPAN, SystemClock
from handlers.spending.spending import HELD_FOR, Level, Period, Pricing, Reached, Spending
from knowledge.model.events import Usage
from knowledge.model.models import Prices
from knowledge.phrases import Phrase
from knowledge.store import registry
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppId, AppScope, Database, OwnerId
from knowledge.store.spending.spend_counts import EVERYBODY, Cap, SpendCountRepository, SpendLimits
from knowledge.store.spending.spending import SpendingRepository, SpentDay

REFUND = "返金は購入したストアの画面から申し込めます。"
NONE = Cap()


def spending(visitors: VisitorSide, *, app: Cap = NONE, owner: Cap = NONE, everybody: Cap = NONE) -> Spending:
    return Spending(visitors.db, visitors.alerts, visitors.clock, SpendLimits(app, owner, everybody))


async def spent(visitors: VisitorSide, app: App) -> list[SpentDay]:
    today = visitors.clock.now().astimezone(JAPAN).date()
    return list(await SpendingRepository(visitors.db).days(app.scope, today - timedelta(40), today))


async def told(visitors: VisitorSide) -> list[str]:
    """What the owner hears of limits, in order."""
    rows = await visitors.db.collection("outbox").find({"kind": "limit"}, sort=[("_id", 1)])
    return [str(row["body"]) for row in rows]


async def another_app(visitors: VisitorSide, app: App) -> App:
    """Of the same owner."""
    other = App(app.owner_id, "Suzume", "suzume", "ja", visitors.clock.now())
    await AppRepository(visitors.db).add(other)
    return other


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
    """S44"""
    app = await visitors.app(返金できますか=REFUND)
    await visitors.db.raw["owners"].update_one({"_id": app.owner_id}, {"$set": {"line_user_id": f"U{1:032}"}})
    for _half_a_dollar in range(2):
        assert not await visitors.spending.reached(app.scope)
        await spend(visitors.spending, app.scope, 500_000)
    for _twice in range(2):
        accepted, answered = await visitors.ask(app, "返金できますか")
        assert answered.state == "quoted"
    assert (await visitors.stored(app, accepted)).made.why == "spend_limit"
    assert claude.requests == []
    assert len(await told(visitors)) == 1


@pytest.mark.parametrize(("full", "title"), [(False, "まもなく上限に達します"), (True, "上限に達しました")])
def test_a_limit_that_is_only_near_is_not_called_reached(full: bool, title: str) -> None:
    scope, today = AppScope(OwnerId("owner"), AppId("app")), date(2026, 11, 29)
    card = news_card(Reached(Level.APP, Period.DAY, 5, full).news(scope, today), None)
    assert isinstance(card.title, Phrase)
    assert card.title.say("ja") == title


@asynccontextmanager
async def dear(db: Database, claude: ClaudeStandIn, limit: str) -> AsyncIterator[list[VisitorSide]]:
    """Two processes whose answers from the stand-in cost two cents each, never more than three, and five in all."""
    settings: dict[str, Any] = {"model_max_tokens": 60, "prices": "0, 480, 0, 0"}
    limits: dict[str, Any] = dict.fromkeys(
        (name for name in Settings.model_fields if name.startswith("spend_")), 0.0
    ) | {limit: 0.05}
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                visitor_side(
                    db,
                    await stack.enter_async_context(claude_model(claude)),
                    **settings,
                    **limits,
                )
            )
            for _process in range(2)
        ]


@pytest.mark.parametrize("limit", ["spend_per_day", "spend_owner_per_day", "spend_total_per_day"])
async def test_questions_asked_at_once_in_two_processes_spend_no_more_than_the_limit(
    db: Database, claude: ClaudeStandIn, limit: str
) -> None:
    async with dear(db, claude, limit) as processes:
        app = await processes[0].app(返金できますか=REFUND)
        told = await asyncio.gather(*(processes[n % 2].ask(app, "返金できますか") for n in range(60)))
        (day,) = await spent(processes[0], app)
    states = [answered.state for _accepted, answered in told]
    assert 0 < day.cost <= 50_000
    assert states.count("answered") == len(claude.requests) == day.answers
    assert states.count("quoted") == 60 - len(claude.requests)


async def test_a_limit_that_only_calls_under_way_fill_is_no_news_and_free_again_after_them(
    visitors: VisitorSide,
) -> None:
    app, limited = await visitors.app(), spending(visitors, app=Cap(a_day=0.001))
    async with limited.bill(app.scope) as one, limited.bill(app.scope) as other:
        assert await one.room_for(3_000)
        assert not await other.room_for(3_000)
        one.add(Usage(0, 100, 0, 0, MODEL))
    async with limited.bill(app.scope) as later:
        assert await later.room_for(2_500)
    assert await told(visitors) == []


async def test_what_a_dead_process_put_aside_is_free_again_after_a_while(visitors: VisitorSide) -> None:
    app, limited = await visitors.app(), spending(visitors, app=Cap(a_day=0.001), everybody=Cap(a_day=0.001))
    assert await limited.bill(app.scope).room_for(3_000)
    visitors.clock.advance(HELD_FOR - timedelta(seconds=1))
    assert not await limited.bill(app.scope).room_for(3_000)
    visitors.clock.advance(timedelta(seconds=1))
    assert await limited.bill(app.scope).room_for(3_000)


async def test_what_one_level_refuses_is_put_aside_on_none(visitors: VisitorSide) -> None:
    app = await visitors.app()
    limited = spending(visitors, app=Cap(a_day=0.001), everybody=Cap(a_day=0.0001))
    assert not await limited.bill(app.scope).room_for(3_000)
    counts = await visitors.db.collection("spend_counts").find({})
    assert [count["held"] for count in counts] == [[], []]


async def test_the_day_and_the_month_begin_in_japan(visitors: VisitorSide) -> None:
    app, day = await visitors.app(), spending(visitors, app=Cap(a_day=0.0003))
    month = spending(visitors, app=Cap(a_month=0.0003))
    assert not await day.reached(app.scope)
    await spend(day, app.scope, 350)
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
    app, free = await visitors.app(), spending(visitors)
    await spend(free, app.scope, 10**9)
    assert not await free.reached(app.scope)
    assert await free.bill(app.scope).room_for(90_000)


async def test_one_apps_spending_is_no_other_apps_but_its_owners_and_everybodys(visitors: VisitorSide) -> None:
    app, stranger = await visitors.app("Kotori"), await visitors.app("Mejiro")
    sibling = await another_app(visitors, app)
    for limits, reached in (
        ({"app": Cap(a_day=0.0001)}, [True, False, False]),
        ({"owner": Cap(a_day=0.0001)}, [True, True, False]),
        ({"everybody": Cap(a_day=0.0001)}, [True, True, True]),
    ):
        limited = spending(visitors, **limits)
        if limits.get("app"):
            await spend(limited, app.scope, 350)
        assert [await limited.reached(each.scope) for each in (app, sibling, stranger)] == reached


async def test_limits_set_in_the_middle_of_a_month_know_what_was_spent_before(visitors: VisitorSide) -> None:
    app = await visitors.app()
    await spend(spending(visitors), app.scope, 700)
    limited = spending(visitors, app=Cap(a_month=0.001), owner=Cap(a_month=0.001), everybody=Cap(a_month=0.001))
    await spend(limited, app.scope, 200)
    assert not await limited.reached(app.scope)
    await spend(limited, app.scope, 200)
    assert await limited.reached(app.scope)
    counted = await SpendCountRepository(visitors.db).read(EVERYBODY, visitors.clock.now().astimezone(JAPAN).date())
    assert (counted.day, counted.month) == (1_100, 1_100)


@pytest.mark.parametrize(("level", "whose"), [("app", "Answers have"), ("owner", "Answers for all your apps have")])
@pytest.mark.parametrize("cap", [Cap(a_day=0.001), Cap(a_month=0.001)])
async def test_an_owner_hears_once_that_a_limit_is_near_and_once_that_it_is_reached(
    visitors: VisitorSide, level: str, whose: str, cap: Cap
) -> None:
    app = await visitors.app()
    await visitors.db.raw["owners"].update_one({"_id": app.owner_id}, {"$set": {"lang": "en"}})
    processes = [spending(visitors, **{level: cap}) for _process in range(2)]
    for process in processes:
        await spend(process, app.scope, 390)
    assert await told(visitors) == []
    for process in processes:
        await spend(process, app.scope, 10)
    [near] = await told(visitors)
    assert whose in near
    assert "80%" in near
    for process in processes:
        assert not await process.bill(app.scope).room_for(90_000)
    _near, full = await told(visitors)
    assert "have reached" in full


async def test_of_everybodys_limit_the_operator_hears_and_no_owner(
    visitors: VisitorSide, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    app, limited = await visitors.app(), spending(visitors, everybody=Cap(a_day=0.001))
    settings = Settings.read({"MIMI_SPEND_TOTAL_PER_DAY": "0.001", "MIMI_EMBEDDINGS": "false"})
    for cost, well, detail in ((500, True, "50%"), (400, False, "90%"), (200, False, "110%")):
        await spend(limited, app.scope, cost)
        found = await look_at_queues(settings, db, visitors.clock.now())
        findings = [finding for finding in found if finding.name == "spending"]
        assert [(finding.well, detail in finding.detail) for finding in findings] == [(well, True)]
        assert [bool(finding.advice) for finding in findings] == [not well], "nothing to do, nothing to say"
    assert not await limited.bill(app.scope).room_for(100)
    assert await told(visitors) == []
    said = capsys.readouterr().out
    assert said.count("service spending limit") == 2


async def test_metrics_show_how_much_of_everybodys_limit_is_spent(db: Database) -> None:
    settings = {"MIMI_SPEND_TOTAL_PER_DAY": "0.001", "MIMI_SPEND_TOTAL_PER_MONTH": "0"}
    async with running_mimi(db, settings=settings) as mimi:
        today = SystemClock().now().astimezone(JAPAN).date()
        await SpendCountRepository(db).settle({EVERYBODY: NONE}, today, [], 400)
        async with mimi.http.get(
            f"{mimi.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
        ) as response:
            page = await response.text()
    assert 'mimi_model_spend_share{period="day"} 0.4' in page


async def test_prices_of_ones_own_are_used(visitors: VisitorSide) -> None:
    app = await visitors.app()
    own = Spending(visitors.db, visitors.alerts, visitors.clock, pricing=Pricing(prices=Prices(1, 2, 0, 0)))
    bill = own.bill(app.scope)
    bill.spent += [Usage(1_000, 100, 20_000, 0, MODEL)] * 2
    assert (await bill.settle()).cost == 2 * (1_000 + 200)


@pytest.mark.parametrize("usages", [[], [Usage(0, 0, 0, 0, "claude-haiku-5-5")]])
async def test_an_answer_without_a_model_costs_nothing(visitors: VisitorSide, usages: list[Usage]) -> None:
    app = await visitors.app()
    bill = visitors.spending.bill(app.scope)
    bill.spent += usages
    assert (await bill.settle()).cost == 0


async def test_spending_is_erased_with_its_owner(visitors: VisitorSide) -> None:
    app = await visitors.app()
    await spend(visitors.spending, app.scope, 350)
    remains = await registry.remains(visitors.db, app.owner_id, None)
    assert (remains["spending"], remains["spend_counts"]) == (1, 2)
    await visitors.areas.accounts.accounts.erase(app.scope)
    assert await registry.remains(visitors.db, app.owner_id, None) == {}
