"""axe-core finds nothing that shuts people out of the visitor's page, in Firefox; for WebKit tests/test_webkit.py."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browsers import DESKTOP, PHONE, open_page, this_runs_browser
from playwright.async_api import Browser, Frame, expect
from sites import SiteUnderTest, running_site
from somebodys_shop import listed

from knowledge.store.database import Database

pytestmark = pytest.mark.engines("firefox")
QUESTION = "オフラインで使えますか？"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app("kotori", "ことり日記")
        await running.faqs.add(app.scope, QUESTION, "はい、使えます。")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with this_runs_browser() as started:
        yield started


async def nobody_is_shut_out(frame: Frame) -> None:
    await frame.evaluate(AXE_SCRIPT)
    found = await frame.evaluate("axe.run().then((found) => found.violations)")
    assert [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]] == []


@pytest.mark.parametrize("how", ["lang=en", "lang=ja", "lang=en&embed=app"])
async def test_nobody_is_shut_out_before_and_after_an_answer(site: SiteUnderTest, browser: Browser, how: str) -> None:
    page = await open_page(browser, width=PHONE if "embed" in how else DESKTOP)
    await page.goto(f"{site.url}/@kotori?{how}")
    await nobody_is_shut_out(page.main_frame)
    await page.fill("#text", QUESTION)
    await page.press("#text", "Enter")
    await expect(page.locator(".said.mimi:not(.greeting) strong")).to_be_visible()
    await page.click("#handoff button")
    await expect(page.locator("#notice")).not_to_be_empty()
    await nobody_is_shut_out(page.main_frame)


async def test_nobody_is_shut_out_of_the_widget(site: SiteUnderTest, browser: Browser) -> None:
    async with listed(site) as shop:
        page = await open_page(browser)
        await page.goto(shop.origin)
        await page.locator("mimi-widget").get_by_role("button", name="Ask a question").click()
        await expect(page.frame_locator("mimi-widget iframe").locator("#text")).to_be_focused()
        for frame in page.frames:
            await nobody_is_shut_out(frame)
