"""What visitors do, in a real WebKit: the engine of every browser on an iPhone."""

import sys
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browsers import DESKTOP, PHONE
from selenium.webdriver.common.keys import Keys
from sites import WITHOUT_SCRIPTS, SiteUnderTest, running_site
from somebodys_shop import Elsewhere, listed
from test_pages_typing import CHOOSING, PRESSED
from webkit import WebKit, webkit

from handlers.apps.lists import BY_NAME
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import Database

pytestmark = pytest.mark.engines("webkit")
QUESTION, ANSWERED = "オフラインで使えますか？", ".said.mimi:not(.greeting) strong"
ANSWER = """はい、**オフライン**でも使えます。

1. 設定を開く
2. 「同期」を選ぶ

詳しくは[ガイド](https://kotori.example/guide)をご覧ください。"""
AXE = "const done = arguments[0]; axe.run().then((found) => done(found.violations), (error) => done(String(error)))"
# A second click that is no half of a double one.
MEANT = "return performance.now() - (window.since ||= performance.now()) > 600"
WIDGET = "document.querySelector('mimi-widget')?.shadowRoot"
BUTTON = f"{WIDGET}?.querySelector('a.button')"
FRAME = "return document.querySelector('mimi-widget')?.shadowRoot.querySelector('iframe.ready')"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app("kotori", "ことり日記")
        await running.faqs.add(app.scope, QUESTION, "はい、使えます。")
        running.model.answer_text = ANSWER
        yield running


@pytest.fixture
async def elsewhere(site: SiteUnderTest) -> AsyncIterator[Elsewhere]:
    async with listed(site) as shop:
        yield shop


@pytest.fixture
async def browser() -> AsyncIterator[WebKit]:
    async with webkit() as started:
        yield started


async def asked(site: SiteUnderTest, browser: WebKit) -> None:
    """A question and its whole answer on the page."""
    await browser.open(f"{site.url}/@kotori")
    await browser.type("#text", QUESTION + Keys.ENTER)
    await browser.says(ANSWERED, "オフライン")


async def nobody_is_shut_out(browser: WebKit) -> None:
    """axe-core finds nothing on the page as it stands there."""
    await browser.evaluate(AXE_SCRIPT)
    found = await browser.does(lambda driver: driver.execute_async_script(AXE))
    assert [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]] == []


