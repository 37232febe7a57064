"""The page of keys in a real browser: made, copied and revoked, on a phone and a desk."""

from collections.abc import AsyncIterator

import pytest
from browsers import chromium, fits, open_page
from playwright.async_api import Browser, expect
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app("kotori", "ことり日記")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.mark.parametrize(
    ("lang", "make", "revoke"), [("ja", "キーを作る", "取り消す"), ("en", "Create the key", "Revoke")]
)
async def test_a_key_is_made_and_revoked(
    site: SiteUnderTest, browser: Browser, lang: str, make: str, revoke: str
) -> None:
    page = await open_page(browser, lang=lang)
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}?lang={lang}&to=keys-propose")
    await page.locator("main button").click()
    await page.goto(f"{site.url}/owner/keys?lang={lang}&reach=propose")
    await expect(page.locator("input[value=propose]")).to_be_checked()
    await page.fill("#name", "GitHub Actions: docs to mimi on every release")
    await page.get_by_role("button", name=make).click()
    key = await page.locator(".secret").inner_text()
    assert key.startswith("mimi_")
    await fits(page, f"keys-made-{lang}")
    await page.goto(f"{site.url}/owner/apps/kotori/keys?lang={lang}")
    await expect(page.locator(".secret")).to_have_count(0)
    await page.get_by_role("button", name=revoke).click()
    await expect(page.locator(".done")).to_be_visible()
    await fits(page, f"keys-{lang}")
