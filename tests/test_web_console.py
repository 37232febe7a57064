"""The owner's pages for settings, pictures, conversations and insight: the same use cases as in LINE."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sites import A_PERSON, SiteUnderTest, running_site
from test_pictures import photo

from knowledge.store.apps.apps import Link, Look, Theme, Tone
from knowledge.store.database import Database
from web.site.theme import DARK_PAPER, LIGHT_PAPER, READABLE, contrast, readable, theme_url

HERE = "/owner/apps/kotori"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as site:
        await site.an_app()
        yield site


async def text(response: aiohttp.ClientResponse) -> str:
    return await response.text()


async def test_settings_are_shown_and_saved_together(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    shown = await text(await site.get(f"{HERE}/settings", headers=headers))
    assert 'name="handle"' in shown
    typed = {"name": "Suzume", "bio": "A bird.", "greeting": "", "tone": "friendly", "color": "#1f6feb", "look": "dark"}
    saved = await site.post(f"{HERE}/settings", data=typed, headers=headers)
    assert saved.status == 303
    app = await site.apps.public("kotori")
    assert (app.name, app.bio, app.greeting, app.tone) == ("Suzume", "A bird.", "", Tone.FRIENDLY)
    assert app.theme == Theme("#1f6feb", Look.DARK)
    page = await text(await site.get("/@kotori"))
    assert "color-scheme: dark;" in page
    assert theme_url(app.theme) in await text(await site.get(f"{HERE}/settings", headers=headers))
    style = await site.get(theme_url(app.theme))
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "color-scheme: dark;" in await text(style)


async def test_one_setting_that_does_not_fit_leaves_all_as_they_were(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    typed = {"name": "Suzume", "handle": "🐦🐦🐦"}
    refused = await site.post(f"{HERE}/settings", data=typed, headers=headers)
    assert refused.status == 400
    shown = await text(refused)
    assert "A handle has 3 to 30 characters" in shown
    assert 'value="🐦🐦🐦"' in shown
    assert (await site.apps.public("kotori")).name == "Kotori"


async def test_a_changed_handle_leads_on_from_the_old_address(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    moved = await site.post(f"{HERE}/settings", data={"handle": "suzume"}, headers=headers)
    assert moved.headers["Location"].startswith("/owner/apps/suzume/settings")
    old = await site.get("/@kotori")
    assert (old.status, old.headers["Location"]) == (303, "/@suzume")


async def test_lists_are_added_ordered_and_shortened(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    for label in ("First", "Second"):
        item = {"label": label, "url": f"https://{label.lower()}.example"}
        assert (await site.post(f"{HERE}/lists/links", data=item, headers=headers)).status == 303
    shown = await text(await site.get(f"{HERE}/settings", headers=headers))
    first, second = dict.fromkeys(re.findall(rf'action="({HERE}/lists/links/\w+)[?"]', shown))
    await site.post(second, data={"do": "up"}, headers=headers)
    await site.post(first, data={"do": "remove"}, headers=headers)
    assert (await site.apps.public("kotori")).links == (Link("Second", "https://second.example"),)
    assert (await site.post(first, data={"do": "remove"}, headers=headers)).status == 404
    bad = {"label": "x", "url": "javascript:alert(1)"}
    assert (await site.post(f"{HERE}/lists/links", data=bad, headers=headers)).status == 400


async def test_pausing_is_told_on_the_page_and_leaves_questions_with_the_owner(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    await site.post(f"{HERE}/pause", data={"paused": "1"}, headers=headers)
    assert "is taking a break" in await text(await site.get("/@kotori"))
    for paused, state in ("1", "handed_over"), ("0", "answered"):
        await site.post(f"{HERE}/pause", data={"paused": paused}, headers=headers)
        assert (await (await site.ask("Is it free?")).json())["message"]["state"] == state


async def test_a_picture_is_uploaded_shown_and_removed(site: SiteUnderTest) -> None:
    headers = await site.sign_in()

    def form(data: bytes) -> aiohttp.FormData:
        made = aiohttp.FormData()
        made.add_field("file", data, filename="../../evil.svg", content_type="image/svg+xml")
        return made

    assert (await site.post(f"{HERE}/pictures/header", data=form(photo()), headers=headers)).status == 303
    page = await text(await site.get("/@kotori"))
    path = page.split('<img class="header"')[1].split(' src="')[1].split('"')[0]
    assert (await site.get(path)).headers["Content-Type"] == "image/jpeg"
    for bad in (photo(1, 1), b"<svg onload=alert(1)>", b""):
        refused = await site.post(f"{HERE}/pictures/header", data=form(bad), headers=headers)
        assert refused.status == 400
        assert 'aria-invalid="true"' in await text(refused)
    await site.post(f"{HERE}/pictures/header/remove", data={}, headers=headers)
    assert (await site.get(path)).status == 404


async def test_conversations_are_listed_searched_read_and_deleted(site: SiteUnderTest) -> None:
    """S24: a visitor's words are text."""
    headers = await site.sign_in()
    await site.ask("<script>alert(1)</script> My number is 03-1234-5678")
    listed = await text(await site.get(f"{HERE}/conversations", headers=headers))
    assert "&lt;script&gt;" in listed
    assert "<script>alert" not in listed
    path = re.search(rf'href="({HERE}/conversations/\w+)#latest"', listed)
    assert path
    assert "03-1234-5678" in await text(await site.get(path[1], headers=headers))
    assert path[1] in await text(await site.get(f"{HERE}/conversations?q=number", headers=headers))
    assert path[1] not in await text(await site.get(f"{HERE}/conversations?q=.*", headers=headers))
    assert (await site.post(f"{path[1]}/delete", data={}, headers=headers)).status == 303
    assert (await site.get(path[1], headers=headers)).status == 404


@pytest.mark.parametrize("days", ["1", "7", "30", "x"])
async def test_insight_shows_the_same_numbers(site: SiteUnderTest, days: str) -> None:
    headers = await site.sign_in()
    await site.get("/@kotori", headers=A_PERSON)
    await site.ask("Is it free?")
    shown = await text(await site.get(f"{HERE}/insight?days={days}", headers=headers))
    assert "1 views, 1 questions" in shown
    assert "<rect" in shown


@pytest.mark.parametrize("path", ["settings", "conversations", "insight"])
async def test_nobody_else_sees_these_pages(site: SiteUnderTest, path: str) -> None:
    """S39; and two owners in one browser: the one signed in last is the only one."""
    await site.an_app("other", "Other", owner="other")
    assert (await site.get(f"{HERE}/{path}")).status == 401
    headers = await site.sign_in("other")
    assert (await site.get(f"{HERE}/{path}", headers=headers)).status == 404
    assert (await site.get(f"/owner/{path}", headers=headers)).headers["Location"] == f"/owner/apps/other/{path}"


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffff00", "#1f6feb", "#808080", "#010203"])
def test_any_colour_becomes_readable_on_both_papers(colour: str) -> None:
    for paper in (LIGHT_PAPER, DARK_PAPER):
        assert contrast(readable(colour, paper), paper) >= READABLE


@pytest.mark.parametrize("name", ["1f6feb-dark-00000000", "red-dark-12345678", "..%2fmimi", "1f6feb-pink-12345678"])
async def test_no_other_style_sheet_is_served(site: SiteUnderTest, name: str) -> None:
    assert (await site.get(f"/theme/{name}.css")).status == 404
