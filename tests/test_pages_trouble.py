"""What may go wrong around a visitor's page, in a real browser: each looks intended, and nothing typed is lost."""

from collections.abc import AsyncIterator

import pytest
from browsers import chromium, open_page
from middleboxes import middlebox
from mimi import soon
from playwright.async_api import Browser, Page, Route, expect
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

SHUT = "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('', 'SecurityError'); }})"
NOT_READ = "Storage.prototype.getItem = () => { throw new DOMException('', 'SecurityError'); }"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }"
CANNOT_SEND = "It could not be sent. Please check your connection and try again."


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def say(page: Page, text: str = "Does it work offline?") -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def has_asked(browser: Browser, site: SiteUnderTest) -> Page:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    await say(page)
    await expect(page.locator(".said.mimi strong")).to_be_visible()
    return page


@pytest.mark.parametrize("shut", [SHUT, NOT_READ, FULL])
async def test_where_nothing_may_be_stored_a_talk_lasts_as_long_as_its_page(
    site: SiteUnderTest, browser: Browser, shut: str
) -> None:
    page = await open_page(browser)
    await page.add_init_script(shut)
    await page.goto(f"{site.url}/@kotori")
    for number in (1, 2):
        await say(page)
        await expect(page.locator(".said.mimi strong")).to_have_count(number)
    assert await site.db.collection("conversations").count({}) == 1


async def test_a_line_that_breaks_in_the_middle_of_an_answer_says_that_the_question_is_there(
    site: SiteUnderTest, browser: Browser
) -> None:
    async with middlebox(site.url) as box:
        page = await open_page(browser)
        await page.clock.install()
        await page.goto(f"{box.url}/@kotori")
        site.model.hold = True
        await say(page)
        await expect(page.locator(".said.mimi .words").last).to_contain_text("Yes")
        await page.route("**/@kotori/**", lambda route: route.abort())
        box.cut()

        async def told() -> bool:
            await page.clock.run_for(1_000)
            return bool(await page.locator("#notice").text_content())

        await soon(told, 30)
        await expect(page.locator("#notice")).to_contain_text("Your question has arrived.")
        await expect(page.locator("#text")).to_have_value("")
        await page.unroute("**/@kotori/**")
        site.model.go.set()

        async def answered() -> bool:
            await page.clock.run_for(1_000)
            return await page.locator(".said.mimi strong").count() == 1

        await soon(answered, 60)
        await expect(page.locator("#notice")).to_have_text("")


async def test_what_cannot_be_passed_on_left_or_deleted_offline_says_so_and_waits(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await has_asked(browser, site)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_text("Get the owner's reply by e-mail too").click()
    await page.fill("#email", "visitor@example.com")
    await page.context.set_offline(True)
    for name in ("Agree and send", "Pass this to the owner", "Delete this conversation"):
        await page.evaluate("document.getElementById('notice').textContent = ''")
        await page.get_by_role("button", name=name).click()
        await expect(page.locator("#notice")).to_have_text(CANNOT_SEND)
    await expect(page.locator("#email")).to_have_value("visitor@example.com")
    await expect(page.locator(".said.mimi strong")).to_have_count(1)
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Agree and send").click()
    await expect(page.locator("#email")).to_have_value("")


async def test_a_gateways_own_error_page_is_no_riddle(site: SiteUnderTest, browser: Browser) -> None:
    page = await has_asked(browser, site)

    async def gateway(route: Route) -> None:
        await route.fulfill(status=502, content_type="text/html", body="<h1>502 Bad Gateway</h1>")

    await page.route("**/handoff", gateway)
    await page.get_by_role("button", name="Pass this to the owner").click()
    await expect(page.locator("#notice")).to_have_text(CANNOT_SEND)


async def test_without_javascript_a_second_thought_sent_at_once_belongs_to_the_same_talk(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await open_page(browser, scripts=False)
    await page.goto(f"{site.url}/@kotori?lang=en")
    site.model.thinks = True
    await page.fill("#text", "Hello")
    await page.click("#ask button.main", no_wait_after=True)

    async def kept() -> bool:
        return await site.db.collection("messages").count({"role": "visitor"}) == 1

    await soon(kept)
    await page.fill("#text", "Does it work offline?")
    await page.click("#ask button.main", no_wait_after=True)

    async def joined() -> bool:
        return await site.db.collection("messages").count({"role": "visitor"}) == 2

    await soon(joined)
    site.model.go.set()
    await expect(page.locator(".said.visitor")).to_have_count(2)
    await expect(page.locator(".said.mimi strong")).to_have_count(1)
    assert await site.db.collection("conversations").count({}) == 1


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_address_that_nobody_has_says_so_and_leads_on(
    site: SiteUnderTest, browser: Browser, *, scripts: bool
) -> None:
    page = await open_page(browser, scripts=scripts)
    answer = await page.goto(f"{site.url}/@nobody-has-this?lang=en")
    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.get_by_role("link", name="Go to the front page")).to_be_visible()


async def test_a_talk_goes_on_in_a_tab_that_was_open_when_the_handle_changed(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await has_asked(browser, site)
    app = await site.apps.public("kotori")
    await site.side.areas.apps.settings.set(app.scope, {"handle": "kotori-note"})
    await say(page, "And on iPad?")
    await expect(page.locator(".said.mimi strong")).to_have_count(2)
    await page.reload()
    assert page.url == f"{site.url}/@kotori-note"
    await expect(page.locator(".said.mimi strong")).to_have_count(2)
