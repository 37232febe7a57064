"""The policy, the notice of what is sent where, and a letter in a real browser: both languages, every screen."""

from collections.abc import AsyncIterator
from itertools import product
from urllib.parse import urlsplit

import pytest
from browsers import DESKTOP, PHONE, open_page, shoot
from playwright.async_api import Browser
from sites import SiteUnderTest, running_site
from test_policy import FULL

from bot.join.notices import notices_of
from bot.settings import Settings
from handlers.notices.notice_words import notice_to
from knowledge.phrases import LANGS
from knowledge.store.database import Database
from knowledge.store.repositories import Repositories

LETTER = (
    "<meta charset=utf-8><meta name=viewport content='width=device-width'><pre style='white-space:pre-wrap'>{}</pre>"
)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    settings = Settings.read(
        FULL | {"MIMI_OPERATOR": "ひつじ工房（代表 山田花子）", "MIMI_HOSTING": "さくらのクラウド（日本）"}
    )
    given = {name: getattr(settings, name) for name, field in Settings.model_fields.items() if field.alias in FULL}
    async with running_site(db, **given) as running:
        await running.an_app("kotori", "ことり日記")
        yield running


async def test_a_visitors_browser_speaks_with_nobody_but_this_service(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser, lang="ja-JP", width=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{site.url}/@kotori")
    await page.fill("#text", "オフラインで使えますか？")
    await page.press("#text", "Enter")
    await page.locator(".said.mimi strong").first.wait_for()
    await page.get_by_role("link", name="外部送信について").click()
    await page.wait_for_url("**/transmission*")
    await page.goto(f"{site.url}/privacy/2")
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site.url).netloc}
    assert await page.evaluate("document.cookie.length + localStorage.length") == 0


async def test_the_pages_fit_their_screens_in_both_languages(site: SiteUnderTest, browser: Browser) -> None:
    for lang, width, dark in product(LANGS, (PHONE, DESKTOP), (False, True)):
        page = await open_page(browser, lang=lang, width=width, dark=dark)
        for name, path in (("privacy", "/privacy/2"), ("transmission", "/transmission"), ("chat", "/@kotori")):
            response = await page.goto(f"{site.url}{path}?lang={lang}")
            assert response
            assert response.status == 200
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, lang, width)
            await shoot(page, f"{name}-{lang}-{width}-{'dark' if dark else 'light'}")
        await page.context.close()


async def test_the_letter_of_a_policy_reads_well_in_both_languages(site: SiteUnderTest, browser: Browser) -> None:
    notice = await notices_of(Repositories(site.db), site.side.clock, "https://mimi.example").draft_for_policy("2")
    for lang, width in product(LANGS, (PHONE, DESKTOP)):
        given = notice_to(notice, lang, "https://mimi.example")
        page = await open_page(browser, lang=lang, width=width)
        await page.set_content(LETTER.format(f"{given.subject.say(lang)}\n\n{given.text.say(lang)}"))
        await shoot(page, f"notice-mail-{lang}-{width}")
        await page.context.close()
