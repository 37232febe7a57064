"""The check of a doubtful message in a real browser: solved in a worker, waited for where that is not to be had."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from browsers import chromium, fits, open_page
from playwright.async_api import Browser, Page, Request, Route, expect
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

DOUBTFUL = "We offer SEO services for your website. Please reply if interested."
WAIT = timedelta(seconds=8)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app("kotori", "ことり日記")
        await running.faqs.add((await running.apps.public("kotori")).scope, "オフラインで使えますか？", "はい。")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def opened(site: SiteUnderTest, browser: Browser, **how: Any) -> Page:
    page = await open_page(browser, **how)
    await page.goto(f"{site.url}/@kotori")
    return page


async def said(site: SiteUnderTest) -> list[str]:
    return [each["text"] for each in await site.db.collection("messages").find({"role": "visitor"})]


async def test_a_doubtful_message_goes_through_by_itself(site: SiteUnderTest, browser: Browser) -> None:
    page = await opened(site, browser)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    sent: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/messages"):
            sent.append(json.loads(request.post_data or "{}"))

    page.on("request", note)
    await page.fill("#text", DOUBTFUL)
    await page.press("#text", "Enter")
    await expect(page.locator(".said.mimi strong").last).to_be_visible()
    await expect(page.locator("#notice")).to_have_text("")
    # The clock of the server stood still: it was the work that was taken.
    assert [bool(each.get("proof")) for each in sent] == [False, True]
    assert sent[0]["id"] == sent[1]["id"]
    assert await said(site) == [DOUBTFUL]
    assert refused == []
    await expect(page.locator("#text")).to_be_focused()


@pytest.mark.parametrize(
    ("lang", "why", "goes_on"),
    [
        ("ja-JP", "人が送ったものかどうかを確認します", "まもなく自動で送信されます"),
        ("en-US", "I am checking that a person sent it", "will be sent automatically in a moment"),
    ],
)
async def test_what_goes_on_is_said_to_who_cannot_see_it(
    site: SiteUnderTest, browser: Browser, lang: str, why: str, goes_on: str
) -> None:
    page = await opened(site, browser, lang=lang)
    go = asyncio.Event()

    async def hold(route: Route) -> None:
        await go.wait()
        await route.continue_()

    await page.route("**/check_worker.*", hold)
    await page.fill("#text", DOUBTFUL)
    await page.press("#text", "Enter")
    status = page.get_by_role("status").filter(has_text=why)
    await expect(status).to_contain_text(goes_on)
    await expect(page.locator(".said.visitor .words")).to_have_text(DOUBTFUL)
    await fits(page, f"check-{lang[:2]}")
    go.set()
    await expect(page.locator(".said.mimi strong").last).to_be_visible()


@pytest.mark.parametrize("missing", ["check_worker.*", "check.*"])
async def test_a_browser_that_cannot_do_the_work_waits(site: SiteUnderTest, browser: Browser, missing: str) -> None:
    page = await open_page(browser)
    await page.clock.install()
    await page.route(f"**/{missing}", lambda route: route.abort())
    await page.goto(f"{site.url}/@kotori")
    await page.fill("#text", DOUBTFUL)
    await page.press("#text", "Enter")
    await expect(page.locator("#notice")).to_contain_text("will be sent automatically")
    site.side.clock.advance(WAIT)
    await page.clock.run_for(9_000)
    await expect(page.locator(".said.mimi strong").last).to_be_visible()


@pytest.mark.parametrize("script", ["throw undefined;", "onmessage = () => postMessage('1.2.3.4.5.6.7.8');"])
async def test_a_browser_that_fails_at_the_work_waits(site: SiteUnderTest, browser: Browser, script: str) -> None:
    page = await browser.new_page(locale="en-US")  # no page of open_page: an error in the worker is what is tried
    await page.clock.install()
    await page.route("**/check_worker.*", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    await page.goto(f"{site.url}/@kotori")
    await page.evaluate("failed = []; addEventListener('error', () => failed.push(1))")
    async with page.expect_response("**/check_worker.*"):
        await page.fill("#text", DOUBTFUL)
        await page.press("#text", "Enter")
    if "postMessage" in script:
        await expect(page.locator("#notice")).to_contain_text("not passed")
    await expect(page.locator("#notice")).to_contain_text("will be sent automatically")
    site.side.clock.advance(WAIT)
    await page.clock.run_for(9_000)
    await expect(page.locator(".said.mimi strong").last).to_be_visible()
    assert await page.evaluate("failed") == []


async def test_stopping_a_check_gives_the_words_back(site: SiteUnderTest, browser: Browser) -> None:
    page = await opened(site, browser)
    await page.route("**/check_worker.*", lambda route: route.abort())
    await page.fill("#text", DOUBTFUL)
    await page.press("#text", "Enter")
    await expect(page.locator("#notice")).to_contain_text("will be sent automatically")
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator("#text")).to_have_value(DOUBTFUL)
    assert await said(site) == []


@pytest.mark.parametrize(
    ("lang", "send", "wait", "early"),
    [
        (
            "ja-JP",
            "送信",
            "8秒ほど待ってから、もう一度「送信」を押して",
            "まだ待ち時間が終わっていません。5秒ほど待ってから",
        ),
        ("en-US", "Send", "wait 8 seconds, then press “Send” again", "not over yet. Please wait 5 seconds"),
    ],
)
async def test_without_scripts_the_same_form_goes_through_after_a_wait(
    site: SiteUnderTest, browser: Browser, lang: str, send: str, wait: str, early: str
) -> None:
    page = await opened(site, browser, scripts=False, lang=lang)
    await page.fill("#text", DOUBTFUL)
    await page.get_by_role("button", name=send).click()
    await expect(page.locator("#notice")).to_contain_text(wait)
    await expect(page.locator("#text")).to_have_value(DOUBTFUL)
    await fits(page, f"check-without-scripts-{lang[:2]}")
    site.side.clock.advance(timedelta(seconds=3))
    await page.get_by_role("button", name=send).click()
    await expect(page.locator("#notice")).to_contain_text(early)
    site.side.clock.advance(timedelta(seconds=5))
    await page.get_by_role("button", name=send).click()
    await expect(page.locator(".said.mimi strong").last).to_be_visible()
    await expect(page.locator("#text")).to_have_value("")
    assert await said(site) == [DOUBTFUL]


async def test_a_form_left_for_too_long_keeps_the_words(site: SiteUnderTest, browser: Browser) -> None:
    page = await opened(site, browser, scripts=False)
    await page.fill("#text", DOUBTFUL)
    await page.get_by_role("button", name="Send").click()
    site.side.clock.advance(timedelta(hours=1))
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#notice")).to_contain_text("has expired, so here is a new one")
    await expect(page.locator("#text")).to_have_value(DOUBTFUL)
    site.side.clock.advance(WAIT)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".said.mimi strong").last).to_be_visible()
