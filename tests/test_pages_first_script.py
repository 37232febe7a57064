"""What is sent before the chat's script has come waits for it; where it does not come, nothing written is lost."""

from collections.abc import AsyncIterator

import pytest
from browsers import open_page
from playwright.async_api import Browser, Page, Route, expect
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database
from web.site.static_files import static_url

TALK = f"**{static_url('talk.js')}"
QUESTION = "Does it work offline?"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app()
        await running.faqs.add(app.scope, QUESTION, "Yes.")
        yield running


async def _opened(site: SiteUnderTest, browser: Browser) -> tuple[Page, list[str]]:
    """The app's page, and the paths that are asked for from then on."""
    page = await open_page(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{site.url}/@kotori", wait_until="networkidle")
    return page, asked


async def test_the_chat_is_fetched_with_the_first_sign_of_a_visitor(site: SiteUnderTest, browser: Browser) -> None:
    page, asked = await _opened(site, browser)
    assert not [url for url in asked if url.endswith(".js")]
    async with page.expect_response(TALK):
        await page.focus("#text")
    await page.fill("#text", QUESTION)
    await page.press("#text", "Enter")
    await expect(page.locator(".said.mimi strong")).to_have_text("it does")
    assert len([url for url in asked if url.endswith(".js")]) == 1


async def test_what_is_sent_before_the_script_is_there_is_sent_with_it(site: SiteUnderTest, browser: Browser) -> None:
    page, _asked = await _opened(site, browser)
    held: list[Route] = []
    async with page.expect_request(TALK):
        await page.route(TALK, lambda route: held.append(route))
        await page.locator("#suggestions button").first.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator("#chat")).to_have_attribute("aria-busy", "true")
    await held[0].continue_()
    await expect(page.locator(".said.mimi strong")).to_have_text("it does")
    await expect(page.locator(".said.visitor .words")).to_have_text(QUESTION)
    assert await site.db.collection("messages").count({"role": "visitor"}) == 1


async def test_a_script_that_is_gone_leaves_the_form_to_itself(site: SiteUnderTest, browser: Browser) -> None:
    page, _asked = await _opened(site, browser)
    await page.route(TALK, lambda route: route.fulfill(status=404))
    await page.fill("#text", QUESTION)
    await page.press("#text", "Enter")
    await expect(page.locator(".said.visitor .words")).to_have_text(QUESTION)
    await expect(page.locator(".said.mimi strong")).to_have_text("it does")


async def test_without_a_network_what_was_written_stays_and_goes_out_later(
    site: SiteUnderTest, browser: Browser
) -> None:
    page, _asked = await _opened(site, browser)
    await page.context.set_offline(True)
    await page.fill("#text", QUESTION)
    await page.press("#text", "Enter")
    await expect(page.locator("#notice")).to_contain_text("check your connection")
    await expect(page.locator("#text")).to_have_value(QUESTION)
    await page.context.set_offline(False)
    await page.press("#text", "Enter")
    await expect(page.locator(".said.mimi strong")).to_have_text("it does")
    await expect(page.locator("#notice")).to_be_empty()


async def test_a_text_that_was_too_long_before_the_script_came_is_counted(
    site: SiteUnderTest, browser: Browser
) -> None:
    page, _asked = await _opened(site, browser)
    await page.locator("#text").evaluate("(field) => { field.value = 'x'.repeat(2001); }")
    await page.focus("#text")
    await expect(page.locator("#notice")).to_contain_text("2001 characters")
