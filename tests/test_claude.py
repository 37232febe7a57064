"""Claude's stream becomes our events; every way it can fail is a ModelFailed that says why."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import httpx2
import pytest
from claude_events import Block, Fault
from claude_standin import KEY, ClaudeStandIn
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from knowledge.items import KnowledgeItem
from knowledge.model.claude import ClaudeAnswers, ClaudeTools, Patience, claude_client
from knowledge.model.claude_stream import TokenCounts, sse_events
from knowledge.model.events import (
    BlockEnded,
    Cited,
    CutShort,
    Decline,
    Declined,
    ModelEvent,
    ModelFailed,
    NotInKnowledge,
    TextDelta,
    Usage,
    WantsPerson,
)
from knowledge.model.models import ROOM_TO_THINK, Prices, facts_of
from knowledge.model.prompt import AppFacts, Prompt, to_request

MODEL = "claude-haiku-5-5"
ITEMS = (
    KnowledgeItem("f1", "faq", "営業時間", "9時から17時です。"),
    KnowledgeItem("f2", "faq", "返金", "返金は各ストアへ。"),
)
PROMPT = Prompt(AppFacts("ことりノート"), ITEMS, (), "返金できますか", "ja")


@pytest.fixture
async def answers(claude: ClaudeStandIn) -> AsyncIterator[ClaudeAnswers]:
    async with claude_client(KEY, claude.url) as client:
        yield ClaudeAnswers(client, MODEL)


async def asked(answers: ClaudeAnswers) -> list[ModelEvent]:
    return [event async for event in answers.answer(PROMPT, ())]


async def failed(answers: ClaudeAnswers) -> tuple[list[ModelEvent], str]:
    """The events before the failure, and why it failed."""
    events: list[ModelEvent] = []
    try:
        async for event in answers.answer(PROMPT, ()):
            events += [event]
    except ModelFailed as failure:
        return events, failure.why
    pytest.fail("the model did not fail")


def text_of(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_an_answer_from_the_knowledge_streams_with_its_source_and_cost(answers: ClaudeAnswers) -> None:
    *said, cited, block, usage = await asked(answers)
    assert text_of(said) == "返金は各ストアへ。"
    assert len(said) > 1
    assert (cited, block) == (Cited("f2"), BlockEnded("返金は各ストアへ。", ("f2",)))
    assert usage == Usage(120, 42, 900, 0, MODEL)


async def test_each_source_is_named_once_and_a_pointer_to_nothing_is_left_out(
    claude: ClaudeStandIn, answers: ClaudeAnswers
) -> None:
    claude.will_say("どちらも。", cites=[1, 0, 1, 7])
    assert [event for event in await asked(answers) if isinstance(event, Cited)] == [Cited("f2"), Cited("f1")]


async def test_deltas_arrive_as_they_were_cut(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_say("", chunks=["電話は03-12", "34-56", "78です"])
    deltas = [event for event in await asked(answers) if isinstance(event, TextDelta)]
    assert deltas == [TextDelta("電話は03-12"), TextDelta("34-56"), TextDelta("78です")]


async def test_not_knowing_comes_by_the_tool(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_not_know("Is it on Linux?", "en")
    events = await asked(answers)
    assert events[0] == NotInKnowledge("Is it on Linux?", "en")


async def test_half_an_answer_and_the_tool_come_together(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_not_know("送料は？", "ja", text="返金は各ストアへ。")
    events = await asked(answers)
    assert text_of(events) == "返金は各ストアへ。"
    assert NotInKnowledge("送料は？", "ja") in events


async def test_asking_for_a_person_comes_by_the_tool(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_want_person()
    assert WantsPerson() in await asked(answers)


async def test_a_tool_call_that_cannot_be_read_is_asked_for_again(
    claude: ClaudeStandIn, answers: ClaudeAnswers
) -> None:
    claude.will_fail("bad_tool_json")
    assert text_of(await asked(answers)) == "返金は各ストアへ。"
    assert len(claude.requests) == 2


async def test_a_tool_call_that_cannot_be_read_twice_is_a_failure(
    claude: ClaudeStandIn, answers: ClaudeAnswers
) -> None:
    claude.will_fail("bad_tool_json", times=2)
    assert await failed(answers) == ([], "broken_stream")


@pytest.mark.parametrize("reason", ["off_topic", "banned_topic", "unsafe"])
async def test_declining_comes_by_the_tool(claude: ClaudeStandIn, answers: ClaudeAnswers, reason: str) -> None:
    claude.will_decline(reason)
    assert Declined(Decline(reason)) in await asked(answers)


async def test_a_reason_nobody_knows_is_still_a_refusal(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_decline("moody")
    assert Declined(Decline.OFF_TOPIC) in await asked(answers)


@pytest.mark.parametrize("fault", ["max_tokens", "context_window"])
async def test_reaching_a_limit_is_no_failure_and_is_said(
    claude: ClaudeStandIn, answers: ClaudeAnswers, fault: Fault
) -> None:
    claude.will_fail(fault, text="途中まで")
    events = await asked(answers)
    assert text_of(events) == "途中まで"
    assert CutShort() in events


async def test_an_ordinary_end_is_not_cut_short(answers: ClaudeAnswers) -> None:
    assert CutShort() not in await asked(answers)


async def test_each_block_says_whether_it_is_cited(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_say_blocks(Block("はい、"), Block("返金は各ストアへ。", [1, 0]), Block("お気軽にどうぞ。"))
    blocks = [event for event in await asked(answers) if isinstance(event, BlockEnded)]
    assert [(block.text, block.cited, block.broken) for block in blocks] == [
        ("はい、", (), 0),
        ("返金は各ストアへ。", ("f2", "f1"), 0),
        ("お気軽にどうぞ。", (), 0),
    ]


async def test_a_pointer_to_words_that_do_not_stand_there_is_dropped_and_counted(
    claude: ClaudeStandIn, answers: ClaudeAnswers
) -> None:
    claude.will_say_blocks(Block("返金は三日で。", [1], cited_text="返金は三日で。"), Block("9時から。", [0]))
    events = await asked(answers)
    assert [event for event in events if isinstance(event, Cited)] == [Cited("f1")]
    assert BlockEnded("返金は三日で。", broken=1) in events


async def test_what_a_failed_answer_cost_is_known(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_fail("refusal_mid_answer")
    with pytest.raises(ModelFailed) as failure:
        await asked(answers)
    assert failure.value.usage == Usage(120, 42, 900, 0, MODEL)


@pytest.mark.parametrize(
    "model", ["claude-haiku-5-5", "claude-haiku-4-5", "claude-sonnet-5-5", "claude-opus-5", "claude-new-9"]
)
async def test_every_model_is_asked_as_it_can_be_asked(claude: ClaudeStandIn, model: str) -> None:
    async with claude_client(KEY, claude.url) as client:
        assert await asked(ClaudeAnswers(client, model, max_tokens=500))
    body = claude.requests[-1].body
    thinks = model in ("claude-sonnet-5-5", "claude-new-9")
    assert body["max_tokens"] == 500 + (ROOM_TO_THINK if thinks else 0)
    assert (body.get("thinking") == {"type": "disabled"}) is (model in ("claude-haiku-5-5", "claude-opus-5"))


@pytest.mark.parametrize(
    ("model", "usage", "cost"),
    [
        ("claude-haiku-5-5", (1_000, 100, 20_000, 0), 350),
        ("claude-haiku-5-5", (1_000, 100, 0, 20_000), 2_650),
        ("claude-haiku-4-5-20251001", (1_000, 100, 0, 0), 1_500),
        ("claude-new-9", (1, 0, 0, 0), 10),
        ("claude-haiku-5-5", (0, 0, 1, 0), 1),
    ],
)
def test_an_answer_costs_what_its_tokens_cost(model: str, usage: tuple[int, int, int, int], cost: int) -> None:
    """In millionths of a dollar, rounded up."""
    assert facts_of(model).prices.cost(Usage(*usage, model)) == cost


def test_what_is_kept_for_an_hour_costs_more_to_write() -> None:
    counted = TokenCounts()
    created = {"ephemeral_5m_input_tokens": 10_000, "ephemeral_1h_input_tokens": 10_000}
    counted.begin({"model": MODEL, "usage": {"cache_creation_input_tokens": 20_000, "cache_creation": created}})
    assert counted.spent == Usage(0, 0, 0, 20_000, MODEL, hour_write_tokens=10_000)
    assert facts_of(MODEL).prices.cost(counted.spent) == 10_000 * 0.125 + 10_000 * 0.2


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "1,2,3,x", "1,2,3,-4", "1,2,3,nan", "1,2,3,4,5"])
def test_prices_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"price|float"):
        Prices.parse(text)


def test_a_setting_may_say_other_prices() -> None:
    assert Prices.parse("1, 2, 0.5, 3").cost(Usage(1, 1, 2, 1, "")) == 7


async def test_a_very_long_answer_arrives_whole(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_fail("long")
    assert len(text_of(await asked(answers)).encode()) > 200_000


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("rate_limited", "rate_limited"),
        ("overloaded", "overloaded"),
        ("overloaded_event", "overloaded"),
        ("server_error", "error"),
        ("unauthorized", "auth"),
        ("billing", "billing"),
        ("refusal", "refused"),
        ("empty", "empty"),
    ],
)
async def test_a_failure_before_any_text_says_why(
    claude: ClaudeStandIn, answers: ClaudeAnswers, fault: Fault, why: str
) -> None:
    claude.will_fail(fault, times=2)
    assert await failed(answers) == ([], why)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("cut", "broken_stream"),
        ("cut_mid_character", "broken_stream"),
        ("bad_event_json", "broken_stream"),
        ("error_event", "error"),
        ("refusal_mid_answer", "refused"),
        ("pause_turn", "unfinished"),
    ],
)
async def test_a_failure_in_mid_answer_is_never_taken_for_an_end(
    claude: ClaudeStandIn, answers: ClaudeAnswers, fault: Fault, why: str
) -> None:
    claude.will_fail(fault)
    events, reason = await failed(answers)
    assert reason == why
    assert text_of(events).startswith("お問い合わ")
    assert len(claude.requests) == 1


@pytest.mark.parametrize(
    ("fault", "patience", "before"),
    [
        ("hang", Patience(first=0.5), ""),
        ("stall", Patience(idle=0.5), "お問い合わ"),
        ("stall_with_pings", Patience(total=3), "お問い合わ"),
        ("stall_with_pings", Patience(idle=0.5, total=3_600), "お問い合わ"),
    ],
)
async def test_silence_is_not_waited_for(claude: ClaudeStandIn, fault: Fault, patience: Patience, before: str) -> None:
    claude.will_fail(fault)
    async with claude_client(KEY, claude.url) as client:
        events, reason = await failed(ClaudeAnswers(client, MODEL, patience))
    assert reason == "timeout"
    assert text_of(events).startswith(before)
    assert len(claude.requests) == 1


@pytest.mark.parametrize("fault", ["overloaded", "overloaded_event"])
async def test_a_passing_failure_is_asked_again_once(
    claude: ClaudeStandIn, answers: ClaudeAnswers, fault: Fault
) -> None:
    claude.will_fail(fault)
    assert text_of(await asked(answers)) == "返金は各ストアへ。"
    assert len(claude.requests) == 2


async def test_a_short_retry_after_is_waited_for_a_long_one_is_not(
    claude: ClaudeStandIn, answers: ClaudeAnswers
) -> None:
    claude.will_fail("rate_limited", retry_after="0.01")
    assert await asked(answers)
    claude.will_fail("rate_limited", retry_after="30")
    assert await failed(answers) == ([], "rate_limited")
    assert len(claude.requests) == 3


async def test_nobody_listening_is_called_unreachable() -> None:
    async with claude_client(KEY, "http://127.0.0.1:9") as client:
        assert await failed(ClaudeAnswers(client, MODEL)) == ([], "unreachable")


async def test_a_wrong_key_is_told_apart(claude: ClaudeStandIn) -> None:
    async with claude_client("sk-ant-wrong", claude.url) as client:
        assert await failed(ClaudeAnswers(client, MODEL)) == ([], "auth")


async def called(url: str) -> None:
    async with claude_client(KEY, url) as client:
        await ClaudeTools(client, MODEL).call(to_request(PROMPT))


@pytest.mark.parametrize("tools", [False, True])
@pytest.mark.parametrize(("fault", "status"), [("error_event", 200), ("server_error", 500)])
async def test_what_the_api_refuses_is_logged_with_what_its_support_asks_for(
    claude: ClaudeStandIn, answers: ClaudeAnswers, fault: Fault, status: int, *, tools: bool
) -> None:
    claude.will_fail(fault, times=2)
    with capture_logs() as logs, pytest.raises(ModelFailed) as failure:
        await (called(claude.url) if tools else asked(answers))
    assert failure.value.why == "error"
    assert logs[0] == {
        "event": "claude_refused_request",
        "log_level": "warning",
        "status": status,
        "type": "api_error",
        "request_id": "req_standin",
    }
    assert "Stand-in fault" not in str(logs)


async def test_questions_share_one_connection(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    for _ in range(3):
        await asked(answers)
    assert claude.connections == 1


async def test_a_visitor_who_leaves_ends_the_stream(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_fail("stall")
    events = answers.answer(PROMPT, ())
    assert isinstance(await anext(events), TextDelta)
    await events.aclose()
    claude.go_on()
    assert await asked(answers)


async def test_answers_run_beside_each_other(claude: ClaudeStandIn, answers: ClaudeAnswers) -> None:
    claude.will_fail("hang")
    slow = asyncio.create_task(asked(answers))
    await claude.asked(1)
    assert text_of(await asked(answers)) == "返金は各ストアへ。"
    claude.go_on()
    assert await slow


@pytest.mark.parametrize(
    "body",
    [
        {"messages": []},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": " "}]}]},
        {"messages": [{"role": "assistant", "content": "a"}]},
        {"messages": [{"role": "user", "content": [{"type": "search_result", "source": "a", "title": "b"}]}]},
        {"tools": [{"name": "a", "strict": True, "input_schema": {"type": "object", "properties": {}}}]},
        {"temperature": 1},
        {"system": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}] * 5},
        {"system": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1d"}}]},
        {
            "system": [
                {"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}},
                {"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            ]
        },
    ],
)
async def test_the_stand_in_refuses_what_the_api_refuses(claude: ClaudeStandIn, body: dict[str, object]) -> None:
    good: dict[str, object] = {
        "model": MODEL,
        "max_tokens": 9,
        "stream": True,
        "messages": [{"role": "user", "content": "a"}],
    }
    async with httpx2.AsyncClient(
        base_url=claude.url, headers={"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    ) as client:
        response = await client.post("/v1/messages", json=good | body)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


STREAM = 'event: x\ndata: {"type":"ping","text":"こんにちは😀"}\r\n\n: c\ndata:{"n":1}\n\ndata: {"cut'.encode()


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_do_not_depend_on_where_the_bytes_are_cut(cuts: list[int]) -> None:
    """SECURITY.md S51, of the stream below the guard: chunk borders change nothing."""
    places = [0, *sorted(cuts), len(STREAM)]

    async def chunks() -> AsyncIterator[bytes]:
        for start, end in pairwise(places):
            yield STREAM[start:end]

    async def read() -> list[dict[str, object]]:
        return [event async for event in sse_events(chunks())]

    assert asyncio.run(read()) == [{"type": "ping", "text": "こんにちは😀"}, {"n": 1}]


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"])
async def test_a_model_that_thinks_is_asked_for_a_tool_and_not_made_to_call_it(
    claude: ClaudeStandIn, model: str
) -> None:
    client = claude_client(claude.key, claude.url)
    claude.will_call("wants_person")
    request = to_request(Prompt(AppFacts("Kotori"), (), (), "hi", "en"))
    assert (await ClaudeTools(client, model).call(request)).name == "wants_person"
    choice = claude.requests[-1].body["tool_choice"]["type"]
    assert choice == ("any" if "haiku" in model else "auto")
    await client.close()
