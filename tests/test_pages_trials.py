"""Trying mimi out on the owner's page, in a real browser: asked, read, put right, and nobody's conversation."""

from collections.abc import AsyncIterator

import pytest
from browsers import chromium, fits, open_page
from claude_events import Block
from claude_standin import ClaudeStandIn
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site
from test_pages_owner import sign_in
from visitors import claude_model

from knowledge.store.database import Database

PHONE = "電話での問い合わせはできますか？"
REFUND = "返金は、購入したストアの画面から14日以内に申し込めます。"
WRONG = "60日以内なら電話でも申し込めます。"


@pytest.fixture
async def site(db: Database, claude: ClaudeStandIn) -> AsyncIterator[SiteUnderTest]:
    async with claude_model(claude) as model, running_site(db, answers=model) as running:
        app = await running.an_app("kotori", "ことり日記")
        await running.faqs.add(app.scope, "返金できますか？", REFUND)
        await running.faqs.add(app.scope, PHONE, "はい。平日に 03-1234-5678 へどうぞ。")
        await running.faqs.add(app.scope, "オフラインで使えますか？", "はい、使えます。")
        await running.faqs.add(app.scope, "Is there a free plan?", "Yes. The free plan keeps 100 notes.")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def opened(site: SiteUnderTest, browser: Browser, lang: str) -> Page:
    page = await open_page(browser, lang=lang, scripts=False)
    await sign_in(site, page)
    await page.wait_for_url("**/owner/apps/kotori**")
    await page.goto(f"{site.url}/owner/apps/kotori?lang={lang[:2]}")
    return page


@pytest.mark.parametrize("lang", ["ja-JP", "en-US"])
async def test_an_owner_asks_and_sees_how_the_answer_comes_about(
    site: SiteUnderTest, browser: Browser, claude: ClaudeStandIn, lang: str
) -> None:
    page, japanese = await opened(site, browser, lang), lang == "ja-JP"
    await page.get_by_role("link", name="試してみる" if japanese else "Try it out").click()
    await fits(page, f"trials-empty-{lang[:2]}")
    # The app's own facts stand first.
    said = ((f"{REFUND}\n", 1), (f"{WRONG}\n", 1), ("番号は [PHONE] です。\n", 2))
    claude.will_say_blocks(*(Block(text, [item]) for text, item in said))
    await page.locator("#question").fill("返金と電話について教えて")
    await page.get_by_role("button", name="質問する" if japanese else "Ask", exact=True).click()
    await expect(page.locator(".said.mimi .words")).to_contain_text("14日以内")
    await expect(page.locator(".said.mimi .words")).not_to_contain_text("60日以内")
    left_out = page.locator("li", has=page.locator("s"))
    await expect(left_out).to_contain_text("60日以内")
    await expect(left_out).to_contain_text(
        "登録内容にない数字" if japanese else "a number in it is not what you taught"
    )
    # The owner reads beside it what visitors do not.
    await expect(page.locator("main")).to_contain_text("03-1234-5678")
    await expect(page.locator(".said.mimi .words")).not_to_contain_text("03-1234-5678")
    await fits(page, f"trial-{lang[:2]}")
    await page.locator("a[href^='#piece-']").first.click()
    await page.get_by_role("button", name="間違いとしてマーク" if japanese else "Mark as wrong").click()
    await expect(page.locator(".warning")).to_be_visible()
    await page.locator("main > p a").nth(1).click()
    await expect(page.locator(".faqs li")).to_contain_text("返金と電話について教えて")
    await fits(page, f"trials-{lang[:2]}")


async def test_a_trial_is_put_right_from_its_page(site: SiteUnderTest, browser: Browser, claude: ClaudeStandIn) -> None:
    page = await opened(site, browser, "en-US")
    await page.get_by_role("link", name="Try it out").click()
    claude.will_not_know("How many notes can I keep?")
    await page.locator("#question").fill("How many notes can I keep?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Not known; for a visitor's question, you would be told")
    await page.get_by_role("button", name="This question asks the same as “Is there a free plan?”").click()
    await expect(page.locator(".done")).to_contain_text("Saved as another way to ask for that entry.")
    await page.locator("#answer").fill("As many as you like.")
    await page.locator("form", has=page.locator("#answer")).get_by_role("button", name="Save").click()
    # It has just become another way to ask for an entry.
    await page.get_by_role("button", name="Keep both").click()
    await expect(page.locator(".done")).to_contain_text("Saved. Ask again")
    claude.will_say("As many as you like.", cites=[5])
    await page.get_by_role("button", name="Ask again").click()
    await expect(page.locator(".said.mimi .words")).to_have_text("As many as you like.")
    claude.will_say("As many as you like.", cites=[5])
    await page.locator("#next").fill("And pictures?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await page.get_by_role("link", name="It continues from this question").click()
    await page.get_by_role("button", name="Pin this question").click()
    await expect(page.get_by_role("group", name="Which entry must answer it?")).to_be_visible()
    entries = await site.faqs.list((await site.apps.public("kotori")).scope)
    assert ("How many notes can I keep?", "As many as you like.") in [(each.question, each.answer) for each in entries]
    assert "How many notes can I keep?" in next(each for each in entries if "free plan" in each.question).phrasings
    for collection in ("conversations", "messages", "alerts", "askings", "gaps", "page_views"):
        assert await site.db.collection(collection).count({}) == 0
