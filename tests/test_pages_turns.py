"""A visitor who writes on while mimi answers, in a real browser: one answer to a turn, and nothing typed is lost."""

from collections.abc import AsyncIterator

import pytest
from browsers import open_page
from mimi import soon
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def say(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")
    await expect(page.locator("#text")).to_have_value("")


async def said(page: Page) -> list[str]:
    """Who spoke, from the first to the last, the greeting aside."""
    return [
        "visitor" if "visitor" in (await each.get_attribute("class") or "") else "mimi"
        for each in await page.locator("#log > .said:not(.greeting)").all()
    ]


async def kept(site: SiteUnderTest, count: int) -> None:
    async def are_kept() -> bool:
        return await site.db.collection("messages").count({"role": "visitor"}) == count

    await soon(are_kept)


async def test_quick_messages_are_answered_once_below_the_last_of_them(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    site.model.thinks = True
    for number, text in enumerate(("Hello", "I have a question", "Does it work offline?"), 1):
        await say(page, text)
        await kept(site, number)
    await expect(page.locator(".thinking")).to_have_count(1)
    site.model.go.set()
    await expect(page.locator(".said.mimi strong")).to_have_count(1)
    assert await said(page) == ["visitor", "visitor", "visitor", "mimi"]
    await page.reload()
    await expect(page.locator(".said.mimi strong")).to_have_count(1)
    assert await said(page) == ["visitor", "visitor", "visitor", "mimi"]


async def test_what_is_sent_faster_than_the_first_answer_begins_is_one_conversation(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    for text in ("Hello", "I have a question", "Does it work offline?"):
        await say(page, text)
    await kept(site, 3)
    await expect(page.locator(".thinking")).to_have_count(0)
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert await site.db.collection("conversations").count({}) == 1
    assert await site.db.collection("messages").count({"state": "pending"}) == 0


async def test_one_writes_on_while_an_answer_streams_and_is_answered_next(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    site.model.hold = True
    await say(page, "Does it work offline?")
    await expect(page.locator(".said.mimi").last.locator(".words")).to_contain_text("Yes")
    stop = page.get_by_role("button", name="Stop")
    await expect(stop).to_be_visible()
    await page.fill("#text", "And on iPad?")
    await expect(stop).to_have_count(0)
    await page.get_by_role("button", name="Send").click()
    await expect(stop).to_be_visible()
    await kept(site, 2)
    assert await said(page) == ["visitor", "mimi", "visitor", "mimi"]
    await expect(page.locator(".thinking")).to_have_count(1)
    site.model.go.set()
    await expect(page.locator(".said.mimi strong")).to_have_count(2)
    assert await said(page) == ["visitor", "mimi", "visitor", "mimi"]
    await page.reload()
    await expect(page.locator(".said.mimi strong")).to_have_count(2)
    assert await said(page) == ["visitor", "mimi", "visitor", "mimi"]


async def test_after_stop_the_next_question_does_not_wait(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    site.model.hold = True
    await say(page, "Does it work offline?")
    await expect(page.locator(".said.mimi").last.locator(".words")).to_contain_text("Yes")
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator("#notice")).to_have_text("Stopped.")
    await say(page, "And on iPad?")
    await expect(page.locator(".said.mimi").last.locator(".words")).to_contain_text("Yes")
    assert await said(page) == ["visitor", "mimi", "visitor", "mimi"]
    site.model.go.set()
    await expect(page.locator(".said.mimi strong")).to_have_count(1)


async def test_stop_is_about_what_streams_and_not_about_what_was_written_meanwhile(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    site.model.hold = True
    await say(page, "Does it work offline?")
    await expect(page.locator(".said.mimi").last.locator(".words")).to_contain_text("Yes")
    await say(page, "And on iPad?")
    await kept(site, 2)
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator("#notice")).to_have_text("Stopped.")
    site.model.go.set()
    await expect(page.locator(".said.mimi").last.locator("strong")).to_be_visible()
    await expect(page.locator(".said.mimi strong")).to_have_count(1)
    assert await said(page) == ["visitor", "mimi", "visitor", "mimi"]


async def test_what_does_not_get_through_comes_back_before_what_was_written_meanwhile(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await open_page(browser)
    await page.clock.install()
    await page.goto(f"{site.url}/@kotori")
    await page.focus("#text")

    async def is_there() -> bool:
        return bool(await page.evaluate("typeof mimiStream === 'object'"))

    await soon(is_there)
    await page.context.set_offline(True)
    await say(page, "Does it work offline?")
    await page.fill("#text", "And on")

    async def told() -> bool:
        await page.clock.run_for(1_000)
        return bool(await page.locator("#notice").text_content())

    await soon(told, 30)
    await expect(page.locator("#notice")).to_contain_text("could not be sent")
    await expect(page.locator("#text")).to_have_value("Does it work offline?\nAnd on")
    assert await said(page) == []
    await page.context.set_offline(False)
    await page.press("#text", "Enter")
    await expect(page.locator(".said.mimi strong")).to_have_count(1)
    assert await site.db.collection("messages").count({"role": "visitor"}) == 1


async def test_two_windows_of_one_talk_both_show_all_of_it(site: SiteUnderTest, browser: Browser) -> None:
    first = await open_page(browser)
    await first.goto(f"{site.url}/@kotori")
    await say(first, "Does it work offline?")
    await expect(first.locator(".said.mimi strong")).to_have_count(1)
    async with first.context.expect_page() as opened:
        await first.evaluate("window.open(location.href)")  # with a copy of what the tab keeps, as "Duplicate" has
    second = await opened.value
    await expect(second.locator(".said.mimi strong")).to_have_count(1)
    await say(second, "And on iPad?")
    for page in (first, second):
        await expect(page.locator(".said.mimi strong")).to_have_count(2)
        await expect(page.locator(".said.visitor .words").last).to_have_text("And on iPad?")
        assert await said(page) == ["visitor", "mimi", "visitor", "mimi"]
