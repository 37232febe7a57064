"""The export in a real browser: its page, its own pages opened from the disk, and the way back."""

from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import pytest
from browsers import DESKTOP, PHONE, chromium, open_page, shoot
from exported import exported
from playwright.async_api import Browser, Request, expect
from sites import SiteUnderTest, running_site
from test_pages_owner import sign_in

from knowledge.store.database import Database


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app("kotori", "ことり日記")
        await running.faqs.add(
            app.scope, "無料ですか？", "はい、無料です。\n広告もありません。", phrasings=("いくら？",)
        )
        await running.areas.entries.documents.add(app.scope, "利用規約", "やさしく使ってください。")
        await running.ask("同期できますか？")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def test_the_archive_opens_from_the_disk_and_asks_nobody(
    site: SiteUnderTest, browser: Browser, tmp_path: Path
) -> None:
    (await exported(site.areas.exports.exports, site.owners["yuki"].scope)).extractall(tmp_path)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    for width, dark in product((PHONE, DESKTOP), (False, True)):
        page = await open_page(browser, width=width, dark=dark, scripts=False)
        page.on("request", note)
        await page.goto(f"file://{tmp_path}/index.html")
        await shoot(page, f"export-index-{width}-{'dark' if dark else 'light'}")
        await page.get_by_role("link", name="ことり日記").click()
        await shoot(page, f"export-app-{width}-{'dark' if dark else 'light'}")
        await page.get_by_role("link", name="FAQ entries").click()
        await expect(page.get_by_text("広告もありません。")).to_be_visible()
        await page.get_by_role("link", name="This app").click()
        await page.get_by_role("link", name="Conversations of").click()
        await expect(page.get_by_text("同期できますか？")).to_be_visible()
        await shoot(page, f"export-conversations-{width}-{'dark' if dark else 'light'}")
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await page.context.close()
    assert [url for url in asked if not url.startswith(f"file://{tmp_path}/")] == []


@pytest.mark.parametrize("lang", ["ja", "en"])
async def test_an_owner_downloads_everything_and_brings_it_back(
    site: SiteUnderTest, browser: Browser, tmp_path: Path, lang: str
) -> None:
    words = {"ja": ("ダウンロード", "戻す"), "en": ("Download", "Restore it")}
    download, put = words[lang]
    for width, dark in ((PHONE, lang == "en"), (DESKTOP, lang == "ja")):
        page = await open_page(browser, lang=lang, width=width, dark=dark, scripts=False)
        await sign_in(site, page)
        await page.goto(f"{site.url}/owner/export?lang={lang}")
        name = f"{lang}-{width}-{'dark' if dark else 'light'}"
        await shoot(page, f"export-page-{name}")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name=download, exact=True).click()
        path = tmp_path / "mimi-export.zip"
        await (await coming.value).save_as(path)
        await page.locator("input[type=file]").set_input_files(path)
        await page.locator("form.sheet button").click()
        await expect(page.get_by_role("button", name=put, exact=True)).to_be_visible()
        await expect(page.get_by_text("@kotori-2" if width == PHONE else "@kotori-2-2")).to_be_visible()
        await shoot(page, f"return-ready-{name}")
        await page.get_by_role("button", name=put, exact=True).click()
        await shoot(page, f"return-under-way-{name}")
        assert await site.areas.exports.returns.work()
        await page.reload()
        await expect(page.locator(".done")).to_be_visible()
        await shoot(page, f"return-done-{name}")
        await page.context.close()
