"""The widget on real pages of other origins: listed or not, under strict policies, and what pages do to it."""

from collections.abc import AsyncIterator
from html import unescape

import aiohttp
import pytest
from browsers import DESKTOP, PHONE, fits, open_page, shoot, this_runs_browser
from playwright.async_api import Browser, Error, Frame, Page, expect
from sites import SiteUnderTest, running_site
from somebodys_shop import Elsewhere, button, chat, listed, opened

from handlers.apps.lists import BY_NAME
from knowledge.store.apps.apps import AppRepository, Link
from knowledge.store.database import Database

QUESTION = "オフラインで使えますか？"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app("kotori", "ことり日記")
        await running.faqs.add(app.scope, QUESTION, "はい、使えます。")
        yield running


@pytest.fixture
async def elsewhere(site: SiteUnderTest) -> AsyncIterator[Elsewhere]:
    async with listed(site) as shop:
        yield shop


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with this_runs_browser() as started:
        yield started


def inside(page: Page) -> Frame:
    """The framed page itself."""
    return next(frame for frame in page.frames if "embed=widget" in frame.url)


async def test_a_question_is_asked_and_answered_on_a_page_of_a_listed_site(
    site: SiteUnderTest, elsewhere: Elsewhere, browser: Browser
) -> None:
    page = await open_page(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(elsewhere.origin)
    await expect(button(page)).to_be_visible()
    assert [url for url in asked if not url.startswith(elsewhere.origin)] == [f"{site.url}/widget.js"]
    await button(page).click()
    frame = chat(page)
    await expect(frame.locator("#text")).to_be_focused()
    await expect(page.locator("mimi-widget").get_by_role("dialog", name="ことり日記")).to_be_visible()
    await expect(frame.locator("header.app")).to_have_count(0)
    await shoot(page, "widget-open")
    await frame.locator("#text").fill(QUESTION)
    # Firefox's frames of other sites hear neither the keys nor the mouse of a driver.
    await frame.get_by_role("button", name="Send").dispatch_event("click")
    await expect(frame.locator(".said.mimi:not(.greeting) .words")).to_contain_text("Yes, it does")
    await shoot(page, "widget-answered")
    assert await page.context.cookies() == []
    assert await page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    await page.locator("mimi-widget").get_by_role("button", name="Close").click()
    await button(page).click()
    await expect(frame.locator(".said.visitor .words")).to_have_text(QUESTION)


@pytest.mark.engines("chromium")  # whose private windows are so
async def test_where_the_browser_stores_nothing_for_a_frame_the_talk_lasts_as_long_as_the_page(
    elsewhere: Elsewhere, browser: Browser
) -> None:
    page = await open_page(browser)
    frame = await opened(page, elsewhere.origin)
    with pytest.raises(Error, match="Access is denied"):
        await inside(page).evaluate("localStorage")
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(frame.locator(".said.mimi:not(.greeting) .words")).to_contain_text("Yes, it does")
    await page.keyboard.press("Escape")
    await button(page).click()
    await expect(frame.locator(".said.visitor .words")).to_have_text(QUESTION)


async def test_where_the_browser_stores_something_it_is_the_key_once_the_visitor_has_written(
    site: SiteUnderTest, elsewhere: Elsewhere, browser: Browser
) -> None:
    app = await site.apps.public("kotori")
    nearby = elsewhere.origin.replace("127.0.0.1", "localhost")
    await site.side.areas.apps.settings.add_item(app.scope, "origins", {"text": nearby})
    page = await open_page(browser)
    frame = await opened(page, nearby)
    stored = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert await inside(page).evaluate(stored) == [0, 0, ""]
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(frame.locator(".said.mimi:not(.greeting) .words")).to_contain_text("Yes, it does")
    assert await inside(page).evaluate(stored) == [0, 1, ""]
    await opened(page, nearby)
    await expect(chat(page).locator(".said.visitor .words")).to_have_text(QUESTION)


async def test_it_works_under_a_policy_that_allows_nothing_but_it(elsewhere: Elsewhere, browser: Browser) -> None:
    policy = f"default-src 'none'; script-src {elsewhere.mimi}; frame-src {elsewhere.mimi}; style-src 'none'"
    elsewhere.headers = {"Content-Security-Policy": f"{policy}; require-trusted-types-for 'script'"}
    page = await open_page(browser)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await opened(page, elsewhere.origin)
    box = await page.locator("mimi-widget dialog").bounding_box()
    assert box
    assert box["width"] == 400  # its style applies
    assert [each for each in said if "Policy" in each] == []


@pytest.mark.parametrize("refusal", ["unlisted", "policy", "gone"])
async def test_where_no_frame_may_be_the_button_is_a_link_to_the_page(
    site: SiteUnderTest, elsewhere: Elsewhere, browser: Browser, refusal: str
) -> None:
    app = await site.apps.public("kotori")
    if refusal == "unlisted":
        (origin,) = app.origins
        settings = site.side.areas.apps.settings
        await settings.remove_item(app.scope, "origins", BY_NAME["origins"].id_of(origin))
    elif refusal == "policy":
        elsewhere.headers = {"Content-Security-Policy": f"script-src {elsewhere.mimi}; frame-src 'none'"}
    else:
        await AppRepository(site.db).remove(app.scope)
    page = await open_page(browser)
    await page.goto(elsewhere.origin)
    async with page.expect_popup() as popup:
        await button(page).click()
    tab = await popup.value
    await tab.wait_for_load_state()
    assert tab.url == f"{site.url}/@kotori?lang=en"
    assert await tab.evaluate("opener") is None
    await expect(page.locator("mimi-widget dialog")).to_be_hidden()
    link = page.locator("mimi-widget").get_by_role("link", name="Ask a question")
    async with page.expect_popup() as second:
        await link.click()
    assert (await second.value).url


async def test_escape_closes_from_inside_and_outside_and_focus_returns(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser)
    frame = await opened(page, elsewhere.origin)
    await page.keyboard.press("Escape")
    await expect(page.locator("mimi-widget dialog")).to_be_hidden()
    await expect(button(page)).to_be_focused()
    await page.keyboard.press(" ")
    await expect(frame.locator("#text")).to_be_focused()
    await page.locator("mimi-widget").get_by_role("button", name="Close").focus()
    await page.keyboard.press("Escape")
    await expect(button(page)).to_be_focused()
    # Opened by the page's own link, that gets the focus back.
    await page.get_by_role("link", name="A link").focus()
    await page.evaluate("mimi.open()")
    await expect(frame.locator("#text")).to_be_focused()
    await page.evaluate("mimi.close()")
    await expect(page.get_by_role("link", name="A link")).to_be_focused()


async def test_nobody_else_closes_it_by_a_message(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser)
    elsewhere.body += "<iframe srcdoc='<script>parent.postMessage({mimi: `close`}, `*`)</script>'></iframe>"
    frame = await opened(page, elsewhere.origin)
    await page.evaluate("postMessage({mimi: 'close'}, '*')")
    await page.evaluate("new Promise((done) => { addEventListener('message', done); postMessage(1, '*') })")
    await expect(frame.locator("#text")).to_be_focused()


async def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser, width=PHONE)
    await opened(page, elsewhere.origin)
    await shoot(page, "widget-phone")
    box = await page.locator("mimi-widget dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": PHONE, "height": 800}
    assert await page.evaluate(
        "document.querySelector('mimi-widget').shadowRoot.querySelector('dialog').matches(':modal')"
    )
    # The keyboard comes up: what is left is the visual viewport.
    await page.set_viewport_size({"width": PHONE, "height": 420})
    await expect(page.locator("mimi-widget dialog")).to_have_css("height", "420px")
    await expect(chat(page).locator("#ask button")).to_be_in_viewport()
    await page.locator("mimi-widget").get_by_role("button", name="Close").click()
    await expect(button(page)).to_be_focused()


