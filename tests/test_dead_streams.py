"""A visitor's page whose stream is dead, held back or cut on its way: what the owner says arrives all the same.

The page's clock is moved on, so that its patience is tried without waiting for it.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
from browsers import open_page
from middleboxes import Middlebox, Rule, all_but_the_last, in_blocks_of, middlebox, passes, until_the_end
from mimi import soon
from playwright.async_api import Browser, Page, Route, expect
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database
from web.site.sse import OPEN_STREAMS

SECOND = 1_000
SILENT = 30  # seconds; only after 40 would the page notice by itself. Other connections of the browser are dead, too
HIDDEN = "Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})"
SHOWN = "delete document.hidden"
TOLD = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def asks(browser: Browser, box: Middlebox) -> Page:
    """A page whose clock the test moves, with a question on its way."""
    page = await open_page(browser)
    await page.clock.install()
    await page.goto(f"{box.url}/@kotori")
    await page.fill("#text", "Does it work offline?")
    await page.press("#text", "Enter")
    return page


async def has_asked(browser: Browser, site: SiteUnderTest, box: Middlebox) -> Page:
    """A page with an answer on it, that listens."""
    page = await asks(browser, box)
    await expect(page.locator(".said.mimi strong")).to_be_visible()

    async def listens() -> bool:
        return len(site.app[OPEN_STREAMS]) == 1

    await soon(listens)
    return page


async def owner_says(site: SiteUnderTest, text: str) -> None:
    app = await site.apps.public("kotori")
    (conversation,) = await site.db.collection("conversations").find({})
    await site.side.conversations.owner_says(app.scope, conversation["_id"], text)


async def time_passes(page: Page, until: str) -> int:
    """Move the page's clock on, ten times as fast as ours at most, until that is to be seen; the seconds it took."""
    seconds = 0

    async def seen() -> bool:
        nonlocal seconds
        seconds += 1
        await page.clock.run_for(SECOND)
        await asyncio.sleep(0.1)  # for what is really on its way
        return await page.locator(until).count() > 0

    await soon(seen, 60)
    return seconds


async def test_a_connection_that_died_without_a_word_is_begun_anew(site: SiteUnderTest, browser: Browser) -> None:
    """A network that has forgotten the connection answers nothing at all."""
    async with middlebox(site.url) as box:
        page = await has_asked(browser, site, box)
        box.freeze()
        await owner_says(site, "Here is Yuki.")
        await time_passes(page, ".said.owner")
        await expect(page.locator(".said.owner")).to_have_count(1)


@pytest.mark.parametrize(
    "back",
    [
        "dispatchEvent(new Event('online'))",
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))",
    ],
)
async def test_a_network_or_page_that_is_back_listens_anew_at_once(
    site: SiteUnderTest, browser: Browser, back: str
) -> None:
    async with middlebox(site.url) as box:
        page = await has_asked(browser, site, box)
        box.freeze()
        await owner_says(site, "Here is Yuki.")
        await page.evaluate(back)
        assert await time_passes(page, ".said.owner") < SILENT


async def test_a_tab_that_was_hidden_for_a_while_listens_anew_when_seen(site: SiteUnderTest, browser: Browser) -> None:
    """Phones close a hidden tab's connections and tell nobody."""
    async with middlebox(site.url) as box:
        page = await has_asked(browser, site, box)
        await page.evaluate(f"{HIDDEN}; {TOLD}")
        box.freeze()
        await owner_says(site, "Here is Yuki.")
        await page.clock.run_for(5 * SECOND)
        await expect(page.locator(".said.owner")).to_have_count(0)
        await page.evaluate(f"{SHOWN}; {TOLD}")
        assert await time_passes(page, ".said.owner") < SILENT


@pytest.mark.parametrize("held", [until_the_end, all_but_the_last, in_blocks_of(65_536), in_blocks_of(2_048)])
async def test_where_streams_are_held_back_the_page_asks_again_and_again(
    site: SiteUnderTest, browser: Browser, held: Rule
) -> None:
    async with middlebox(site.url, held) as box:
        page = await asks(browser, box)
        await time_passes(page, ".said.mimi strong")
        await expect(page.locator(".said.visitor")).to_have_count(1)
        await owner_says(site, "Here is Yuki.")
        await time_passes(page, ".said.owner")
        await owner_says(site, "And again.")
        await time_passes(page, ".said.owner >> nth=1")
        assert await site.db.collection("messages").count({"role": "visitor"}) == 1


async def test_where_streams_are_forbidden_the_page_asks_again_and_again(site: SiteUnderTest, browser: Browser) -> None:
    async with middlebox(site.url) as box:
        page = await open_page(browser)

        async def no_streams(route: Route) -> None:
            if "event-stream" in route.request.headers["accept"]:
                await route.fulfill(status=405, content_type="text/html", body="<h1>Not here</h1>")
            else:
                await route.continue_()

        await page.route("**/messages", no_streams)
        await page.route("**/events", no_streams)
        await page.goto(f"{box.url}/@kotori")
        await page.fill("#text", "Does it work offline?")
        await page.press("#text", "Enter")
        await expect(page.locator(".said.mimi strong")).to_be_visible()
        await owner_says(site, "Here is Yuki.")
        await expect(page.locator(".said.owner")).to_be_visible()


READ_IN_PIECES = """async ([text, size]) => {
  const bytes = new TextEncoder().encode(text), pieces = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
  const pull = (out) => pieces.length ? out.enqueue(pieces.shift()) : out.close();
  const response = new Response(new ReadableStream({ pull })), found = [];
  for await (const { id, name, data } of mimiStream.read(response, () => {})) found.push([id, name, data.text]);
  return found;
}"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_events_are_read_wherever_they_are_cut_and_whatever_ends_their_lines(
    site: SiteUnderTest, browser: Browser, line_end: str
) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    await page.focus("#text")
    await page.wait_for_function("typeof mimiStream === 'object'")
    first, second = (f'id: {n}\nevent: owner\ndata: {{"text": "{text}"}}\n\n' for n, text in ((1, "あ: い"), (2, "😀")))
    sent = f":  \n\n{first}: still here\n\n{second}".replace("\n", line_end)
    for size in range(1, len(sent.encode()) + 1):
        assert await page.evaluate(READ_IN_PIECES, [sent, size]) == [["1", "owner", "あ: い"], ["2", "owner", "😀"]]


async def test_a_connection_that_is_cut_loses_and_repeats_nothing(site: SiteUnderTest, browser: Browser) -> None:
    async with middlebox(site.url) as box:
        page = await has_asked(browser, site, box)
        for number in range(3):
            box.cut()
            await owner_says(site, f"Here is Yuki, {number}.")
            await time_passes(page, f".said.owner >> nth={number}")
        await expect(page.locator(".said.owner .words")).to_have_text([f"Here is Yuki, {n}." for n in range(3)])


async def test_an_answer_whose_connection_dies_comes_once(site: SiteUnderTest, browser: Browser) -> None:
    async with middlebox(site.url, passes) as box:
        site.model.hold = True
        page = await asks(browser, box)
        await expect(page.locator(".said.mimi").last.locator(".words")).to_contain_text("Yes")
        box.freeze()
        site.model.go.set()
        await time_passes(page, ".said.mimi strong")
        await expect(page.locator(".said.visitor")).to_have_count(1)
        await expect(page.locator(".said.mimi strong")).to_have_count(1)
        assert await site.db.collection("messages").count({"role": "visitor"}) == 1
