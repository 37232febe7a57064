"""Deleting in a real browser: one app and back, then the whole account with its receipt, on a phone and a desk."""

import pytest
from browsers import DESKTOP, PHONE, open_page, shoot
from grounds import SECRET
from playwright.async_api import Browser, expect
from sites import A_PERSON, SiteUnderTest

from handlers.accounts.receipts import Receipts


@pytest.mark.parametrize(("lang", "width", "dark"), [("ja-JP", PHONE, False), ("en-US", DESKTOP, True)])
async def test_an_app_goes_and_comes_back_and_an_account_ends_with_a_receipt(
    site: SiteUnderTest, browser: Browser, lang: str, width: int, dark: bool
) -> None:
    ja = lang.startswith("ja")
    word, name = ("削除", "ja") if ja else ("delete", "en")
    for referer in ("https://t.co/x", "https://note.com/x", "https://t.co/y"):
        headers = {"Referer": referer, "Accept-Language": lang}
        await site.get("/@kotori", headers=A_PERSON | headers)
    page = await open_page(browser, lang=lang, width=width, dark=dark)
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}?lang={name}")
    await page.locator("main button").click()
    await page.goto(f"{site.url}/owner/apps/kotori/insight?lang={name}")
    await shoot(page, f"insight-where-from-{name}")
    await page.goto(f"{site.url}/owner/apps/kotori/settings?lang={name}")
    await page.locator("#typed").fill(word)
    await page.get_by_role("button", name="アプリを削除" if ja else "Delete the app").click()
    await expect(page.locator(".warning")).to_be_visible()
    await shoot(page, f"app-leaving-{name}")
    await page.get_by_role("button", name="削除を取り消す" if ja else "Keep the app").click()
    await expect(page.locator(".done")).to_be_visible()
    await shoot(page, f"app-stays-{name}")
    await page.goto(f"{site.url}/owner/delete?lang={name}")
    for step in ("delete", "leaving"):
        await shoot(page, f"account-{step}-{name}")
        await page.locator("#typed").fill("kotori")
        await page.locator("button.danger").click()
    await expect(page.locator(".receipt")).to_be_visible()
    await shoot(page, f"account-deleted-{name}")
    receipt = Receipts(SECRET, "https://mimi.example").read(await page.locator(".receipt").inner_text())
    assert receipt.erased["apps"] == 1
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