async def test_two_tags_are_two_buttons_and_the_same_tag_twice_is_one(
    site: SiteUnderTest, elsewhere: Elsewhere, browser: Browser
) -> None:
    await site.an_app("suzume", "すずめ", "yuki")
    elsewhere.tag += elsewhere.tag + elsewhere.tag.replace("kotori", "suzume").replace(
        "async", "data-label=Suzume async"
    )
    page = await open_page(browser)
    await page.goto(elsewhere.origin)
    await expect(page.locator("mimi-widget")).to_have_count(2)
    one, other = [await page.locator("mimi-widget").nth(n).bounding_box() for n in (0, 1)]
    assert one
    assert other
    assert one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    await page.evaluate("mimi.open('kotori')")
    await expect(chat(page).locator("#text")).to_be_focused()


async def test_it_outlives_a_replaced_body_and_comes_back_where_it_was_removed(
    elsewhere: Elsewhere, browser: Browser
) -> None:
    page = await open_page(browser)
    frame = await opened(page, elsewhere.origin)
    await page.evaluate("document.body = document.createElement('body')")
    await expect(frame.locator("#text")).to_be_visible()
    await page.evaluate("document.querySelector('mimi-widget').remove()")
    again = f"""new Promise((done) => {{ const tag = document.createElement('script');
        tag.dataset.handle = 'kotori'; tag.dataset.label = 'Help'; tag.src = '{elsewhere.mimi}/widget.js';
        tag.onload = done; document.body.append(tag); }})"""
    await page.evaluate(again)
    await expect(button(page, "Help")).to_have_count(1)
    await page.evaluate("mimi.remove()")
    await expect(page.locator("mimi-widget")).to_have_count(0)
    # A component that is gone before its script has come leaves no button.
    await page.evaluate(
        again.replace("document.body.append(tag)", "document.body.append(tag); tag.remove(); setTimeout(done, 0)")
    )
    await page.evaluate(again)
    await expect(page.locator("mimi-widget")).to_have_count(1)


