"""What those who look after mimi can read of it, and nobody else."""

import asyncio
import gc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer
from mimi import CHANNEL_SECRET, METRICS_TOKEN, Mimi

from bot import logs
from bot.app import build_app
from bot.embedded.line_simulator import sign
from bot.role import ProcessRole
from bot.settings import Settings, SettingsProblem
from knowledge.store.inbox.inbox import EventState, InboxEvent, InboxRepository

PAGE_SIZE = 4096
MOST_GROWTH = 100 * 1024 * 1024
DELIVERIES, EVENTS_EACH = 100, 100


async def read(mimi: Mimi, authorization: str = f"Bearer {METRICS_TOKEN}") -> tuple[int, str]:
    async with mimi.http.get(f"{mimi.url}/metrics", headers={"Authorization": authorization}) as response:
        return response.status, await response.text()


async def metrics(mimi: Mimi) -> dict[str, float]:
    """Each line of the page: name and labels -> value."""
    status, text = await read(mimi)
    assert status == 200
    lines = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def health(mimi: Mimi) -> tuple[int, str]:
    async with mimi.http.get(f"{mimi.url}/healthz") as response:
        return response.status, await response.text()


async def wait_since(mimi: Mimi, ago: timedelta, state: str = "") -> None:
    """An event that came in a while ago and that no worker has come for; or one that was parked."""
    inbox, at = InboxRepository(mimi.database), datetime.now(UTC) - ago
    event = InboxEvent(f"waits-{ago}-{state}", "U" + "0" * 32, {"type": "follow"}, at, at)
    await inbox.put([event])
    if state == EventState.PARKED:
        await inbox.park(event, "ValueError", at)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", METRICS_TOKEN, f"bearer{METRICS_TOKEN}", "Bearer ＡＢ"]
)
async def test_metrics_are_for_who_holds_the_token(mimi: Mimi, authorization: str) -> None:
    """S61"""
    status, text = await read(mimi, authorization)
    assert status == 401
    assert "mimi_" not in text


async def test_without_a_token_there_are_no_metrics(mimi: Mimi) -> None:
    """S61"""
    without = {name: value for name, value in mimi.environment().items() if name != "MIMI_METRICS_TOKEN"}
    async with TestClient(TestServer(build_app(Settings.read(without), ProcessRole.WEB))) as client:
        assert (await client.get("/metrics", headers={"Authorization": "Bearer "})).status == 404


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(SettingsProblem, match="MIMI_METRICS_TOKEN"):
        Settings.read({"MIMI_METRICS_TOKEN": "short"})


async def test_requests_are_counted_by_route_and_not_by_path(mimi: Mimi) -> None:
    """S8: a path may hold a token or a name."""
    await mimi.sign_up()
    await mimi.http.get(f"{mimi.url}/@kotori")
    await mimi.http.get(f"{mimi.url}/sign-in/canary-of-a-token")
    await mimi.http.get(f"{mimi.url}/canary-of-a-path")
    _, text = await read(mimi)
    assert 'mimi_http_requests_total{method="GET",route="/@{handle}",status="200"}' in text
    assert 'mimi_http_requests_total{method="POST",route="/line/webhook",status="200"}' in text
    assert "canary" not in text
    assert "kotori" not in text


async def test_what_waits_and_what_has_failed_is_counted(mimi: Mimi) -> None:
    """P8's parked events and P16's backlog."""
    await mimi.stop()
    await mimi.start(ProcessRole.WEB)
    await wait_since(mimi, timedelta(seconds=20))
    await wait_since(mimi, timedelta(hours=1), EventState.PARKED)
    found = await metrics(mimi)
    assert found['mimi_backlog{collection="inbox",state="new"}'] == 1
    assert found['mimi_backlog{collection="inbox",state="parked"}'] == 1
    assert 20 <= found['mimi_backlog_oldest_seconds{collection="inbox"}'] < 80


async def test_health_says_degraded_while_events_wait_too_long(mimi: Mimi) -> None:
    """P16"""
    await mimi.stop()
    await mimi.start(ProcessRole.WEB)
    assert await health(mimi) == (200, "ok")
    await wait_since(mimi, timedelta(seconds=31))
    assert await health(mimi) == (200, "degraded")
    await mimi.stop()
    await mimi.start()
    await mimi.settled()
    assert await health(mimi) == (200, "ok")


async def test_what_answers_cost_today_is_shown(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add Refunds? = Within 14 days.")
    await mimi.visitor_asks("Refunds?")
    await mimi.settled()
    found = await metrics(mimi)
    assert found['mimi_model_spent_today{what="answers"}'] == 1
    assert found['mimi_model_spent_today{what="dollars"}'] > 0


async def test_a_logged_problem_is_counted_by_its_name(mimi: Mimi, capfd: pytest.CaptureFixture[str]) -> None:
    logs.set_up(pretty=False)
    try:
        structlog.get_logger().warning("a test went by", owner="canary")
        structlog.get_logger().info("nothing of note")
    finally:
        structlog.reset_defaults()
    found = await metrics(mimi)
    assert found['mimi_problems_total{event="a test went by",level="warning"}'] == 1
    assert not [name for name in found if "nothing of note" in name or "canary" in name]


async def post(mimi: Mimi, body: bytes) -> int:
    headers = {"x-line-signature": sign(CHANNEL_SECRET, body)}
    async with mimi.http.post(f"{mimi.url}/line/webhook", data=body, headers=headers) as response:
        return response.status


def memory() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_SIZE


async def test_ten_thousand_events_at_once_wait_in_the_store_and_not_in_memory(mimi: Mimi) -> None:
    """P16"""
    await mimi.stop()
    await mimi.start(ProcessRole.WEB)
    before = memory()

    at_once = asyncio.Semaphore(10)

    async def deliver() -> None:
        body = mimi.line.webhook_body([mimi.owner.compose("hello") for _ in range(EVENTS_EACH)])
        async with at_once:
            while await post(mimi, body) == 503:  # LINE delivers again what a busy store did not take in time
                pass

    await asyncio.gather(*(deliver() for _ in range(DELIVERIES)))
    assert (await metrics(mimi))['mimi_backlog{collection="inbox",state="new"}'] == DELIVERIES * EVENTS_EACH
    assert memory() - before < MOST_GROWTH
