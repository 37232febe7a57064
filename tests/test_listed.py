"""What search engines are told of an app: nothing, unless its owner lets them."""

import json
import re
from collections.abc import AsyncIterator
from http import HTTPStatus

import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import Database

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>')
NOINDEX = '<meta name="robots" content="noindex">'


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        yield running


@pytest.fixture
async def app(site: SiteUnderTest) -> App:
    app = await site.an_app()
    for question, answer in (
        ("Is it free?", "Yes, **it is**. </script><script>alert(1)</script>"),
        ("How do I reach you?", "Call 03-1234-5678."),
        ("無料ですか？", "はい、無料です。"),
    ):
        await site.faqs.add(app.scope, question, answer)
    await site.areas.apps.settings.set(app.scope, {"listed": "yes", "bio": "Notes & more"})
    return app


async def text(site: SiteUnderTest, path: str) -> str:
    response = await site.get(path)
    assert response.status == HTTPStatus.OK
    return await response.text()


async def test_a_new_page_is_for_nobody_to_find(site: SiteUnderTest) -> None:
    await site.an_app()
    assert NOINDEX in await text(site, "/@kotori")
    assert "@kotori" not in await text(site, "/sitemap.xml")
    assert (await site.get("/@kotori/faq")).status == HTTPStatus.NOT_FOUND


async def test_a_listed_page_is_in_the_sitemap_that_robots_txt_names(site: SiteUnderTest, app: App) -> None:
    named = re.search(r"^Sitemap: https://mimi.example(/.*)$", await text(site, "/robots.txt"), re.MULTILINE)
    assert named
    found = re.findall(r"<loc>(.*?)</loc>", await text(site, named[1]))
    assert {"https://mimi.example/@kotori", "https://mimi.example/@kotori/faq"} <= set(found)
    page = await text(site, "/@kotori?lang=en")
    assert NOINDEX not in page
    [told] = DATA.findall(page)
    said = {"name": "Kotori", "description": "Notes & more", "url": "https://example.com"}
    assert json.loads(told) == {"@context": "https://schema.org", "@type": "SoftwareApplication"} | said


async def test_a_listed_apps_entries_are_read_in_the_readers_language_without_what_is_hidden(
    site: SiteUnderTest, app: App
) -> None:
    page = await text(site, "/@kotori/faq?lang=en")
    [told] = DATA.findall(page)
    questions = json.loads(told)["mainEntity"]
    assert [each["name"] for each in questions] == ["Is it free?"]
    assert "<strong>it is</strong>" in page
    assert "<script>alert" not in page
    assert "1234" not in page
    assert "無料ですか？" in await text(site, "/@kotori/faq?lang=ja")


async def test_an_entry_about_a_topic_the_owner_keeps_out_of_stays_out(site: SiteUnderTest, app: App) -> None:
    await site.areas.apps.settings.add_item(app.scope, "banned_topics", {"text": "Free"})
    assert "Is it free?" not in await text(site, "/@kotori/faq?lang=en")


async def test_a_page_that_was_taken_off_leaves_the_sitemap(site: SiteUnderTest, app: App) -> None:
    await AppRepository(site.db).set_taken_off(site.owners["yuki"].scope, True)
    assert "@kotori" not in await text(site, "/sitemap.xml")


async def test_visitors_read_the_text_in_their_language_alone(site: SiteUnderTest, app: App) -> None:
    await site.areas.apps.settings.set(
        app.scope, {"bio2": "メモです。", "greeting": "Hi there!", "greeting2": "ようこそ。"}
    )
    japanese, english = await text(site, "/@kotori?lang=ja"), await text(site, "/@kotori?lang=en")
    assert "メモです。" in japanese
    assert "ようこそ。" in japanese
    assert "Notes &amp; more" not in japanese
    assert "Hi there!" not in japanese
    assert "Notes &amp; more" in english
    assert "Hi there!" in english
    assert "ようこそ" not in english
    korean = await text(site, "/@kotori?lang=ko")
    assert '<p class="bio" dir="auto" lang="en">Notes &amp; more</p>' in korean
