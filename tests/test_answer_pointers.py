"""Every sentence of fact that reaches a visitor points at knowledge, and code has looked at the pointer."""

from datetime import timedelta

import pytest
from anthropic.types import (
    CitationsDelta,
    CitationsSearchResultLocation,
    RawContentBlockDeltaEvent,
    RawMessageStreamEvent,
)
from claude_events import Block, Fault, Request, Said, events
from claude_standin import ClaudeStandIn
from pydantic import TypeAdapter
from spent import ONE_AND_A_HALF, spend
from visitors import VisitorSide, claude_model, visitor_side

from handlers.clock import JAPAN
from knowledge.model.prompt_rules import NO_POINTER
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.database import Database, OwnerScope
from knowledge.store.spending.spending import SpendingRepository

REFUND = "返金は購入したストアの画面から申し込めます。"
BARE = "返金は三日以内に電話で申し込めます。"


async def test_facts_without_a_pointer_get_a_second_try_that_is_told_which_they_were(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_say(BARE, cites=[])
    claude.will_say(REFUND, cites=[0])
    accepted, told = await visitors.ask(app, "返金できますか")
    assert (told.text, told.state, told.sources) == (REFUND, "answered", ["返金できますか"])
    first, second = (request.body["messages"] for request in claude.requests)
    assert second[: len(first)] == first
    said, complaint = second[len(first) :]
    assert (said["role"], said["content"][0]["text"]) == ("assistant", BARE)
    assert [block["text"] for block in complaint["content"]] == [NO_POINTER, f'["{BARE}"]']
    made = (await visitors.stored(app, accepted)).made
    assert (made.again, made.uncited, made.tokens_out) == (True, 0, 84)


async def test_facts_without_a_pointer_twice_do_not_stand(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    """S53: what names no source is not said; a quotation that names its own is, or that it is not known."""
    app = await visitors.app(返金できますか=REFUND)
    claude.will_say(BARE, cites=[])
    claude.will_say("電話なら三日で返金されます。", cites=[])
    accepted, told = await visitors.ask(app, "返金できますか")
    assert (told.state, told.sources) == ("quoted", ["返金できますか"])
    assert told.text.endswith(REFUND)
    made = (await visitors.stored(app, accepted)).made
    assert (made.why, made.model, made.tokens_out) == ("ungrounded", "claude-haiku-5-5", 84)
    assert len(claude.requests) == 2


@pytest.mark.parametrize(("cites", "cited_text"), [([5], None), ([0], "電話で申し込めます。")])
async def test_a_pointer_to_nothing_is_no_pointer(
    visitors: VisitorSide, claude: ClaudeStandIn, cites: list[int], cited_text: str | None
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    for _twice in range(2):
        claude.will_say_blocks(Block("返金は電話で申し込めます。", cites, cited_text))
    _, told = await visitors.ask(app, "返金できますか")
    assert told.state == "quoted"


async def test_only_the_sentence_that_nothing_bears_out_is_left_out(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    """Without a second call, and without anything being taken back."""
    app = await visitors.app(返金できますか=REFUND)
    claude.will_say_blocks(
        Block("はい。"), Block(REFUND, [0]), Block("三日ほどかかります。他にもお気軽にお尋ねください。")
    )
    accepted, told = await visitors.ask(app, "返金できますか")
    assert (told.state, told.text) == ("answered", f"はい。{REFUND}他にもお気軽にお尋ねください。")
    stored = await visitors.stored(app, accepted)
    assert (stored.attempt, len(claude.requests)) == (1, 1)
    made = stored.made
    assert (made.statements, made.uncited, made.broken, made.knowledge) == (3, 1, 0, "whole")


async def test_a_number_that_the_entry_does_not_have_is_not_said(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか="購入から14日以内なら返金できます。")
    claude.will_say("60日以内なら返金でき、500円のクーポンも付きます。", cites=[0])
    claude.will_say("二週間以内なら返金できます。", cites=[0])
    _, told = await visitors.ask(app, "返金できますか")
    assert (told.state, told.text) == ("answered", "二週間以内なら返金できます。")


async def test_yes_alone_is_a_statement(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    for _twice in range(2):
        claude.will_say("はい、可能です。", cites=[])
    _, told = await visitors.ask(app, "返金できますか")
    assert told.state == "quoted"
    assert "可能" not in told.text


async def test_what_the_owner_said_in_the_chat_can_be_pointed_at(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_say(REFUND)
    accepted, _told = await visitors.ask(app, "返金できますか")
    await visitors.takeovers.begin(OwnerScope(app.scope.owner_id), accepted.conversation_id)
    await visitors.takeovers.say(
        OwnerScope(app.scope.owner_id), accepted.conversation_id, "今週は30日以内なら返金します。"
    )
    await visitors.takeovers.end(OwnerScope(app.scope.owner_id), accepted.conversation_id)
    claude.will_say("30日以内なら返金できます。", cites=[1])
    _, told = await visitors.ask(app, "何日以内ですか", accepted.key)
    assert (told.text, told.sources) == (
        "30日以内なら返金できます。",
        ["運営者の返答（この会話、2040/04/02 18:00, 東京）"],
    )
    results = claude.requests[-1].search_results
    assert [result["content"][0]["text"] for result in results] == [REFUND, "今週は30日以内なら返金します。"]
    assert "cache_control" in results[0]
    assert "cache_control" not in results[1]


async def test_the_model_is_told_what_day_it_is_behind_what_is_cached(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    await visitors.ask(app, "返金できますか")
    *_, asked, question = claude.requests[-1].body["messages"][-1]["content"]
    assert question["text"] == "返金できますか"
    assert asked["text"].startswith("It is Monday, 2 April 2040, 18:00 in Asia/Tokyo (UTC+09:00). Answer in Japanese.")


async def test_the_day_is_that_of_the_owners_zone(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    await AlertSettingsRepository(visitors.db).set_time_zone(app.scope, "America/Los_Angeles")
    await visitors.ask(app, "返金できますか")
    *_, asked, _question = claude.requests[-1].body["messages"][-1]["content"]
    assert asked["text"].startswith("It is Monday, 2 April 2040, 02:00 in America/Los_Angeles (UTC-07:00).")


async def test_a_second_try_may_say_that_it_does_not_know(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_say(BARE, cites=[])
    claude.will_not_know("電話で返金できますか")
    _, told = await visitors.ask(app, "電話で返金できますか")
    assert told.state == "unknown"
    assert "三日以内" not in told.text


@pytest.mark.parametrize("fault", ["overloaded", "cut", "refusal_mid_answer"])
async def test_when_the_second_try_fails_the_knowledge_is_quoted(
    db: Database, claude: ClaudeStandIn, fault: Fault
) -> None:
    async with claude_model(claude) as model, visitor_side(db, model) as visitors:
        app = await visitors.app(返金できますか=REFUND)
        claude.will_say(BARE, cites=[])
        claude.will_fail(fault, times=2, text="途中まで話して、そのまま消えます。")
        _, told = await visitors.ask(app, "返金できますか")
    assert told.state == "quoted"
    assert REFUND in told.text
    assert "三日以内" not in told.text


async def test_half_an_answer_without_pointers_is_no_half(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_not_know("返金に何日かかりますか", text="三日ほどかかります。", cites=[])
    _, told = await visitors.ask(app, "返金に何日かかりますか")
    assert (told.state, len(claude.requests)) == ("unknown", 1)
    assert "三日" not in told.text


async def test_there_is_no_second_try_beyond_what_may_be_spent(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    # The day's dollar, but for what the first try may cost.
    await spend(visitors.spending, app.scope, 1_000_000 - ONE_AND_A_HALF)
    today = visitors.clock.now().astimezone(JAPAN).date()
    (day,) = await SpendingRepository(visitors.db).days(app.scope, today - timedelta(1), today)
    assert day.cost < 1_000_000
    claude.will_say(BARE, cites=[])
    _, told = await visitors.ask(app, "返金できますか")
    assert (told.state, len(claude.requests)) == ("quoted", 1)


async def test_both_tries_together_have_the_time_of_one_answer(db: Database, claude: ClaudeStandIn) -> None:
    async with claude_model(claude) as model, visitor_side(db, model, model_deadline=2) as visitors:
        app = await visitors.app(返金できますか=REFUND)
        claude.will_say(BARE, cites=[])
        claude.will_fail("stall_with_pings")
        _, told = await visitors.ask(app, "返金できますか")
    assert told.state == "quoted"


def test_the_stand_in_streams_what_the_sdk_knows() -> None:
    result = {
        "type": "search_result",
        "source": "faq:1",
        "title": "返金",
        "content": [{"type": "text", "text": REFUND}],
    }
    asked = {"role": "user", "content": [result, {"type": "text", "text": "返金できますか"}]}
    request = Request({}, {"model": "claude-haiku-5-5", "messages": [asked]})
    kind: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)
    said = [Said([REFUND], [0]), Said(tool="wants_person", stop_reason="tool_use")]
    streamed = [
        kind.validate_python(event) for each in said for event in events(request, each) if event["type"] != "ping"
    ]
    deltas = [event.delta for event in streamed if isinstance(event, RawContentBlockDeltaEvent)]
    cited = [delta.citation for delta in deltas if isinstance(delta, CitationsDelta)]
    assert len(cited) == 1
    assert isinstance(cited[0], CitationsSearchResultLocation)
    assert (cited[0].cited_text, cited[0].search_result_index) == (REFUND, 0)
    assert (cited[0].start_block_index, cited[0].end_block_index) == (0, 1)
