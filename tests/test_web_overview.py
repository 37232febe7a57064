"""The owner's first page: the steps to a living page while some are missing, and all apps where there are several."""

import html
import re
from collections.abc import AsyncIterator

import pytest
from sites import SiteUnderTest, running_site
from test_pages_rooms import a_gap

from knowledge.store.database import Database
from web.site.owner_rooms import room_of, same_room

ROOMS = ("gaps", "conversations", "documents", "insight", "settings", "hidden", "import", "checks", "try", "keys")
STEPS = "Three steps to a live page"
TEACH = 'href="/owner/apps/kotori/import?lang=en"'
OPEN = 'href="/@kotori?lang=en"'


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        yield running


async def reads(site: SiteUnderTest, path: str, browser: dict[str, str]) -> str:
    response = await site.get(f"{path}?lang=en", headers=browser | {"Accept": "text/html"})
    assert response.status == 200, (path, response.status)
    return html.unescape(await response.text())


async def test_an_owner_without_an_app_reads_the_steps_and_makes_one(site: SiteUnderTest) -> None:
    site.owners["yuki"] = await site.accounts.join("Uyuki", "en")
    browser = await site.sign_in()
    page = await reads(site, "/owner", browser)
    assert STEPS in page
    assert 'href="#new"' in page
    made = await site.post("/owner/apps", data={"name": "Kotori", "handle": "kotori"}, headers=browser)
    assert made.headers["Location"] == "/owner/apps/kotori"


async def test_without_an_address_a_free_one_is_suggested_from_the_name_before_anything_is_made(
    site: SiteUnderTest,
) -> None:
    site.owners["yuki"] = await site.accounts.join("Uyuki", "en")
    browser = await site.sign_in() | {"Accept": "text/html"}
    asked = await site.post("/owner/apps", data={"name": "ことり日記", "handle": " "}, headers=browser)
    page = html.unescape(await asked.text())
    assert asked.status == 200
    assert 'value="ことり日記"' in page
    suggested = re.search(r'name="handle"[^>]* value="(kotori[^"]*)"', page)
    assert suggested
    assert await site.apps.list(site.owners["yuki"].scope) == []
    made = await site.post("/owner/apps", data={"name": "ことり日記", "handle": suggested[1]}, headers=browser)
    assert made.headers["Location"] == f"/owner/apps/{suggested[1]}"


@pytest.mark.parametrize(
    "room", ["gaps", "conversations", "faqs", "documents", "insight", "settings", "import", "keys"]
)
async def test_every_room_leads_an_owner_without_an_app_to_where_one_is_made(site: SiteUnderTest, room: str) -> None:
    site.owners["yuki"] = await site.accounts.join("Uyuki", "en")
    led = await site.get(f"/owner/{room}", headers=await site.sign_in())
    assert (led.status, led.headers["Location"]) == (303, "/owner")


async def test_each_step_is_a_link_until_it_is_done_and_then_they_go(site: SiteUnderTest) -> None:
    app = await site.an_app()
    browser, room = await site.sign_in(), "/owner/apps/kotori"
    assert (await site.get("/owner", headers=browser)).headers["Location"] == room
    page = await reads(site, room, browser)
    assert STEPS in page
    assert TEACH in page.partition("</ol>")[0]
    assert OPEN in page.partition("</ol>")[0]
    await site.faqs.add(app.scope, "Is it free?", "Yes.")
    page = await reads(site, room, browser)
    assert TEACH not in page.partition("</ol>")[0]
    assert OPEN in page.partition("</ol>")[0]
    await site.ask("Is it free?", Accept="application/json")
    assert STEPS not in await reads(site, room, browser)


async def test_several_apps_stand_side_by_side_with_what_waits_in_each(site: SiteUnderTest) -> None:
    await site.an_app()
    second = await site.an_app("suzume", "Suzume")
    await site.faqs.add(second.scope, "Is it free?", "Yes.")
    await a_gap(site, "iPad?", handle="suzume")
    browser = await site.sign_in()
    page = await reads(site, "/owner", browser)
    assert '<li><b>0</b> <a href="/owner/apps/kotori/gaps?lang=en">' in page
    assert '<li><b>1</b> <a href="/owner/apps/suzume/gaps?lang=en">' in page
    assert '<li><b>1</b> <a href="/owner/apps/suzume?lang=en">FAQ' in page
    assert 'href="/owner/apps/suzume/settings?lang=en#delete"' in page


async def test_another_app_keeps_the_room_and_the_navigation_keeps_the_app(site: SiteUnderTest) -> None:
    await site.an_app()
    await site.an_app("suzume", "Suzume")
    browser = await site.sign_in()
    for room in (
        "gaps",
        "conversations",
        "documents",
        "insight",
        "settings",
        "hidden",
        "import",
        "checks",
        "try",
        "keys",
    ):
        page = await reads(site, f"/owner/apps/suzume/{room}", browser)
        assert f'<a href="/owner/apps/kotori/{room}?lang=en">Kotori</a>' in page, room
        assert f'<a href="/owner/apps/suzume/{room}?lang=en" aria-current="true">Suzume</a>' in page, room
        for other in ROOMS[:5]:
            assert f'<a href="/owner/apps/suzume/{other}?lang=en"' in page, (room, other)
        assert page.count('aria-current="page"') == 1 or room == "insight", room


async def test_a_handle_that_is_taken_leaves_what_was_written(site: SiteUnderTest) -> None:
    await site.an_app()
    browser = await site.sign_in() | {"Accept": "text/html"}
    for path in ("kotori", "KOTORI "):
        refused = await site.post("/owner/apps", data={"name": "ことり 二号", "handle": path}, headers=browser)
        assert refused.status == 400
        page = html.unescape(await refused.text())
        assert 'value="ことり 二号"' in page
        assert f'value="{path}"' in page
        assert '<details class="sheet adding" open>' in page


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/owner/apps/a", "/owner/apps/b"),
        ("/owner/apps/a/faqs/123", "/owner/apps/b"),
        ("/owner/apps/a/conversations/123", "/owner/apps/b/conversations"),
        ("/owner/apps/a/waiting/1/answer", "/owner/apps/b/gaps"),
        ("/owner/apps/a/lists/links", "/owner/apps/b/settings"),
        ("/owner/apps/a/delete", "/owner/apps/b/settings"),
        ("/owner/apps/a/public", "/owner/apps/b/hidden"),
    ],
)
def test_the_room_of_a_form_is_where_its_page_is(path: str, other: str) -> None:
    assert same_room(path, "b") == other


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/owner/apps/a/delete", "Settings"),
        ("/owner/delete", "Account"),
        ("/owner/sessions/1/end", "Account"),
        ("/owner/apps/a", "FAQ"),
        ("/owner/proposals", "FAQ"),
        ("/owner", None),
        ("/owner/apps", None),
    ],
)
def test_a_form_is_marked_in_the_room_it_belongs_to(path: str, label: str | None) -> None:
    found = room_of(path)
    assert (found.label.text if found else None) == label
