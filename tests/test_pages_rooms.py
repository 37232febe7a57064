"""The owner's rooms of entries, documents and open questions in a real browser, with and without scripts."""

from collections.abc import AsyncIterator

import pytest
from browsers import chromium, fits, open_page
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site

from knowledge.store.alerts.askings import Asking, Why
from knowledge.store.database import Database
from knowledge.store.learning.gaps import DraftAnswer, Gap

ROOM = "/owner/apps/kotori"
LONG = "とても長いタイトル" * 20
ARABIC = "كيف ألغي الاشتراك؟"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app("kotori", "ことり日記")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def sign_in(site: SiteUnderTest, page: Page, query: str = "") -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}{query}")
    await page.locator("main button").click()


async def a_gap(site: SiteUnderTest, question: str, draft: DraftAnswer | None = None, handle: str = "kotori") -> None:
    app, now = await site.apps.public(handle), site.side.clock.now()
    gap = Gap(app.scope, question, now, now.replace(year=now.year + 1), draft=draft)
    await site.side.store.gaps.add(app.scope, gap)
    asked = Asking(
        app.scope, f"c {question}", f"m {question}", question, "ja", Why.UNANSWERED, now, gap.expires_at, gap_id=gap.id
    )
    await site.side.store.askings.add(app.scope, asked)


@pytest.mark.parametrize("scripts", [True, False])
async def test_entries_are_found_turned_and_several_removed(
    site: SiteUnderTest, browser: Browser, scripts: bool
) -> None:
    scope = (await site.apps.public("kotori")).scope
    for number in range(30):
        await site.faqs.add(scope, f"質問{number:02}は？", "はい。")
    page = await open_page(browser, scripts=scripts)
    await sign_in(site, page)
    await expect(page.get_by_role("navigation", name="Dashboard").locator("[aria-current]")).to_have_text("FAQ")
    await expect(page.locator(".faqs li")).to_have_count(25)
    await expect(page.locator(".faqs h3").first).to_have_text("質問29は？")
    await page.get_by_role("link", name="Next page").click()
    await expect(page.locator(".faqs li")).to_have_count(5)
    await page.get_by_role("link", name="Edit: 質問03は？").click()
    await page.get_by_label("The answer").fill("いいえ。")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".done")).to_have_text("Your change is saved.")
    await expect(page.locator(".faqs li")).to_have_count(5)  # still on the second page
    await page.get_by_role("searchbox", name="Search").fill("質問０１")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator(".faqs h3")).to_have_text(["質問01は？"])
    await page.get_by_role("link", name="Show all").click()
    await page.get_by_role("checkbox", name="質問29は？").check()
    await page.get_by_role("checkbox", name="質問28は？").check()
    await page.get_by_role("button", name="Remove selected").click()
    await expect(page.locator("h1")).to_have_text("Remove these answers? (2)")
    await page.get_by_role("button", name="Remove").click()
    await expect(page.locator(".done")).to_have_text("Removed: 2. mimi no longer answers with these.")
    await page.get_by_role("link", name="Select all on this page").click()
    await expect(page.locator(".faqs :checked")).to_have_count(25)
    assert await site.faqs.count(scope) == 28


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_document_is_written_read_corrected_and_removed(
    site: SiteUnderTest, browser: Browser, scripts: bool
) -> None:
    page = await open_page(browser, scripts=scripts)
    await sign_in(site, page)
    await page.get_by_role("link", name="Documents").click()
    await page.get_by_role("heading", name="Add a document").click()
    await page.get_by_label("Title").fill("使い方")
    await page.get_by_label("Text").fill("はじめに\n\n# 料金\n\n無料です。\n\n## 支払い\n\n電話は 03-1234-5678 です。")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("h1")).to_have_text("使い方")
    await expect(page.locator("article h2")).to_have_text(["料金"])
    await expect(page.locator("article h3")).to_have_text(["支払い"])
    await expect(page.locator(".warning")).to_have_text("Visitors will not see: phone number")
    await page.get_by_role("link", name="Edit").click()
    await page.get_by_label("Text").fill("\n\nぜんぶ無料です。")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("article")).to_have_text("ぜんぶ無料です。")
    await expect(page.locator(".warning")).to_have_count(0)
    await page.get_by_role("link", name="Back to the list").click()
    await expect(page.locator(".faqs h2")).to_have_text(["使い方"])
    await page.get_by_role("link", name="Remove: 使い方").click()
    await page.get_by_role("button", name="Remove").click()
    await expect(page.get_by_role("status")).to_have_text("Removed. mimi no longer answers with it.")


