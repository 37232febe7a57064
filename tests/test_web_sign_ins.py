"""Where an owner is signed in: named, ended one by one or all at once, and nobody else's."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sites import A_PERSON, SiteUnderTest, running_site

from knowledge.store.database import Database

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
IN_LINE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36 Line/14.19.1/IAB"
)
CHROMEBOOK = (
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
ACCOUNT, OTHERS = "/owner/account?lang=en", "/owner/sessions/end"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        await running.an_app("suzume", "Suzume", "rin")
        yield running


async def signed_in(site: SiteUnderTest, agent: str, owner: str = "yuki") -> dict[str, str]:
    """A browser that says it is this one, signed in through the page."""
    link = await site.accounts.sign_in_link(site.owners[owner].scope)
    headers = {"User-Agent": agent}
    response = await site.post("/sign-in", data={"token": link.token}, headers=headers)
    return headers | {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}


async def id_of(site: SiteUnderTest, device: str) -> str:
    document = await site.db.collection("sessions").find_one({"device": device})
    assert document
    return str(document["_id"])


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (IPHONE, "Safari 18, iPhone"),
        (IN_LINE, "LINE’s own browser, Android"),
        (CHROMEBOOK, "Chrome 131, ChromeOS"),
        (A_PERSON["User-Agent"], "Firefox 133, Windows"),
        ("curl/8.5.0", "A browser"),
        ("", "A browser"),
    ],
)
async def test_a_browser_is_named_as_its_owner_knows_it(site: SiteUnderTest, agent: str, name: str) -> None:
    browser = await signed_in(site, agent)
    page = await (await site.get(ACCOUNT, headers=browser)).text()
    assert f"{name} <strong>(this browser)</strong>" in page
    assert "Signed in from LINE" in page


async def test_the_page_says_when_each_was_used_by_the_owners_clock(site: SiteUnderTest) -> None:
    owner = site.owners["yuki"].scope
    await site.areas.alerts.preferences.set_time_zone(owner, "America/New_York")
    browser = await signed_in(site, IPHONE)
    [found] = await site.areas.accounts.sign_ins.list(owner)
    assert found.used("en").endswith("(Eastern Time)")
    assert found.used("en") in await (await site.get(ACCOUNT, headers=browser)).text()


async def test_one_of_them_is_signed_out_and_the_others_stay(site: SiteUnderTest) -> None:
    here, phone, book = [await signed_in(site, each) for each in (A_PERSON["User-Agent"], IPHONE, CHROMEBOOK)]
    path = f"/owner/sessions/{await id_of(site, 'iPhone')}/end"
    assert (await site.post(path, headers=here)).status == 303
    assert [(await site.get("/owner/account", headers=each)).status for each in (here, phone, book)] == [200, 401, 200]
    again = await site.post(path, headers=here | {"Accept": "text/html", "Accept-Language": "en"})
    assert again.status == 404
    assert "That browser is already signed out." in await again.text()


async def test_all_others_are_signed_out_and_this_one_stays(site: SiteUnderTest) -> None:
    here, phone, book = [await signed_in(site, each) for each in (A_PERSON["User-Agent"], IPHONE, CHROMEBOOK)]
    theirs = await signed_in(site, IPHONE, "rin")
    assert (await site.post(OTHERS, headers=here)).status == 303
    statuses = [(await site.get("/owner/account", headers=each)).status for each in (here, phone, book, theirs)]
    assert statuses == [200, 401, 401, 200]
    assert "Sign out all other browsers" not in await (await site.get(ACCOUNT, headers=here)).text()


async def test_nobody_ends_anybody_elses(site: SiteUnderTest) -> None:
    theirs, here = await signed_in(site, IPHONE, "rin"), await signed_in(site, CHROMEBOOK)
    assert (await site.post(f"/owner/sessions/{await id_of(site, 'iPhone')}/end", headers=here)).status == 404
    assert (await site.get("/owner/account", headers=theirs)).status == 200


async def test_what_has_ended_is_not_in_the_list(site: SiteUnderTest) -> None:
    await signed_in(site, IPHONE)
    site.side.clock.advance(timedelta(days=14))
    here = await signed_in(site, CHROMEBOOK)
    assert "iPhone" not in await (await site.get(ACCOUNT, headers=here)).text()


async def test_whoever_opens_a_link_inside_line_is_shown_the_way_to_the_usual_browser(site: SiteUnderTest) -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    inside = await (await site.get(f"/sign-in/{link.token}?lang=en", headers={"User-Agent": IN_LINE})).text()
    assert f'href="/sign-in/{link.token}?lang=en&amp;openExternalBrowser=1"' in inside
    outside = await (await site.get(f"/sign-in/{link.token}?lang=en", headers={"User-Agent": IPHONE})).text()
    assert "openExternalBrowser" not in outside
    assert "with your usual browser instead" in outside