@pytest.mark.engines("chromium", "webkit")  # one in every run of all tests
@pytest.mark.skipif(sys.platform != "linux", reason="WebKitGTK")
async def test_an_answer_streams_in_and_ends_rendered(site: SiteUnderTest, browser: WebKit) -> None:
    await browser.open(f"{site.url}/@kotori")
    assert await browser.evaluate("return [sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    site.model.hold = True
    await browser.type("#text", QUESTION + Keys.ENTER)
    await browser.says(".said.mimi .words", "はい、**オフライン**")
    await browser.says("#ask button", "Stop")
    site.model.go.set()
    await browser.says(ANSWERED, "オフライン")
    await browser.says(".sources li", QUESTION)
    await browser.says("#ask button", "Send")
    await browser.shoot("answered")


async def test_the_talk_stands_after_a_reload_and_goes_when_it_is_deleted(site: SiteUnderTest, browser: WebKit) -> None:
    await asked(site, browser)
    await browser.does(lambda driver: driver.refresh())
    await browser.says(".said.visitor .words", QUESTION)
    await browser.says(ANSWERED, "オフライン")
    assert await browser.evaluate("return document.getElementById('text').value") == ""
    await browser.click("#handoff button")
    await browser.says("#notice", "passed your question to the owner")
    await browser.evaluate("window.confirm = () => true")
    await browser.click("#delete button")
    await browser.says("#notice", "The conversation has been deleted.")
    await browser.counts(".said", 1)
    assert await site.db.collection("messages").count({}) == 0
    await browser.does(lambda driver: driver.refresh())
    await browser.counts(".said", 1)
    assert await browser.evaluate("return sessionStorage.length") == 0


async def test_the_owners_words_come_while_the_page_is_open(site: SiteUnderTest, browser: WebKit) -> None:
    await asked(site, browser)
    app = await site.apps.public("kotori")
    (conversation,) = await site.db.collection("conversations").find({})
    await site.side.conversations.owner_says(app.scope, conversation["_id"], "来月の予定です <b>(仮)</b>")
    await browser.says(".said.owner .words", "来月の予定です <b>(仮)</b>")


async def test_an_answer_is_copied(site: SiteUnderTest, browser: WebKit) -> None:
    await asked(site, browser)
    await browser.click(".said.mimi:not(.greeting) .copy")
    await browser.says("#notice", "Copied.")


async def test_the_page_goes_on_after_the_visitor_has_gone_back_to_it(site: SiteUnderTest, browser: WebKit) -> None:
    await asked(site, browser)
    await browser.open(f"{site.url}/privacy")
    await browser.does(lambda driver: driver.back())
    await browser.says(ANSWERED, "オフライン")
    app = await site.apps.public("kotori")
    (conversation,) = await site.db.collection("conversations").find({})
    await site.side.conversations.owner_says(app.scope, conversation["_id"], "来月の予定です")
    await browser.says(".said.owner .words", "来月の予定です")


async def test_send_clicked_twice_sends_once_and_stops_nothing(site: SiteUnderTest, browser: WebKit) -> None:
    await browser.open(f"{site.url}/@kotori")
    site.model.hold = True
    await browser.type("#text", QUESTION)
    await browser.clicks_twice("#ask button")
    await browser.says(".said.mimi .words", "はい、**オフライン**")
    site.model.go.set()
    await browser.says(ANSWERED, "オフライン")
    assert await site.db.collection("messages").count({}) == 2


async def test_without_javascript_the_form_does_the_same(site: SiteUnderTest, browser: WebKit) -> None:
    await browser.open(f"{site.url}/@kotori")
    await browser.does(lambda driver: driver.add_cookie({"name": WITHOUT_SCRIPTS, "value": "1"}))
    await browser.open(f"{site.url}/@kotori")
    await browser.type("#text", QUESTION)
    await browser.click("#ask button")
    await browser.says(ANSWERED, "オフライン")
    await browser.click("#handoff button")
    await browser.says("#notice", "passed your question")
    app = await site.apps.public("kotori")
    (conversation,) = await site.db.collection("conversations").find({})
    await site.side.conversations.owner_says(app.scope, conversation["_id"], "運営です")
    await browser.click("#tools noscript button, noscript button")
    await browser.says(".said.owner .words", "運営です")
    await browser.click("#delete button")
    await browser.counts(".said", 1)


async def test_the_enter_that_chooses_a_word_sends_nothing(site: SiteUnderTest, browser: WebKit) -> None:
    await browser.open(f"{site.url}/@kotori")
    await browser.type("#text", QUESTION)
    for how in CHOOSING:
        assert await browser.evaluate(f"return ({PRESSED})(arguments[0])", how), how
    await browser.counts(".said.visitor", 0)
    await browser.type("#text", Keys.ENTER)
    await browser.says(".said.visitor .words", QUESTION)


async def test_the_field_is_as_high_as_what_is_in_it(site: SiteUnderTest, browser: WebKit) -> None:
    height = "return document.getElementById('text').offsetHeight"
    await browser.open(f"{site.url}/@kotori")
    low = await browser.evaluate(height)
    await browser.type("#text", "a" * 300)
    assert await browser.evaluate(height) > low
    await browser.type("#text", Keys.ENTER)
    await browser.counts(".said.visitor", 1)
    assert await browser.evaluate(height) == low


@pytest.mark.parametrize("lang", ["en", "ja"])
async def test_nobody_is_shut_out_of_the_page(site: SiteUnderTest, lang: str) -> None:
    for width in (PHONE, DESKTOP):
        async with webkit(width=width) as browser:
            await browser.open(f"{site.url}/@kotori?lang={lang}")
            await nobody_is_shut_out(browser)
            await browser.type("#text", QUESTION + Keys.ENTER)
            await browser.says(ANSWERED, "オフライン")
            await nobody_is_shut_out(browser)
            await browser.shoot(f"page-{lang}-{width}")
            assert await browser.evaluate("return document.documentElement.scrollWidth <= innerWidth")


async def test_a_question_is_asked_and_answered_on_a_page_of_another_site(
    elsewhere: Elsewhere, browser: WebKit
) -> None:
    await browser.open(elsewhere.origin)
    await browser.click_what(f"return {BUTTON}")
    await browser.into_frame(FRAME)
    await browser.until("return document.hasFocus()")  # which field has it, WebKit leaves to whoever touches the frame
    assert await browser.evaluate("return document.querySelectorAll('header.app').length") == 0
    await browser.click("#text")
    await browser.press(QUESTION + Keys.ENTER)
    await browser.says(ANSWERED, "オフライン")
    await nobody_is_shut_out(browser)
    await browser.click("#delete button")
    await browser.says("#delete button", "This cannot be undone.")
    await browser.until(MEANT)
    await browser.click("#delete button")
    await browser.counts(".said", 1)
    await browser.press(Keys.ESCAPE)
    await browser.out_of_frames()
    await browser.shoot("widget")
    await browser.until(f"return !{WIDGET}.querySelector('dialog').open")
    await browser.until(f"return {WIDGET}.activeElement === {BUTTON}")
    assert await browser.evaluate("return [sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]


@pytest.mark.parametrize("refusal", ["unlisted", "policy", "gone"])
async def test_where_no_frame_may_be_the_button_is_a_link_to_the_page(
    site: SiteUnderTest, elsewhere: Elsewhere, browser: WebKit, refusal: str
) -> None:
    app = await site.apps.public("kotori")
    if refusal == "unlisted":
        settings = site.side.areas.apps.settings
        await settings.remove_item(app.scope, "origins", BY_NAME["origins"].id_of(app.origins[0]))
    elif refusal == "policy":
        elsewhere.headers = {"Content-Security-Policy": f"script-src {elsewhere.mimi}; frame-src 'none'"}
    else:
        await AppRepository(site.db).remove(app.scope)
    await browser.open(elsewhere.origin)
    await browser.click_what(f"return {BUTTON}")
    await browser.until(f"return !{BUTTON}.hasAttribute('role')")
    shown = await browser.evaluate(f"const out = {WIDGET}.querySelector('dialog.out'); return !!out?.open")
    tabs = await browser.does(lambda driver: len(driver.window_handles))
    assert shown or tabs == 2


async def test_the_page_in_an_app_has_no_header(site: SiteUnderTest, browser: WebKit) -> None:
    await browser.open(f"{site.url}/@kotori?embed=app&lang=en")
    await browser.counts("header", 0)
    await browser.type("#text", QUESTION + Keys.ENTER)
    await browser.says(ANSWERED, "オフライン")
    await nobody_is_shut_out(browser)
    await browser.shoot("embedded")
