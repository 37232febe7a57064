"""`python -m bot doctor` as an operator runs it, and what it says of Claude and of the settings."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from claude_standin import KEY, ClaudeStandIn
from mail_dialogue import Dialogue, open_dialogue
from mimi import Mimi
from pytest_aiohttp import AiohttpServer
from test_run import START_SECONDS, spawn

from bot.doctor.claude import look_at_claude
from bot.doctor.diagnosis import Diagnosis, bounded, quoted
from bot.doctor.machine import look_at_clocks, look_at_meaning
from bot.doctor.report import examine
from bot.settings import Settings
from handlers.clock import SystemClock
from knowledge.meaning.embedder import Embedder


async def claude_says(url: str, key: str = KEY, model: str = "claude-haiku-5-5") -> Diagnosis:
    settings = Settings.read({"ANTHROPIC_API_KEY": key, "ANTHROPIC_BASE_URL": url, "MIMI_MODEL": model})
    [finding] = await look_at_claude(settings)
    return finding


@pytest.mark.parametrize(
    ("status", "kind", "detail", "advice"),
    [
        (401, "authentication_error", "the key is refused", "ANTHROPIC_API_KEY"),
        (403, "permission_error", "the key is refused", "ANTHROPIC_API_KEY"),
        (404, "not_found_error", "there is no model claude-haiku-5-5", "MIMI_MODEL"),
        (404, "", "the request failed", "ANTHROPIC_BASE_URL"),
        (402, "billing_error", "no credit", "add credit"),
        (429, "rate_limit_error", "too many requests", "higher tier"),
        (529, "overloaded_error", "overloaded", "until it passes"),
        (504, "timeout_error", "does not answer in time", "until it passes"),
    ],
)
async def test_what_claude_says_is_told_in_words(
    aiohttp_server: AiohttpServer, status: int, kind: str, detail: str, advice: str
) -> None:
    async def refuse(_: web.Request) -> web.Response:
        body = {"type": "error", "error": {"type": kind, "message": "no"}} if kind else {"detail": "Not Found"}
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_get("/v1/models/{model}", refuse)
    server = await aiohttp_server(app)
    finding = await claude_says(str(server.make_url("")))
    assert not finding.well
    assert detail in finding.detail
    assert advice in finding.advice


async def test_a_key_and_a_model_are_told_apart(claude: ClaudeStandIn) -> None:
    assert (await claude_says(claude.url)).well
    assert (await claude_says(claude.url, key="sk-ant-wrong")).detail == "the key is refused"
    assert (await claude_says(claude.url, model="haiku")).detail == "there is no model haiku"


async def test_a_claude_that_cannot_be_reached_is_called_unreachable() -> None:
    finding = await claude_says("http://127.0.0.1:9")
    assert finding.detail == "http://127.0.0.1:9 cannot be reached"
    assert "ANTHROPIC_BASE_URL" in finding.advice


async def test_a_missing_model_is_a_fault_unless_words_are_meant_to_do() -> None:
    [missing] = await look_at_meaning(Settings.read({}), Embedder(packages=()))
    assert not missing.well
    assert "requirements.lock" in missing.advice
    assert "MIMI_EMBEDDINGS=false" in missing.advice
    [off] = await look_at_meaning(Settings.read({"MIMI_EMBEDDINGS": "false"}), Embedder(packages=()))
    assert str(off).startswith("ok ")


async def test_a_model_whose_process_ends_is_a_fault() -> None:
    [dead] = await look_at_meaning(Settings.read({}), Embedder(command=("false",)))
    assert not dead.well
    assert "process ended" in dead.detail


async def test_our_clock_is_compared_with_services_that_are_right_and_with_no_other(
    aiohttp_server: AiohttpServer,
) -> None:
    async def at_another_time(_: web.Request) -> web.Response:
        return web.Response(status=404, headers={"Date": "Wed, 01 Jan 2020 00:00:00 GMT"})

    app = web.Application()
    app.router.add_route("*", "/", at_another_time)
    server = await aiohttp_server(app)
    hosts = {"LINE's": str(server.make_url("/")), "Anthropic's": "http://127.0.0.1:9"}
    [finding] = await look_at_clocks(hosts, SystemClock())
    assert not finding.well
    assert "ahead of LINE's" in finding.detail


async def test_a_service_that_never_answers_is_given_up() -> None:

    async def never() -> list[Diagnosis]:
        await asyncio.Event().wait()
        return []

    [finding] = await bounded("mail", never(), limit=0.05)
    assert not finding.well
    assert finding.name == "mail"


async def test_everything_is_looked_at_in_the_same_order(mimi: Mimi) -> None:
    async with open_dialogue(Dialogue(offers=[])) as port:
        settings = Settings.read(
            mimi.environment()
            | {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MIMI_PUBLIC_URL": mimi.url}
            | {"MIMI_OPERATOR": "Hitsuji Works", "MIMI_HOSTING": "Example Cloud (Japan)"}
        )
        found = await examine(settings, SystemClock())
    names = [finding.name.partition(" of ")[0] for finding in found]
    assert names == [
        *("settings", "store", "clock", "disk", "indexes", "inbox", "outbox"),
        *("ways out", "pushes", "spending", "notices", "policy", "operator", "disk", "meaning"),
        *(
            "LINE",
            "token",
            "channel secret",
            "chat mode",
            "plan",
            "webhook",
            "webhook test",
            "redelivery",
            "auto-response and groups",
        ),
        *("Claude", "mail", "address", "clock", "clock"),
    ]
    failed = {finding.name for finding in found if not finding.well and "disk" not in finding.name}
    assert failed == {"address"}, "served by http here; a full disk is this machine's own"


async def test_settings_that_serve_would_refuse_are_named_before_it_does(mimi: Mimi) -> None:
    settings = Settings.read({"MONGODB_URI": mimi.environment()["MONGODB_URI"], "MIMI_EMBEDDINGS": "false"})
    first = (await examine(settings, SystemClock()))[0]
    assert first.well
    assert "LINE_CHANNEL_SECRET" in first.advice
    assert "MONGODB_URI" not in first.advice


async def test_the_command_sets_the_webhook_with_fix_and_exits_by_what_it_found(mimi: Mimi, tmp_path: Path) -> None:
    mimi.line.webhook_url = "https://old.example/line/webhook"
    async with open_dialogue(Dialogue(offers=[])) as port:
        given = mimi.environment() | {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MIMI_PUBLIC_URL": mimi.url}
        process = await spawn(tmp_path, "doctor", "--fix", **given)
        said, problems = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert f"ok   webhook: set to {mimi.url}/line/webhook" in said.decode(), problems.decode()
    assert "FAIL address" in said.decode()
    assert process.returncode == 1
    assert mimi.line.webhook_url == f"{mimi.url}/line/webhook"


def test_what_another_server_says_stays_one_short_line() -> None:
    assert quoted("550 no\r\n\x1b[31mFAIL store: gone\x07") == "550 no [31mFAIL store: gone"
    assert len(quoted("x" * 5_000)) < 200
