"""The preview of imports in a real browser: several files chosen at once, columns and documents as their owner says."""

from pathlib import Path

import pytest
from browsers import fits, open_page
from owner_chat import Core
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest

TABLE = "番号,カテゴリ,質問,回答\n1,料金,月額はいくらですか？,300円です。\n2,退会,退会したい,設定からできます。\n"
MANUAL = (
    "# 使い方\n\nはじめに。\n\n## 返金できますか？\n\n14日以内なら。\n\n## 無料ですか？\n\nはい、ずっと無料です。\n"
)


async def signed_in(site: SiteUnderTest, browser: Browser, lang: str) -> Page:
    page = await open_page(browser, lang=lang)
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}")
    await page.locator("main button").click()
    return page


async def worked(core: Core) -> None:
    while await core.import_runs.work():
        pass


@pytest.mark.parametrize(("lang", "whole"), [("ja-JP", "1つの資料にする"), ("en-US", "As one document")])
async def test_an_owner_chooses_files_columns_and_what_becomes_of_a_document(
    site: SiteUnderTest, browser: Browser, tmp_path: Path, lang: str, whole: str
) -> None:
    core = Core(site.db, site.side.clock)
    table, manual = tmp_path / "料金.csv", tmp_path / "使い方.md"
    table.write_text(TABLE)
    manual.write_text(MANUAL)
    scope = (await site.apps.public("kotori")).scope
    await site.faqs.add(scope, "月額料金はいくらになりますか", "月500円です。")
    page = await signed_in(site, browser, lang)
    await page.goto(f"{site.url}/owner/apps/kotori/import?lang={lang[:2]}")
    await page.locator("#file").set_input_files([table, manual])
    await page.locator("form[enctype] button").first.click()
    await worked(core)
    await page.reload()
    await fits(page, f"imports-{lang[:2]}")
    await page.get_by_role("link", name="料金.csv").click()
    await expect(page.get_by_text("番号, カテゴリ")).to_be_visible()
    await fits(page, f"import-table-{lang[:2]}")
    await page.go_back()
    await page.get_by_role("link", name="使い方.md").click()
    await expect(page.locator(".items li")).to_have_count(3)
    await fits(page, f"import-document-{lang[:2]}")
    await page.get_by_role("button", name=whole).click()
    await worked(core)
    await page.reload()
    await expect(page.locator(".items li")).to_have_count(1)
    await page.context.close()
