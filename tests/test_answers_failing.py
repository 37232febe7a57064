"""However the model fails, the visitor is answered: with a quotation, or by the owner."""

from collections.abc import AsyncIterator

import pytest
from claude_events import Fault
from claude_standin import ClaudeStandIn
from visitors import IMPATIENT, VisitorSide, claude_model, visitor_side

from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App
from knowledge.store.database import Database

REFUND = "返金は購入したストアの画面から申し込めます。"


@pytest.fixture
async def impatient(db: Database, claude: ClaudeStandIn) -> AsyncIterator[VisitorSide]:
    async with claude_model(claude, IMPATIENT) as model, visitor_side(db, model) as side:
        yield side


@pytest.fixture
async def quoting(db: Database) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db) as side:
        yield side


async def alerts(visitors: VisitorSide, app: App) -> list[tuple[AlertKind, str]]:
    return [(alert.kind, alert.question) for alert in await visitors.alerts.list_open(app.scope)]


@pytest.mark.parametrize(
    "fault",
    [
        "hang",
        "stall",
        "cut",
        "cut_mid_character",
        "rate_limited",
        "overloaded",
        "server_error",
        "unauthorized",
        "billing",
        "error_event",
        "refusal",
        "refusal_mid_answer",
        "empty",
        "bad_event_json",
        "bad_tool_json",
        "stall_with_pings",
    ],
)
async def test_however_the_model_fails_the_visitor_gets_a_quotation(
    impatient: VisitorSide, claude: ClaudeStandIn, fault: Fault
) -> None:
    app = await impatient.app(返金できますか=REFUND)
    claude.will_fail(fault, times=2, text="途中まで。話しました。そして消えます。もう少し続きます。")
    accepted, told = await impatient.ask(app, "返金できますか")
    assert told.state == "quoted"
    assert told.text.endswith(REFUND)
    assert "途中まで" not in told.text
    assert (await impatient.stored(app, accepted)).text == told.text


async def test_a_model_that_fails_when_nothing_fits_passes_the_question_on(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("billing")
    _, told = await visitors.ask(app, "今夜の天気は")
    assert told.state == "unknown"
    assert await alerts(visitors, app) == [(AlertKind.UNANSWERED, "今夜の天気は")]


async def test_a_model_that_only_seems_alive_is_cut_off_by_our_own_patience(
    db: Database, claude: ClaudeStandIn
) -> None:
    async with claude_model(claude) as model, visitor_side(db, model, model_deadline=0.2) as visitors:
        app = await visitors.app(返金できますか=REFUND)
        claude.will_fail("stall_with_pings")
        _, told = await visitors.ask(app, "返金できますか")
        assert told.state == "quoted"


async def test_an_endless_answer_ends_and_does_not_stand(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("long")
    accepted, told = await visitors.ask(app, "返金できますか")
    assert (told.state, told.text.endswith(REFUND)) == ("quoted", True)
    assert (await visitors.stored(app, accepted)).made.why == "unfinished"


async def test_without_a_model_answers_are_quotations_and_say_so(quoting: VisitorSide) -> None:
    app = await quoting.app(返金できますか=REFUND)
    _, told = await quoting.ask(app, "返金できますか")
    assert told.state == "quoted"
    assert told.text.endswith(REFUND)
    assert told.sources == ["返金できますか"]
