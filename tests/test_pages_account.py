"""Pages about the account, in pictures for people to look at: each fits its screen in both languages and colours."""

from collections.abc import AsyncIterator

import pytest
from browsers import fits, open_page
from playwright.async_api import Browser, Page
from sites import SiteUnderTest, running_site

from handlers.outgoing import letter_in
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.accounts.sign_in_links import SignInLinkRepository
from knowledge.store.database import Database, new_id

ADDRESS = "yuki.with.a.rather.long.name@mail.example.com"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app("kotori", "ことり日記")
        await OwnerRepository(db).set_email(running.owners["yuki"].scope, ADDRESS)
        yield running


async def sign_in(site: SiteUnderTest, page: Page, owner: Owner, lang: str) -> None:
    link = await site.accounts.sign_in_link(owner.scope)
    await page.goto(f"{site.url}/sign-in/{link.token}?lang={lang}")
    await page.locator("main form button").click()
    await SignInLinkRepository(site.db).remove_of(owner.scope)  # many pictures, few links


@pytest.mark.parametrize("lang", ["ja", "en"])
async def test_pictures_of_the_ways_in_and_out(site: SiteUnderTest, browser: Browser, lang: str) -> None:
    page = await open_page(browser, lang=lang)

    async def seen(name: str, path: str = "") -> None:
        if path:
            await page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={lang}")
        await fits(page, f"{name}-{lang}")

    await seen("signin", "/signin")
    await page.locator("#address").fill("new.owner@example.com")
    await page.locator("main form button").click()
    await seen("signin-mailed")
    [row] = await site.db.collection("outbox").find({"channel": "mail"})
    token = letter_in(row["body"])[1].partition("/sign-in/")[2][:43]
    await seen("signin-new", f"/sign-in/{token}")
    await page.locator("main form button").click()
    await seen("no-app")
    now = site.side.clock.now()
    await site.areas.accounts.linking.offer("U" + new_id(), "a-token")
    await seen("link", "/link/a-token")
    await page.locator("main form button").click()
    await seen("link-on")
    await seen("account-web-only", "/owner/account")
    yuki = await site.accounts.by_email(ADDRESS)
    assert yuki
    assert yuki.created_at <= now
    await sign_in(site, page, yuki, lang)
    await site.areas.accounts.emails.ask(yuki, "other.address@example.com")
    await seen("account-waiting", "/owner/account")
    for summary in await page.locator("summary").all():
        await summary.click()
    await seen("account-open")
    await seen("link-used", "/link/another-token")
    await site.areas.accounts.leaving.begin(yuki, in_line=True)
    await seen("leaving", "/owner/delete")
    await page.context.clear_cookies()
    await seen("link-sign-in", "/link/a-token")
    await seen("signed-out", "/owner")
