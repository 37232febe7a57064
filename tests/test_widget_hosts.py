"""The widget on pages as others have them: at each of these conditions somebody's chat widget was reported to fail."""

from collections.abc import AsyncIterator

import pytest
from browsers import PHONE, open_page
from playwright.async_api import Browser, expect
from sites import SiteUnderTest
from somebodys_shop import Elsewhere, button, chat, listed, opened

DIALOG = "mimi-widget dialog"


@pytest.fixture
async def elsewhere(site: SiteUnderTest) -> AsyncIterator[Elsewhere]:
    async with listed(site) as shop:
        yield shop


async def test_what_is_closed_lies_over_nothing(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser)
    await opened(page, elsewhere.origin)
    await page.keyboard.press("Escape")
    await expect(page.locator(DIALOG)).to_be_hidden()
    assert await page.evaluate("document.elementFromPoint(innerWidth - 200, innerHeight - 300).localName") == "html"


async def test_a_blocker_of_the_frame_leaves_the_link(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser)
    await page.route("**/@kotori?embed=*", lambda route: route.abort("blockedbyclient"))
    await page.goto(elsewhere.origin)
    async with page.expect_popup():
        await button(page).click()


async def test_it_opens_again_after_it_was_closed_by_its_cross(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser)
    frame = await opened(page, elsewhere.origin)
    for _time in range(3):
        await page.locator("mimi-widget").get_by_role("button", name="Close").click()
        await expect(page.locator(DIALOG)).to_be_hidden()
        await button(page).click()
        await expect(frame.locator("#text")).to_be_focused()


async def test_a_page_in_a_sandbox_without_new_windows_shows_where_the_chat_is(
    elsewhere: Elsewhere, browser: Browser
) -> None:
    page = await open_page(browser)
    await page.set_content(f'<iframe sandbox="allow-scripts" src="{elsewhere.origin}" width=900 height=700></iframe>')
    inner = page.frame_locator("iframe").first
    await inner.locator("mimi-widget").get_by_role("button", name="Ask a question").click()
    await expect(inner.locator("mimi-widget dialog.out")).to_be_visible()
    await expect(inner.locator("mimi-widget").get_by_role("link", name="Open in a new tab")).to_be_visible()


async def test_a_modal_of_the_pages_own_is_above_it_and_leaves_it_whole(elsewhere: Elsewhere, browser: Browser) -> None:
    elsewhere.body += "<dialog id=own><button>Fine</button></dialog>"
    page = await open_page(browser)
    await page.goto(elsewhere.origin)
    await expect(button(page)).to_be_visible()
    await page.evaluate("own.showModal()")
    await page.get_by_role("button", name="Fine").click()
    await page.evaluate("own.close()")
    await button(page).click()
    await expect(chat(page).locator("#text")).to_be_focused()


async def test_the_pages_keyboard_shortcuts_hear_nothing_of_the_chat(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser)
    await opened(page, elsewhere.origin)
    await page.evaluate("heard = 0; addEventListener('keydown', () => { heard += 1; }, true)")
    await page.keyboard.type("/ask")
    await page.keyboard.press("Escape")
    await expect(page.locator(DIALOG)).to_be_hidden()
    assert await page.evaluate("heard") == 0


async def test_a_cross_origin_isolated_page_has_it_too(elsewhere: Elsewhere, browser: Browser) -> None:
    elsewhere.headers = {
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    page = await open_page(browser)
    await opened(page, elsewhere.origin)
    assert await page.evaluate("crossOriginIsolated")


async def test_the_pages_variables_and_rules_for_frames_do_not_reach_in(elsewhere: Elsewhere, browser: Browser) -> None:
    elsewhere.body += "<style>:root{--back:#fff;--ink:#fff;--nth:9} iframe,dialog,mimi-widget{display:none}</style>"
    page = await open_page(browser)
    await opened(page, elsewhere.origin)
    await expect(button(page)).to_have_css("background-color", "rgb(168, 74, 34)")
    await expect(button(page)).to_have_css("color", "rgb(255, 255, 255)")


@pytest.mark.parametrize(
    ("lang", "label"), [("zh_CN", "提问"), ("zh-TW", "提問"), ("pt-BR", "Faça uma pergunta"), ("ar", "Ask a question")]
)
async def test_languages_as_pages_name_them(elsewhere: Elsewhere, browser: Browser, lang: str, label: str) -> None:
    elsewhere.lang = lang
    page = await open_page(browser)
    await page.goto(elsewhere.origin)
    await expect(button(page, label)).to_be_visible()


async def test_the_page_behind_a_full_screen_is_out_of_reach(elsewhere: Elsewhere, browser: Browser) -> None:
    elsewhere.body += "<p style='height: 3000px'>"
    page = await open_page(browser, width=PHONE)
    await opened(page, elsewhere.origin)
    for _tab in range(30):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.localName") in {"mimi-widget", "body"}
    await page.mouse.move(200, 400)
    await page.mouse.wheel(0, 2000)
    assert await page.evaluate("scrollY") == 0
