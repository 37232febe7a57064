"""The owner's first page, proposals, and what becomes of a form, in a real browser."""

import pytest
from browsers import fits, open_page
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest
from test_pages_rooms import a_gap, sign_in

from knowledge.store.inbox.proposals import Change

ANSWER = "18時までです。\n“ふだんは”20時まで。"
LONG = "とても長いアプリの名前" * 4


async def end_all(site: SiteUnderTest) -> None:
    await site.areas.accounts.sign_ins.end_others(site.owners["yuki"].scope)


@pytest.mark.parametrize("scripts", [True, False])
async def test_what_was_typed_is_sent_from_the_same_page_after_signing_in_in_another_tab(
    site: SiteUnderTest, browser: Browser, scripts: bool
) -> None:
    page = await open_page(browser, scripts=scripts)
    await sign_in(site, page)
    await page.get_by_label("Question", exact=True).fill("日曜は何時まで？")
    await page.get_by_label("The answer").fill(ANSWER)
    await end_all(site)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("h1")).to_have_text("You are not signed in")
    await expect(page.get_by_label("What you wrote")).to_have_value(
        "日曜は何時まで？\n\n18時までです。\n“ふだんは”20時まで。"
    )
    await page.get_by_role("button", name="I am signed in again. Send it").click()
    await expect(page.locator("h1")).to_have_text("You are not signed in")  # too early, and still nothing is lost
    beside = await page.context.new_page()
    await sign_in(site, beside)
    await page.get_by_role("button", name="I am signed in again. Send it").click()
    await expect(page.get_by_role("status")).to_have_text("Saved. mimi answers with it from now on.")
    [kept] = await site.faqs.list((await site.apps.public("kotori")).scope)
    assert kept.answer == ANSWER


async def pictures(page: Page, site: SiteUnderTest, lang: str, rooms: dict[str, str]) -> None:
    for name, path in rooms.items():
        await page.goto(f"{site.url}{path}?lang={lang}")
        await fits(page, f"first-{name}-{lang}")


@pytest.mark.parametrize("lang", ["ja", "en"])
async def test_pictures_of_the_first_page_and_proposals_fit_their_screens(
    site: SiteUnderTest, browser: Browser, lang: str
) -> None:
    page = await open_page(browser, lang=lang)
    await sign_in(site, page, f"?lang={lang}")
    await pictures(page, site, lang, {"steps": "/owner/apps/kotori", "one-app": "/owner/apps"})
    scope = (await site.an_app("suzume", LONG)).scope
    entry = (await site.faqs.add(scope, "無料で使えますか？", "はい、すべての機能が無料です。")).entry
    await site.ask("無料で使えますか？", handle="suzume", Accept="application/json")
    await a_gap(site, "iPadで使えますか？")
    why = {"why": "2.0のリリースノートと違っています"}
    for change in (
        Change(
            "faq_edit",
            entry.id,
            {"question": entry.question, "answer": "基本の機能は無料です。\n\n有料は月480円です。"} | why,
        ),
        Change("faq_add", "", {"question": "無料で使えますか？", "answer": "いいえ。月480円です。"} | why),
        Change("faq_remove", entry.id, why),
    ):
        await site.areas.proposals.proposals.propose(scope, change, by="リリース係")
    await pictures(
        page,
        site,
        lang,
        {
            "apps": "/owner",
            "proposals": "/owner/proposals",
            "switcher": "/owner/apps/suzume/gaps",
            "account": "/owner/account",
        },
    )
    await page.goto(f"{site.url}/owner/apps/suzume?lang={lang}")
    await page.locator("summary").first.click()
    await page.locator("#question").fill("日曜は何時まで？")
    await page.locator("#answer").fill("18時までです。")
    await end_all(site)
    await page.locator("form button.main").first.click()
    await fits(page, f"first-session-ended-{lang}")
