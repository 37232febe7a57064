"""The store stopped, frozen or without a primary: everybody is told so within seconds, and nobody waits for it."""

import asyncio
import os
import signal
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from browsers import chromium, open_page
from mimi import Mimi, freeze, running_mimi, soon
from playwright.async_api import expect

from bot.embedded.mongod import REPLICA_SET, Mongod
from bot.keys import LOADING, READY
from bot.role import ProcessRole
from knowledge.store.database import Database
from knowledge.store.registry import create_indexes
from web.site.sse import OPEN_STREAMS

Fault = Callable[[Mongod, Database], AbstractAsyncContextManager[None]]
JAPANESE = {"Accept-Language": "ja", "Accept": "text/html"}
STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
async def own_mimi(own_mongod: Mongod) -> AsyncIterator[Mimi]:
    database = Database.open(own_mongod.uri)
    await create_indexes(database)
    # As in production: a driver that was told of one server alone would read from it though it is no primary.
    uri = own_mongod.uri.replace("directConnection=true", f"replicaSet={REPLICA_SET}")
    async with running_mimi(database, settings={"MONGODB_URI": uri}) as mimi:
        await mimi.sign_up()
        await mimi.settled()
        yield mimi
    database.close()


@asynccontextmanager
async def stopped(mongod: Mongod, database: Database) -> AsyncIterator[None]:
    await mongod.stop()
    yield
    await mongod.start()


@asynccontextmanager
async def frozen(mongod: Mongod, database: Database) -> AsyncIterator[None]:
    pid = int((await database.raw.command("serverStatus"))["pid"])
    await freeze(pid)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def without_a_primary(mongod: Mongod, database: Database) -> AsyncIterator[None]:
    await database.client.admin.command({"replSetStepDown": 600, "force": True})
    yield
    await database.client.admin.command({"replSetFreeze": 0})


async def asked(mimi: Mimi, method: str, path: str, **options: Any) -> tuple[int, str, str]:
    """Status, text and Retry-After."""
    async with mimi.http.request(method, mimi.url + path, allow_redirects=False, **options) as response:
        return response.status, await response.text(), response.headers.get("Retry-After", "")


def requests(key: str) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """One through each door: pages, API, streams, forms of visitors and owners."""
    message = {"id": str(uuid.uuid4()), "text": "And trees?", "conversation": key}
    bearer, owner = {"Authorization": f"Bearer {key}"}, {"Cookie": "__Host-mimi=anything"}
    return (
        ("GET", "/@kotori", {"headers": JAPANESE}),
        ("POST", "/@kotori/messages", {"json": message}),
        ("POST", "/@kotori/messages", {"json": message, "headers": STREAM}),
        ("POST", "/@kotori/messages", {"data": message, "headers": JAPANESE}),
        ("GET", "/@kotori/events", {"headers": bearer | STREAM}),
        ("GET", "/@kotori/events", {"headers": bearer | {"Accept": "application/json"}}),
        ("POST", "/@kotori/conversation", {"json": {}, "headers": bearer}),
        ("GET", "/owner", {"headers": owner}),
        ("POST", "/owner/apps/kotori/faqs", {"data": {"question": "Price?", "answer": "Free"}, "headers": owner}),
        ("POST", "/sign-in", {"data": {"token": "anything"}}),
        ("POST", "/contact", {"data": {"text": "Hello", "reply_to": ""}}),
    )


@pytest.mark.parametrize("fault", [stopped, frozen, without_a_primary])
async def test_every_door_says_503_while_the_store_is_away_and_goes_on_after(
    own_mimi: Mimi, own_mongod: Mongod, fault: Fault
) -> None:
    """P4"""
    mimi = own_mimi
    assert mimi.app
    mimi.app[READY].set()
    key = (await mimi.visitor_asks("Do you have plants?")).key
    async with fault(own_mongod, mimi.database):
        answers = await asyncio.gather(*(asked(mimi, *rest, **options) for *rest, options in requests(key)))
        assert [status for status, _, _ in answers] == [503] * len(answers)
        assert all(int(retry_after) > 0 for _, _, retry_after in answers)
        assert "ただいまデータを読み込めません" in answers[0][1], "a reader has sent nothing that may be lost"
        assert "送信した内容は保存されていない可能性" in answers[3][1]
        assert '"code": "unavailable"' in answers[1][1]
        for path in ("/healthz", "/readyz"):
            assert (await asked(mimi, "GET", path))[:2] == (503, "store")
        assert (await asked(mimi, "GET", "/"))[0] == 200

    async def back() -> bool:
        return (await asked(mimi, "GET", "/@kotori"))[0] == 200

    await soon(back, 60)
    assert (await asked(mimi, "GET", "/readyz"))[:2] == (200, "ready")
    assert (await mimi.visitor_asks("And trees?", key)).named("done")


async def test_a_stream_that_is_open_says_that_the_store_is_away(own_mimi: Mimi, own_mongod: Mongod) -> None:
    key = (await own_mimi.visitor_asks("Do you have plants?")).key
    async with own_mimi.visitor_listens(key) as events:
        await anext(events)
        await own_mongod.stop()
        async for event in events:
            if event.name == "notice":
                break
        assert event.data["code"] == "unavailable"


async def test_a_page_says_that_the_store_is_away_and_no_longer_when_it_is_back(
    own_mimi: Mimi, own_mongod: Mongod
) -> None:
    async with chromium() as browser:
        page = await open_page(browser)
        await page.goto(f"{own_mimi.url}/@kotori")
        await page.fill("#text", "Do you have plants?")
        await page.press("#text", "Enter")
        await expect(page.locator(".said.mimi").last).to_contain_text("passed your question")

        async def listens() -> bool:
            assert own_mimi.app
            return len(own_mimi.app[OPEN_STREAMS]) == 1

        await soon(listens)
        await own_mongod.stop()
        await expect(page.locator("#notice")).to_contain_text("cannot be read")
        await own_mongod.start()
        await expect(page.locator("#notice")).to_be_empty(timeout=90_000)


async def test_a_worker_says_how_it_is_too(mimi: Mimi) -> None:
    """Behind a proxy as well, whose visitors it never sees."""
    await mimi.stop()
    mimi.more_settings = {"MIMI_TRUSTED_PROXY": "true"}
    await mimi.start(ProcessRole.WORKER)
    assert mimi.app
    mimi.app[READY].set()
    for path, said in (("/healthz", "ok"), ("/readyz", "ready")):
        async with mimi.http.get(mimi.url + path) as response:
            assert (response.status, await response.text()) == (200, said)
            assert "Server" not in response.headers
    assert (await asked(mimi, "GET", "/@kotori"))[0] == 404


async def test_a_process_is_ready_once_it_is_loaded_and_until_it_drains(mimi: Mimi) -> None:
    assert mimi.app
    await mimi.app[LOADING]
    mimi.app[READY].clear()
    assert (await asked(mimi, "GET", "/readyz"))[:2] == (503, "not ready")
    mimi.app[READY].set()
    assert (await asked(mimi, "GET", "/readyz"))[:2] == (200, "ready")
    app = mimi.app
    await mimi.stop()
    assert not app[READY].is_set()
