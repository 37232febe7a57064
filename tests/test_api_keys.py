"""Keys of programs: made on the page and shown once, kept as a hash, revoked, and gone with the account."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientResponse
from exported import collections_in, exported
from programs import key_in
from sites import SiteUnderTest, running_site

from handlers.programs.keys import MOST_KEYS
from knowledge.store.database import Database
from knowledge.store.programs.api_keys import Reach
from knowledge.store.registry import erase_app, erase_belongings, remains

PAGE = "/owner/apps/kotori/keys"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        running.http.headers["Accept-Language"] = "en"
        await running.an_app()
        yield running


async def made(site: SiteUnderTest, name: str = "CI", reach: str = "write") -> ClientResponse:
    return await site.post(PAGE, data={"name": name, "reach": reach}, headers=await site.sign_in())


async def opens(site: SiteUnderTest, key: str) -> bool:
    response = await site.get("/api/v1/apps/kotori/entries", headers={"Authorization": f"Bearer {key}"})
    return response.status == 200


async def test_a_key_is_shown_once_and_kept_nowhere(site: SiteUnderTest, capfd: pytest.CaptureFixture[str]) -> None:
    html = await (await made(site)).text()
    key = key_in(html)
    assert await opens(site, key)
    again = await (await site.get(PAGE, headers=await site.sign_in())).text()
    assert key not in again
    assert f"ends in {key[-4:]}" in again
    for name in await site.db.raw.list_collection_names():
        assert key not in str(await site.db.collection(name).find({})), name
    printed = capfd.readouterr()
    assert key not in printed.out + printed.err


async def test_its_owner_is_told_and_sees_when_it_was_last_used(site: SiteUnderTest) -> None:
    key = key_in(await (await made(site)).text())
    [row] = await site.db.collection("outbox").find({"kind": "account"})
    assert "CI" in str(row["body"])
    assert "Last used: never" in await (await site.get(PAGE, headers=await site.sign_in())).text()
    await opens(site, key)
    day = site.side.clock.now().date().isoformat()
    assert f"Last used: {day}" in await (await site.get(PAGE, headers=await site.sign_in())).text()
    site.side.clock.advance(timedelta(days=1))
    await opens(site, key)
    assert f"Last used: {day}" not in await (await site.get(PAGE, headers=await site.sign_in())).text()


async def test_a_revoked_key_opens_nothing_from_then_on(site: SiteUnderTest) -> None:
    key = key_in(await (await made(site)).text())
    cookie = await site.sign_in()
    found = re.search(rf'action="({PAGE}/\w+/revoke)', await (await site.get(PAGE, headers=cookie)).text())
    assert found
    assert (await site.post(found[1], headers=cookie)).headers["Location"] == f"{PAGE}?done=revoked"
    assert not await opens(site, key)
    assert (await site.post(found[1], headers=cookie)).status == 404


@pytest.mark.parametrize(
    ("name", "reach"), [("", "read"), (" ", "read"), ("x" * 51, "read"), ("CI", ""), ("CI", "all")]
)
async def test_what_makes_no_key_is_said_on_the_page(site: SiteUnderTest, name: str, reach: str) -> None:
    refused = await made(site, name, reach)
    assert refused.status == 400
    assert 'class="problem"' in await refused.text()
    assert await site.db.collection("api_keys").count({}) == 0


async def test_there_is_room_for_so_many_keys(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    forms = [{"name": f"n{number}", "reach": "read"} for number in range(MOST_KEYS + 1)]
    statuses = [(await site.post(PAGE, data=form, headers=cookie)).status for form in forms]
    assert statuses == [200] * MOST_KEYS + [400]
    assert await site.db.collection("api_keys").count({}) == MOST_KEYS


async def test_a_link_from_the_chat_leads_to_the_form_for_such_a_key(site: SiteUnderTest) -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    arrived = await site.post("/sign-in", data={"token": link.token, "to": "keys-propose"})
    assert arrived.headers["Location"] == "/owner/keys?reach=propose"
    cookie = {"Cookie": arrived.headers["Set-Cookie"].partition(";")[0]}
    onward = await site.get("/owner/keys?reach=propose", headers=cookie)
    assert onward.headers["Location"] == f"{PAGE}?reach=propose"
    html = await (await site.get(f"{PAGE}?reach=propose", headers=cookie)).text()
    assert re.findall(r'value="(\w+)" required checked', html) == ["propose"]


async def test_a_key_of_who_is_leaving_opens_nothing(site: SiteUnderTest) -> None:
    key = key_in(await (await made(site)).text())
    owner = site.owners["yuki"]
    await site.db.collection("owners").update_one({"_id": owner.id}, {"$set": {"leaving_at": site.side.clock.now()}})
    assert not await opens(site, key)


async def test_keys_go_with_their_app_and_with_their_owner(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    key = key_in(await (await made(site)).text())
    other = await site.an_app("hitsuji", "Hitsuji", owner="hana")
    _key, theirs = await site.areas.programs.keys.make(other, "CI", Reach.READ)
    await erase_app(site.db, app.scope)
    assert not await opens(site, key)
    assert await site.db.collection("api_keys").count({}) == 1
    await erase_belongings(site.db, other.owner_id, None)
    assert "api_keys" not in await remains(site.db, other.owner_id, None)
    assert not await opens(site, theirs)


async def test_an_export_names_keys_without_what_opens_with_them(site: SiteUnderTest) -> None:
    key = key_in(await (await made(site)).text())
    archive = await exported(site.areas.exports.exports, site.owners["yuki"].scope)
    [told] = collections_in(archive)["api_keys.json"]
    assert (told["name"], told["reach"], told["ending"]) == ("CI", "write", key[-4:])
    assert "hash" not in told
