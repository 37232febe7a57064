"""Two owners in one browser (S10): the last to sign in is who is there, and nothing of the first's acts any more."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browsers import chromium, open_page
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

TEMPLATES = Path(__file__).parent.parent / "web/templates"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        running.http.headers["Accept-Language"] = "en"
        await running.an_app()
        await running.an_app("hitsuji", "Hitsuji", owner="hana")
        yield running


async def change_hands(site: SiteUnderTest, first: dict[str, str]) -> dict[str, str]:
    """Hana signs in where Yuki is signed in; the headers of the browser from then on."""
    link = await site.accounts.sign_in_link(site.owners["hana"].scope)
    told = await (await site.get(f"/sign-in/{link.token}", headers=first)).text()
    assert "Someone else is signed in to mimi in this browser." in told
    response = await site.post("/sign-in", data={"token": link.token}, headers=first)
    return {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}


async def test_s10_the_first_owners_session_is_dead_and_their_pages_refuse(site: SiteUnderTest) -> None:
    first = await site.sign_in("yuki")
    second = await change_hands(site, first)
    assert (await site.get("/owner", headers=first)).status == 401
    for path in ("", "/settings", "/conversations", "/gaps", "/insight", "/import"):
        assert (await site.get(f"/owner/apps/kotori{path}", headers=second)).status == 404
        assert (await site.get(f"/owner/apps/hitsuji{path}", headers=second)).status == 200


async def test_signing_in_again_as_the_same_owner_is_no_change_of_hands(site: SiteUnderTest) -> None:
    first = await site.sign_in("yuki")
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    assert "Someone else" not in await (await site.get(f"/sign-in/{link.token}", headers=first)).text()


async def test_s10_a_form_opened_before_the_change_acts_on_nobody(site: SiteUnderTest) -> None:
    """The forms that name no app are the ones that would act on whoever is signed in."""
    first = await site.sign_in("yuki")
    forms: dict[str, dict[str, str]] = {
        "/owner/account": {"address": "yuki@example.com"},
        "/owner/delete": {"typed": "delete"},
        "/owner/alerts": {"quiet_start": "22:00", "quiet_end": "07:00", "time_zone": "Asia/Tokyo"},
    }
    opened = {path: await (await site.get(path, headers=first)).text() for path in forms}
    second = await change_hands(site, first)
    for path, form in forms.items():
        [action] = re.findall(r'<form[^>]*action="(/owner/(?:email|delete|alerts)\?[^"]*)"', opened[path])
        refused = await site.post(action.replace("&amp;", "&"), data=form, headers=second)
        assert refused.status == 409
        assert "That page belonged to another account" in await refused.text()
    for collection in ("email_codes", "alert_settings"):
        assert await site.db.collection(collection).count({}) == 0
    assert await site.db.collection("owners").count({}) == 2


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_s10_every_form_of_an_owners_page_says_whose_it_is(template: Path) -> None:
    text = template.read_text()
    if "owner_base.html" not in text:
        return
    forms = re.findall(r"<form\b[^>]*method=\"post\"[^>]*>", text)
    assert [form for form in forms if 'action="{{ act(' not in form] == []


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def test_s10_in_a_real_browser_a_tab_left_open_refuses_and_loses_nothing(
    site: SiteUnderTest, browser: Browser
) -> None:
    tab = await open_page(browser)
    await _sign_in(site, tab, "yuki")
    await tab.goto(f"{site.url}/owner/account")
    other = await tab.context.new_page()
    await _sign_in(site, other, "hana")
    await tab.get_by_label("Your e-mail address").fill("yuki@example.com")
    await tab.get_by_role("button", name="Send a code").click()
    await expect(tab.locator("h1")).to_have_text("Nothing was changed")
    await tab.get_by_role("link", name="Open the signed-in account").click()
    await expect(tab.locator("h1")).to_contain_text("Hitsuji")


async def _sign_in(site: SiteUnderTest, page: Page, owner: str) -> None:
    link = await site.accounts.sign_in_link(site.owners[owner].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}")
    await page.locator("main form button").click()
    await expect(page.locator("nav")).to_be_visible()
