"""Every page and state of the site as people use it who see, hear or move otherwise: WCAG 2.2 A and AA, and a bit more.

Each page is looked at in both languages, on a phone and a desk, light and dark; every pair of the three is seen once.
"""

import re
from collections.abc import AsyncIterator

import pytest
from accessible import ONE, OTHER, problems, unreached
from browsers import PHONE, chromium, open_page
from house import HANDLE, ROOM, House, enter, furnished, pages_of
from playwright.async_api import Browser, expect
from somebodys_shop import button, listed, opened
from visitor_states import answered, ask, other_pages, states

from knowledge.store.database import Database
from web.site.static_files import FOLDER
from web.site.theme import DARK_PAPER, LIGHT_PAPER, SEEN, contrast

LOOKS = [("ja", ONE), ("en", OTHER)]


@pytest.fixture
async def house(db: Database) -> AsyncIterator[House]:
    async with furnished(db) as furnished_house:
        yield furnished_house


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def test_every_page_of_the_site_can_be_used_by_everybody(house: House, browser: Browser) -> None:
    pages = await pages_of(house)
    found: dict[str, str] = {}
    for lang, looks in LOOKS:
        page = await open_page(browser, lang=lang)
        await enter(house, page)
        for path, address in pages.items():
            await page.goto(f"{house.site.url}{address}?lang={lang}")
            for wrong in await problems(page, looks):
                found.setdefault(wrong, f"{path} in {lang}")
    assert found == {}


async def test_every_state_of_the_visitors_page_can_be_used_by_everybody(house: House, browser: Browser) -> None:
    found: dict[str, str] = {}
    for lang, looks in LOOKS:
        page = await open_page(browser, lang=lang)
        async for state in states(house, page, lang):
            found |= dict.fromkeys(await problems(page, looks), f"{state} in {lang}")
        async for name, other in other_pages(house, browser, lang):
            found |= dict.fromkeys(await problems(other, looks), f"{name} in {lang}")
    assert found == {}


async def test_the_widget_on_anothers_page_can_be_used_by_everybody(house: House, browser: Browser) -> None:
    async with listed(house.site) as shop:
        shop.body = "<main><h1>Shop</h1><p>Open from ten to six.</p></main>"
        shop.tag = f"<aside aria-label=Help>{shop.tag}</aside>"
        page = await open_page(browser)
        await page.goto(shop.origin)
        await expect(button(page)).to_be_visible()
        assert await problems(page, [*ONE, *OTHER]) == []
        await opened(page, shop.origin)
        assert await problems(page, [*ONE, *OTHER]) == []


async def test_all_of_it_is_reached_and_shown_by_the_keyboard_alone(house: House, browser: Browser) -> None:
    page = await open_page(browser)
    found: dict[str, str] = {}
    await enter(house, page)
    for path, address in (await pages_of(house)).items():
        await page.goto(f"{house.site.url}{address}?lang=en")
        found |= dict.fromkeys(await unreached(page), path)
    await page.goto(f"{house.site.url}/@{HANDLE}?lang=en")
    await ask(page)
    await answered(page)
    found |= dict.fromkeys(await unreached(page), "answered")
    assert found == {}


async def test_every_page_of_the_owners_says_how_many_wait(house: House) -> None:
    said = {}
    for path, address in (await pages_of(house)).items():
        page = await (await house.site.get(address, headers=house.headers)).text()
        if "/owner/sign-out" in page:
            said[path] = re.findall(r'class="count"><span aria-hidden="true">(.*?)</span>', page)
    assert {path: count for path, count in said.items() if count != ["2"]} == {}


async def test_what_became_of_a_form_is_the_first_thing_that_is_heard_of_its_page(house: House) -> None:
    empty = await house.site.post(f"{ROOM}/checks?lang=en", data={"question": ""}, headers=house.headers)
    refused = await empty.text()
    assert "<title>There is nothing in it yet. Please write something. · Pinned questions" in refused
    done = await (await house.site.get(f"{ROOM}/checks?lang=en&done=pinned", headers=house.headers)).text()
    assert "<title>Pinned. You will be told if its answer goes wrong. · Pinned questions" in done


async def test_nothing_moves_for_whoever_wants_no_motion(house: House, browser: Browser) -> None:
    house.site.model.hold = True
    page = await open_page(browser)  # its visitors want none
    await page.route("**/messages*", lambda route: route.abort())
    await page.goto(f"{house.site.url}/@{HANDLE}")
    await ask(page)
    await expect(page.locator(".thinking")).to_be_visible()
    assert await page.evaluate("document.getAnimations().length") == 0
    await page.emulate_media(reduced_motion="no-preference")
    assert await page.evaluate("document.getAnimations().length") > 0


async def test_in_forced_colours_what_is_chosen_and_where_one_is_stays_seen(house: House, browser: Browser) -> None:
    page = await open_page(browser, width=PHONE)
    await page.emulate_media(forced_colors="active")
    await enter(house, page)
    await page.goto(f"{house.site.url}/owner/apps/{HANDLE}/insight?lang=en")
    for here in await page.locator("[aria-current]").all():
        await expect(here).to_have_css("font-weight", "700")
    await page.goto(f"{house.site.url}/@{HANDLE}?lang=en")
    await ask(page)
    await answered(page)
    up, down = page.locator("[name=up][value='1']").last, page.locator("[name=up][value='0']").last
    await up.click()
    await expect(up).to_have_attribute("aria-pressed", "true")
    filled = [await each.locator("path").evaluate("(path) => getComputedStyle(path).fill") for each in (up, down)]
    assert filled[0] != filled[1]


async def test_a_screen_reader_hears_an_answer_once_and_no_conversation_again(house: House, browser: Browser) -> None:
    page, log = await open_page(browser, lang="ja"), "#log"
    house.site.model.hold = True
    await page.goto(f"{house.site.url}/@{HANDLE}?lang=ja")
    await ask(page)
    await expect(page.locator(".said.mimi").last.locator(".words")).not_to_be_empty()
    await expect(page.locator(log)).to_have_attribute("aria-busy", "true")
    house.site.model.go.set()
    await answered(page)
    await expect(page.locator(log)).to_have_attribute("aria-busy", "false")
    # Of an element's attributes only the log's own silence it; so it must not be shut while the whole answer comes.
    await page.add_init_script(
        """addEventListener("DOMContentLoaded", () => new MutationObserver((all) => {
          window.lives = [...(window.lives || []), ...all.map(() => document.getElementById("log").ariaLive)];
        }).observe(document.getElementById("log"), { childList: true }))"""
    )
    await page.reload()
    await expect(page.locator(".said.visitor")).to_have_count(1)
    assert set(await page.evaluate("lives")) == {"off"}
    await expect(page.locator(log)).to_have_attribute("aria-live", "polite")


def test_the_edge_of_a_field_is_seen_on_any_paper() -> None:
    _, field = (FOLDER / "mimi.css").read_text("utf-8").split("--field: light-dark(")
    light, dark = field.partition(")")[0].split(", ")
    sheets = {light: (LIGHT_PAPER, "#fffdfa"), dark: (DARK_PAPER, "#25201d")}
    assert all(contrast(edge, paper) >= SEEN for edge, papers in sheets.items() for paper in papers)
