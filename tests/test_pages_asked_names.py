"""The question about doubtful names in a real browser: after saving, and when an import is in."""

from collections.abc import AsyncIterator

import pytest
from browsers import chromium, fits, open_page
from owner_chat import Core
from playwright.async_api import Browser, expect
from sites import SiteUnderTest, running_site
from test_pages_owner import sign_in

from knowledge.store.database import Database
from knowledge.store.imports.imports import ImportDoor

ASKED = "Is this the name of a person to hide?"
ANSWERS = ("織田信長のお城です。開発者: ヒホ", "As Knuth said to Eeyore: ask Zorblin.")
TABLE = "question,answer\nWho said it?,As Knuth said.\nWho?,Ask Jason Miller.\nMail?,Write to help@example.com.\n"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app("kotori", "ことり日記")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_owner_saves_is_asked_and_answers(site: SiteUnderTest, browser: Browser, scripts: bool) -> None:
    page = await open_page(browser, scripts=scripts)
    await sign_in(site, page)
    await page.get_by_label("Question").fill("誰のお城ですか？")
    await page.get_by_label("The answer").fill("織田信長のお城です。開発者: ヒホ")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".warning")).to_have_text("Visitors will not see: name")
    await expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    await page.get_by_role("button", name="No, show it: 織田信長").click()
    await expect(page.locator(".done")).to_have_text("Visitors see it from now on.")
    await page.get_by_role("button", name="Yes, hide it: ヒホ").click()
    await expect(page.locator(".done")).to_have_text("It stays hidden. mimi will not ask again.")
    await expect(page.get_by_role("heading", name=ASKED)).to_have_count(0)
    app = await site.apps.public("kotori")
    assert (app.shown_names, app.hidden_names) == (("織田信長",), ("ヒホ",))
    [entry] = await site.faqs.list(app.scope)
    assert "織田信長" in entry.redacted_answer


async def test_pictures_of_the_question_fit_their_screens(site: SiteUnderTest, browser: Browser) -> None:
    app = await site.apps.public("kotori")
    core = Core(site.db, site.side.clock)
    for n, lang in enumerate(("ja", "en")):
        page = await open_page(browser, lang=lang)
        await sign_in(site, page, f"?lang={lang}")
        await page.goto(f"{site.url}/owner/apps/kotori?lang={lang}")
        await page.locator("details.adding").evaluate("each => { each.open = true }")
        await page.locator("#question").fill(f"誰のお城ですか？ {n}")
        await page.locator("#answer").fill(
            ("織田信長のお城です。開発者: ヒホ", "As Knuth said to Eeyore: ask Zorblin.")[n]
        )
        await page.locator("details.adding button.main").click()
        await fits(page, f"asked-{lang}")
        imported = await core.imports.begin_text(app.scope, TABLE.replace("Knuth", f"Kn{'ou'[n]}th"), ImportDoor.WEB)
        await core.import_runs.work()
        await page.goto(f"{site.url}/owner/apps/kotori/import/{imported.id}?lang={lang}")
        await fits(page, f"import-hidden-{lang}")
        await core.imports.apply(app.scope, imported.id)
        await core.import_runs.work()
        await page.reload()
        await fits(page, f"import-asked-{lang}")
        await page.context.close()