@pytest.mark.parametrize("scripts", [True, False])
async def test_open_questions_are_answered_kept_for_later_and_dismissed(
    site: SiteUnderTest, browser: Browser, scripts: bool
) -> None:
    await a_gap(site, "iPadで使えますか？")
    await a_gap(site, "どこの会社ですか？")
    page = await open_page(browser, scripts=scripts)
    await sign_in(site, page)
    await page.get_by_role("link", name="Open questions 2 waiting").click()
    await expect(page.locator("h1")).to_have_text("Open questions: 2")
    await page.get_by_role("button", name="Later: どこの会社ですか？").click()
    await expect(page.locator("h1")).to_have_text("Open questions: 1")
    await page.get_by_label("The answer").first.fill("はい、使えます。")
    await page.get_by_role("button", name="Save: iPadで使えますか？").click()
    await expect(page.get_by_role("status")).to_have_text("Saved. mimi answers with it from now on.")
    await expect(page.locator("h1")).to_have_text("Open questions: 0")
    await page.get_by_role("button", name="Reopen: どこの会社ですか？").click()
    await expect(page.locator("h1")).to_have_text("Open questions: 1")
    await page.get_by_role("button", name="Dismiss: どこの会社ですか？").click()
    await expect(page.get_by_text("Nothing is missing at the moment.")).to_be_visible()


async def test_pictures_of_the_rooms_fit_their_screens(site: SiteUnderTest, browser: Browser) -> None:
    scope = (await site.apps.public("kotori")).scope
    for number in range(26):
        await site.faqs.add(
            scope, f"料金{number}はいくらですか？", "基本の機能は無料です。\nプレミアムは月額480円です。"
        )
    for question in (LONG, ARABIC, "<b>太字</b>は使えますか？ 🐦"):
        await site.faqs.add(scope, question, "はい。03-1234-5678 までどうぞ。", phrasings=["べつの聞き方"], exact=True)
    documents = site.areas.entries.documents
    text = (
        "はじめに。\n\n# 料金\n\n基本の機能は無料です。\n\n## お問い合わせ\n\n03-1234-5678 までお電話ください。\n\n"
        * 20
    )
    await documents.add(scope, LONG, "A" * 3_000)
    manual = (await documents.add(scope, "ことり日記の使い方", text, "https://kotori.example/help?a=1")).document
    near = (await site.faqs.find(scope, "料金0"))[0]
    await a_gap(site, "iPadで使えますか？", DraftAnswer("iPhoneで使えます。", "iPad", ()))
    await a_gap(site, LONG[:300])
    await site.ask("担当者と話したいです", Accept="application/json")
    rooms = {
        "entries": ROOM,
        "entries-found": f"{ROOM}?q=料金1&order=name",
        "entry": f"{ROOM}/faqs/{near.id}",
        "documents": f"{ROOM}/documents",
        "document": f"{ROOM}/documents/{manual.id}",
        "document-edit": f"{ROOM}/documents/{manual.id}/edit",
        "document-remove": f"{ROOM}/documents/{manual.id}/remove",
        "open-questions": f"{ROOM}/gaps",
    }
    for lang in ("ja", "en"):
        page = await open_page(browser, lang=lang)
        await sign_in(site, page, f"?lang={lang}")
        for name, path in rooms.items():
            await page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={lang}")
            await fits(page, f"room-{name}-{lang}")
        await page.context.close()
