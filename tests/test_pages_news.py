"""What is new, and links with days, in a real browser: at the owner's and the visitors' door."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from browsers import chromium, fits, open_page
from playwright.async_api import Browser, expect
from sites import SiteUnderTest, running_site

from knowledge.store.apps.apps import AppRepository, Link
from knowledge.store.database import Database

ROOM = "/owner/apps/kotori"
CHANGELOG = """## 2.3.0 - 2040-03-20
### 新機能
- 同期が**速く**なりました
- 写真を[まとめて](https://kotori.example/guide)選べるようになりました

### 修正
- とても長い日本語の行がスマートフォンの画面でも折り返されて読めるようになりました

## 2.2.0 - 2040-02-01
- ダークモード

## 2.1.0
- SomeVeryLongEnglishWordWithoutAnySpaces/AndMoreOfItThatDoesNotEnd/AtAnyPlaceWhereItCouldBeBroken
"""


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app("kotori", "ことり日記")
        days = date(2040, 4, 4), date(2040, 4, 25)
        links = (Link("冬セール", "https://kotori.example/sale", *days), Link("X", "https://x.com/kotori"))
        await AppRepository(db).update(app.scope, {"bio": "小さな毎日を、そっと書きとめる。", "links": links})
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_owner_pastes_a_changelog_and_a_visitor_unfolds_the_latest(
    site: SiteUnderTest, browser: Browser, scripts: bool
) -> None:
    page = await open_page(browser, scripts=scripts)
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}")
    await page.locator("main button").click()
    await page.goto(f"{site.url}{ROOM}/news")
    await page.locator("#text").fill(CHANGELOG)
    await page.get_by_role("button", name="Save").first.click()
    await expect(page.get_by_role("status")).to_have_text("It is now on the page, and mimi answers from it.")
    await expect(page.locator(".faqs h2")).to_have_text(["2.3.0", "2.2.0", "2.1.0"])
    await page.goto(f"{site.url}/@kotori?lang=en")
    await expect(page.get_by_text("同期が速くなりました")).to_be_hidden()
    await page.get_by_text("What's new: 2.3.0").click()
    await expect(page.get_by_text("同期が速くなりました")).to_be_visible()
    await page.get_by_role("link", name="2.2.0").click()
    await expect(page.get_by_role("heading", name="2.2.0")).to_be_in_viewport()


async def test_pictures_of_news_and_dated_links_fit_their_screens(site: SiteUnderTest, browser: Browser) -> None:
    await site.areas.entries.notes.add(await site.apps.public("kotori"), CHANGELOG)
    for lang in ("ja", "en"):
        page = await open_page(browser)
        link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
        await page.goto(f"{site.url}/sign-in/{link.token}?lang={lang}")
        await page.locator("main button").click()
        pages = {"news-room": f"{ROOM}/news", "news": "/@kotori/news", "news-on-page": "/@kotori"}
        for name, path in (pages | {"dated-links": f"{ROOM}/settings"}).items():
            await page.goto(f"{site.url}{path}?lang={lang}")
            await page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            await fits(page, f"{name}-{lang}")
