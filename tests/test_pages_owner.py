"""The owner's page and the pages around it in a real browser, cookies included."""

from collections.abc import AsyncIterator

import pytest
from browsers import fits, open_page
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site

from handlers.accounts.accounts import LINK_LIVES
from knowledge.store.database import Database


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app("kotori", "ことり日記")
        await running.an_app("demo", "Hitsuji Timer")
        yield running


async def sign_in(site: SiteUnderTest, page: Page, query: str = "") -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}{query}")
    await expect(page.locator(".code")).to_have_text(link.code)
    await page.locator("main button").click()


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_owner_signs_in_and_keeps_the_faq_list(site: SiteUnderTest, browser: Browser, scripts: bool) -> None:
    """Sign-in, adding with a warning, correcting and removing: the forms are the same with and without scripts."""
    page = await open_page(browser, scripts=scripts)
    await sign_in(site, page)
    (cookie,) = await page.context.cookies()
    assert cookie["name"] == "__Host-mimi"
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")
    await expect(page.get_by_role("heading", name="Hitsuji Timer")).to_be_visible()
    await page.get_by_role("link", name="ことり日記", exact=True).click()
    await page.get_by_label("Question").fill("電話できますか？")
    await page.get_by_label("The answer").fill("はい。03-1234-5678 までどうぞ。")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".warning")).to_have_text("Visitors will not see: phone number")
    await page.get_by_label("The answer").fill("いいえ、メールでお願いします。")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".done")).to_have_text("Your change is saved.")
    await expect(page.locator(".warning")).to_have_count(0)
    await expect(page.locator(".faqs .words")).to_have_text("いいえ、メールでお願いします。")
    await page.get_by_role("link", name="Remove").click()
    await page.get_by_role("button", name="Remove").click()
    await expect(page.locator(".done")).to_have_text("Removed. mimi no longer answers with it.")
    await expect(page.locator(".faqs li")).to_have_count(0)
    await page.get_by_role("button", name="Sign out").click()
    assert await page.context.cookies() == []
    await page.goto(f"{site.url}/owner")
    await expect(page.locator("h1")).to_have_text("You are not signed in")


async def test_taking_data_along_and_leaving(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await sign_in(site, page, "?to=export")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download").click()
    assert (await download.value).suggested_filename == "mimi-export.zip"
    await page.get_by_role("link", name="Account").click()
    await page.get_by_role("link", name="Delete account").click()
    await page.get_by_label("Type “delete”").fill("delete")
    await page.get_by_role("button", name="Delete my account").click()
    await expect(page.locator("h1")).to_have_text("Your account is being deleted")
    await page.get_by_label("Type “delete”").fill("delete")
    await page.get_by_role("button", name="Erase now").click()
    await expect(page.locator("h1")).to_have_text("Everything is deleted")
    assert await page.context.cookies() == []
    assert await site.db.collection("owners").count({}) == 0


async def test_pictures_of_the_rooms_fit_their_screens(site: SiteUnderTest, browser: Browser) -> None:
    app = await site.apps.public("kotori")
    await site.faqs.add(app.scope, "電話できますか？", "はい。03-1234-5678 までどうぞ。")
    saved = await site.faqs.add(
        app.scope, "料金はいくらですか？", "基本の機能は無料です。\nプレミアムは月額480円です。"
    )
    room = "/owner/apps/kotori"
    rooms = {
        "front": "/",
        "list": room,
        "faq": f"{room}/faqs/{saved.entry.id}",
        "faq-remove": f"{room}/faqs/{saved.entry.id}/remove",
        "hidden": f"{room}/hidden",
        "account": "/owner/account",
        "export": "/owner/export",
        "delete": "/owner/delete",
        "privacy": "/privacy",
        "contact": "/contact",
        "error": "/nothing",
    }
    for lang in ("ja", "en"):
        page = await open_page(browser, lang=lang)
        await sign_in(site, page, f"?lang={lang}")
        for name, path in rooms.items():
            await page.goto(f"{site.url}{path}?lang={lang}")
            await fits(page, f"{name}-{lang}")
        link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
        await page.goto(f"{site.url}/sign-in/{link.token}?lang={lang}")
        await fits(page, f"sign-in-{lang}")
        site.side.clock.advance(LINK_LIVES)
        await page.context.close()
