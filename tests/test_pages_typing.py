"""What the keys and the button of the public page's field do, with each kind of keyboard, in every engine."""

from collections.abc import AsyncIterator

import pytest
from browsers import PHONE, open_page, this_runs_browser
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

QUESTION = "オフラインで使えますか？"
# The Enter that chooses a word, as GTK's input method made it in the three, and as Safari tells of it: in the middle
# of a composition, or after its end (https://bugs.webkit.org/show_bug.cgi?id=165004), known by its number alone.
CHOOSING = (
    {"isComposing": True, "keyCode": 229, "key": "Process"},
    {"isComposing": True, "keyCode": 229},
    {"isComposing": True, "keyCode": 13},
    {"keyCode": 229},
    {"keyCode": 229, "key": "Unidentified", "code": "Unidentified"},
)
PRESSED = """(how) => document.getElementById("text").dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true, ...how }))"""


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


@pytest.fixture
async def handheld() -> AsyncIterator[Browser]:
    async with this_runs_browser(coarse=True) as started:
        yield started


async def opened(site: SiteUnderTest, browser: Browser, *, coarse: bool = False) -> Page:
    page = await open_page(browser, width=PHONE, coarse=coarse)
    await page.goto(f"{site.url}/@kotori")
    await page.focus("#text")
    return page


async def test_the_enter_that_chooses_a_word_sends_nothing(site: SiteUnderTest, browser: Browser) -> None:
    page = await opened(site, browser)
    await page.keyboard.type(QUESTION)
    for how in CHOOSING:
        assert await page.evaluate(PRESSED, how), how  # it goes on to the keyboard
    await expect(page.locator(".said.visitor")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.visitor .words")).to_have_text(QUESTION)


async def test_on_a_screen_enter_is_a_new_line_until_a_keyboard_beside_it_has_been_used(
    site: SiteUnderTest, handheld: Browser
) -> None:
    page = await opened(site, handheld, coarse=True)
    assert await page.evaluate("matchMedia('(pointer: coarse)').matches")
    await page.keyboard.type("one")
    await page.keyboard.press("Enter")
    await page.keyboard.type("two")
    await expect(page.locator("#text")).to_have_value("one\ntwo")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("three")
    await expect(page.locator("#text")).to_have_value("one\ntwo\nthree")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.visitor .words")).to_have_text("one\ntwo\nthree")


async def test_two_quick_taps_on_send_send_once_and_stop_nothing(site: SiteUnderTest, browser: Browser) -> None:
    page = await opened(site, browser)
    site.model.hold = True
    await page.keyboard.type(QUESTION)
    await page.evaluate("const send = document.querySelector('#ask button'); send.click(); send.click()")
    await expect(page.get_by_role("button", name="Stop")).to_be_visible()
    site.model.go.set()
    await expect(page.locator(".said.mimi strong")).to_be_visible()
    await expect(page.locator("#notice")).to_have_text("")


async def test_the_field_is_as_high_as_what_is_in_it(site: SiteUnderTest, browser: Browser) -> None:
    page = await opened(site, browser)
    low = await page.evaluate("document.getElementById('text').offsetHeight")
    await page.keyboard.type("a" * 150)
    assert await page.evaluate("document.getElementById('text').offsetHeight") > low
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.visitor")).to_have_count(1)
    assert await page.evaluate("document.getElementById('text').offsetHeight") == low
