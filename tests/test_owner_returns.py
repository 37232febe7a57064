"""Whoever had a room in mind comes to it: after signing in, by whatever door, and in the app that they were in."""

import html
import re
from collections.abc import AsyncIterator

import pytest
from owner_chat import OwnerChat, choices_of
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
ROOM = "/owner/apps/kotori/gaps"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


def links_of(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', page)]


async def text_of(site: SiteUnderTest, path: str, **headers: str) -> str:
    return await (await site.get(path, headers=BROWSER | headers)).text()


@pytest.mark.parametrize("said", [f"/web {ROOM}", f"/管理画面 {ROOM}"])
async def test_a_link_from_line_leads_to_the_room_that_was_asked_for(chat: OwnerChat, said: str) -> None:
    await chat.says(said)
    assert [choice.url.endswith(f"?to={ROOM}") for choice in choices_of(chat.last) if choice.url] == [True]


@pytest.mark.parametrize("said", ["/web", "/web https://evil.example", "/web //evil.example", "/web 今日"])
async def test_a_link_from_line_leads_nowhere_else(chat: OwnerChat, said: str) -> None:
    await chat.says(said)
    assert ["?" in choice.url for choice in choices_of(chat.last) if choice.url] == [False]


async def test_the_page_that_asks_to_sign_in_says_how_to_come_back(site: SiteUnderTest) -> None:
    page = await text_of(site, ROOM)
    assert f"<code>/web {ROOM}</code>" in page
    assert f"/signin?to={ROOM.replace('/', '%2F')}" in links_of(page)


async def test_the_room_is_kept_by_every_page_on_the_way_in(site: SiteUnderTest) -> None:
    to = f"/signin?to={ROOM.replace('/', '%2F')}"
    mailed = await site.post("/signin", data={"address": "yuki@example.com", "to": ROOM}, headers=BROWSER)
    assert to in links_of(await mailed.text())
    assert to in links_of(await text_of(site, f"/sign-in/used-up?to={ROOM}"))
    pressed = await site.post("/sign-in", data={"token": "used-up", "to": ROOM}, headers=BROWSER)
    assert to in links_of(await pressed.text())


async def test_linking_line_goes_on_after_signing_in(site: SiteUnderTest) -> None:
    assert "/signin?to=%2Flink%2Fa-token" in links_of(await text_of(site, "/link/a-token"))
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    pressed = await site.post("/sign-in", data={"token": link.token, "to": "/link/a-token"})
    assert pressed.headers["Location"] == "/link/a-token"


@pytest.mark.parametrize("room", ["alerts", "account"])
async def test_rooms_of_no_app_lead_back_to_the_app_they_were_entered_from(site: SiteUnderTest, room: str) -> None:
    await site.an_app("hitsuji", "Hitsuji")  # the current one since
    browser = await site.sign_in()
    [there] = [link for link in links_of(await text_of(site, ROOM, **browser)) if link.startswith(f"/owner/{room}")]
    page = await text_of(site, there, **browser)
    assert ROOM in links_of(page)
    assert "/owner/apps/hitsuji/gaps" not in links_of(page)
    [action] = re.findall(r'action="(/owner/alerts[^"]*|/owner/email\?[^"]*)"', page)
    typed = {"time_zone": "Asia/Tokyo"} if room == "alerts" else {"address": "yuki@example.com"}
    saved = await site.post(html.unescape(action), data=typed, headers=BROWSER | browser)
    assert saved.status == 303
    assert ROOM in links_of(await text_of(site, saved.headers["Location"], **browser))


async def test_an_app_that_is_not_ones_own_is_no_way_back(site: SiteUnderTest) -> None:
    await site.an_app("hitsuji", "Hitsuji")
    await site.an_app("neko", "Neko", owner="ken")
    page = await text_of(site, "/owner/alerts?app=neko", **await site.sign_in())
    assert "neko" not in page


async def test_with_one_app_no_address_names_it(site: SiteUnderTest) -> None:
    assert "/owner/alerts" in links_of(await text_of(site, ROOM, **await site.sign_in()))


@pytest.mark.parametrize("form", ["/owner/delete", "/owner/delete/now", "/owner/apps/kotori/delete"])
async def test_what_is_typed_to_leave_stays_in_its_field(site: SiteUnderTest, form: str) -> None:
    browser = BROWSER | await site.sign_in()
    if form.endswith("/now"):
        await site.post("/owner/delete", data={"typed": "delete"}, headers=browser)
    refused = await site.post(form, data={"typed": "けすつもり"}, headers=browser)
    assert refused.status == 400
    assert re.search(r'<input id="typed"[^>]* value="けすつもり"', await refused.text())


async def test_what_is_written_while_the_account_is_leaving_is_shown(site: SiteUnderTest) -> None:
    browser = BROWSER | await site.sign_in()
    await site.post("/owner/delete", data={"typed": "delete"}, headers=browser)
    typed = {"question": "何時まで？", "answer": "18時まで。"}
    refused = await site.post("/owner/apps/kotori/faqs", data=typed, headers=browser)
    assert refused.status == 403
    assert "18時まで。" in await refused.text()


async def test_a_link_that_is_used_up_leads_on_whoever_is_signed_in(site: SiteUnderTest) -> None:
    browser = await site.sign_in()
    assert ROOM in links_of(await text_of(site, f"/sign-in/used-up?to={ROOM}", **browser))
    assert ROOM not in links_of(await text_of(site, f"/sign-in/used-up?to={ROOM}"))


async def test_alert_settings_that_cannot_be_kept_stay_as_they_were_chosen(site: SiteUnderTest) -> None:
    browser = BROWSER | await site.sign_in()
    typed = {"time_zone": "Mars/Olympus", "quiet_start": "21:30", "quiet_end": "07:00", "import": "off"}
    refused = await site.post("/owner/alerts", data=typed, headers=browser)
    page = await refused.text()
    assert refused.status == 400
    assert 'value="Mars/Olympus"' in page
    assert 'value="21:30"' in page
    assert re.search(r'<select id="import".*?<option value="off" selected>', page, re.DOTALL)