async def test_colour_side_label_and_language_are_the_tags(elsewhere: Elsewhere, browser: Browser) -> None:
    elsewhere.lang = "ja dir=rtl"
    elsewhere.tag = elsewhere.tag.replace("async", "data-color=#ff0 async")
    page = await open_page(browser)
    await page.goto(elsewhere.origin)
    there = button(page, "質問する")
    await expect(there).to_have_css("background-color", "rgb(255, 255, 0)")
    await expect(there).to_have_css("color", "rgb(22, 18, 16)")
    box = await there.bounding_box()
    assert box
    assert box["x"] == 16  # where lines end, in a page from right to left
    assert box["height"] >= 44
    elsewhere.tag = elsewhere.tag.replace(
        "data-color=#ff0", "data-position=right data-color='red;}*{' data-label='<b>?</b>'"
    )
    await page.reload()
    there = button(page, "<b>?</b>")
    await expect(there).to_have_css("background-color", "rgb(168, 74, 34)")
    box = await there.bounding_box()
    assert box
    assert box["x"] + box["width"] == DESKTOP - 16


async def test_the_page_around_it_neither_moves_nor_restyles_it(elsewhere: Elsewhere, browser: Browser) -> None:
    elsewhere.body += (
        "<style>html{font-size:62.5%} *{display:inline!important;font:9px serif!important;color:red!important}"
        "body{transform:translateX(200px)}</style>"
    )
    page = await open_page(browser)
    await page.add_init_script(
        "window.shifts = 0; new PerformanceObserver((list) => { shifts += list.getEntries().length; })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    await page.goto(elsewhere.origin)
    await expect(button(page)).to_have_css("font-size", "16px")
    box = await button(page).bounding_box()
    assert box
    assert round(box["x"] + box["width"]) == DESKTOP - 16
    await page.evaluate("new Promise(requestAnimationFrame)")
    assert await page.evaluate("shifts") == 0


@pytest.mark.engines("chromium")  # which can be told to print
async def test_it_is_not_printed(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(elsewhere.origin)
    await expect(button(page)).to_be_visible()
    await page.emulate_media(media="print")
    await expect(button(page)).to_be_hidden()


async def test_the_pages_own_mimi_stays_its_own(elsewhere: Elsewhere, browser: Browser) -> None:
    elsewhere.body += "<script>window.mimi = 'ours'</script>"
    page = await open_page(browser)
    await page.goto(elsewhere.origin)
    await expect(button(page)).to_be_visible()
    assert await page.evaluate("mimi") == "ours"


@pytest.mark.engines("chromium")  # which can be taken off the line
async def test_a_line_that_was_away_is_no_refusal(elsewhere: Elsewhere, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(elsewhere.origin)
    await expect(button(page)).to_be_visible()
    await page.context.set_offline(True)
    async with page.expect_popup() as popup:
        await button(page).click()
    await (await popup.value).close()
    await page.context.set_offline(False)
    await expect(page.locator("mimi-widget dialog")).to_be_hidden()
    await button(page).click()
    await expect(chat(page).locator("#text")).to_be_focused()


async def test_the_page_in_an_app_has_no_header_and_its_links_lead_out(site: SiteUnderTest, browser: Browser) -> None:
    app = await site.apps.public("kotori")
    await AppRepository(site.db).update(app.scope, {"bio": "A diary.", "links": (Link("X", "https://x.com/kotori"),)})
    page = await open_page(browser, width=PHONE, dark=True)
    # Android's WebView has no storage unless it is asked for.
    await page.add_init_script("Object.defineProperty(window, 'sessionStorage', {value: null})")
    await page.goto(f"{site.url}/@kotori?embed=app&lang=en")
    await expect(page.get_by_role("heading", name="ことり日記", level=1)).to_be_attached()
    await expect(page.locator("header")).to_have_count(0)
    assert "viewport-fit=cover" in (await page.locator("meta[name=viewport]").get_attribute("content") or "")
    dark = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")  # Firefox cannot be told so
    await expect(page.locator("body")).to_have_css(
        "background-color", "rgb(27, 23, 21)" if dark else "rgb(251, 247, 242)"
    )
    await page.fill("#text", QUESTION)
    await page.click("#ask button")
    await expect(page.locator(".said.mimi:not(.greeting) .words")).to_contain_text("Yes, it does")
    await fits(page, "embedded-app", [(PHONE, True), (PHONE, False)])
    async with page.expect_popup():
        await page.get_by_role("link", name="Privacy").click()
    await page.locator(".langs summary").click()
    await page.get_by_role("link", name="日本語").click()
    await expect(page).to_have_url(f"{site.url}/@kotori?lang=ja&embed=app")


async def test_in_an_app_it_is_the_button_that_asks_before_it_deletes(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser, width=PHONE)
    page.on("dialog", lambda dialog: dialog.dismiss())  # as a web view does that shows none
    await page.goto(f"{site.url}/@kotori?embed=app&lang=en")
    await page.fill("#text", QUESTION)
    await page.click("#ask button")
    await expect(page.locator(".said.mimi:not(.greeting) strong")).to_be_visible()
    delete = page.locator("#delete button")
    await page.evaluate("const button = document.querySelector('#delete button'); button.click(); button.click()")
    await expect(delete).to_have_text("Delete this conversation? This cannot be undone.")
    await page.focus("#text")
    await expect(delete).to_have_text("Delete this conversation")
    await delete.click()
    await page.evaluate("new Promise((done) => setTimeout(done, 600))")  # no double click is meant
    await delete.click()
    await expect(page.locator(".said")).to_have_count(1)
    assert await site.db.collection("messages").count({}) == 0


async def test_an_embedded_page_stays_so_without_javascript_and_when_its_handle_changed(
    site: SiteUnderTest, browser: Browser
) -> None:
    app = await site.apps.public("kotori")
    await site.side.areas.apps.settings.set(app.scope, {"handle": "kotori-2"})
    page = await open_page(browser, scripts=False)
    await page.goto(f"{site.url}/@kotori?embed=app&lang=en")
    await expect(page).to_have_url(f"{site.url}/@kotori-2?lang=en&embed=app")
    await page.fill("#text", QUESTION)
    await page.click("#ask button")
    await expect(page.locator(".said.mimi:not(.greeting) strong")).to_have_text("it does")
    await page.get_by_role("button", name="This did not help").last.click()
    await expect(page.get_by_role("button", name="This did not help").last).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("header")).to_have_count(0)
    assert len(page.context.pages) == 1


async def test_a_handle_that_changed_still_opens_in_the_widget(
    site: SiteUnderTest, elsewhere: Elsewhere, browser: Browser
) -> None:
    app = await site.apps.public("kotori")
    await site.side.areas.apps.settings.set(app.scope, {"handle": "kotori-2"})
    await opened(await open_page(browser), elsewhere.origin)


async def test_s17_s18_only_listed_sites_stand_in_the_framed_pages_policy(
    site: SiteUnderTest, elsewhere: Elsewhere
) -> None:
    async def ancestors(path: str) -> str:
        policy = (await site.get(path)).headers["Content-Security-Policy"]
        return next(each for each in policy.split("; ") if each.startswith("frame-ancestors"))

    assert await ancestors("/@kotori?embed=widget") == f"frame-ancestors {elsewhere.origin}"
    for path in ("/@kotori", "/@kotori?embed=app", "/@kotori?embed=other", "/@nobody?embed=widget", "/owner"):
        assert await ancestors(path) == "frame-ancestors 'none'", path


async def test_the_script_is_small_and_may_be_loaded_by_other_sites(site: SiteUnderTest) -> None:
    http = aiohttp.ClientSession(auto_decompress=False)
    async with http, http.get(f"{site.url}/widget.js", headers={"Accept-Encoding": "br"}) as response:
        assert len(await response.read()) <= 3_000
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.headers["Cache-Control"] == "public, max-age=3600"
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_the_line_to_paste_has_the_apps_own_colour(site: SiteUnderTest) -> None:
    app, cookie = await site.apps.public("kotori"), await site.sign_in()
    shown = unescape(await (await site.get("/owner/apps/kotori/settings", headers=cookie)).text())
    assert '/widget.js" data-handle="kotori" async' in shown
    await site.side.areas.apps.settings.set(app.scope, {"color": "#1f6feb"})
    shown = unescape(await (await site.get("/owner/apps/kotori/settings", headers=cookie)).text())
    assert 'data-handle="kotori" data-color="#1f6feb" async' in shown


async def test_in_a_frame_of_a_site_that_is_not_listed_the_button_is_a_link(
    site: SiteUnderTest, elsewhere: Elsewhere, browser: Browser
) -> None:
    around = Elsewhere(site.url)
    around.tag = f'<iframe src="{elsewhere.origin}" width=900 height=600></iframe>'
    await around.server.start_server()
    page = await open_page(browser)
    await page.goto(f"http://localhost:{around.server.port}")
    framed = page.frame_locator("iframe")
    async with page.expect_popup() as popup:
        await framed.locator("mimi-widget").get_by_role("button", name="Ask a question", exact=True).click()
    tab = await popup.value
    await tab.wait_for_load_state()
    assert tab.url == f"{site.url}/@kotori?lang=en"
    await around.server.close()
