"""Accounts linked with LINE through the running program, the simulated LINE and a real mail server."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from mimi import Mimi, running_mimi, soon
from postbox import Postbox, open_postbox

from bot.embedded.line_simulator import Fault, Person, texts
from bot.keys import AREAS
from handlers.areas import AccountArea
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import Database, Document

ADDRESS = "hana@example.com"


@pytest.fixture
async def post() -> AsyncIterator[tuple[Postbox, str]]:
    async with open_postbox() as opened:
        yield opened


@pytest.fixture
async def mimi(db: Database, post: tuple[Postbox, str]) -> AsyncIterator[Mimi]:
    """The program; afterwards LINE has found each request valid, and no event was given up."""
    async with running_mimi(db, settings={"SMTP_URL": post[1]}) as started:
        yield started
        await started.settled()
        assert [problem for each in started.line.requests for problem in each.problems] == []
        assert await db.collection("inbox").find({"state": "parked"}) == []


class Browser:
    """A browser in which somebody is signed in."""

    def __init__(self, mimi: Mimi, value: str) -> None:
        self._mimi = mimi
        self._headers = {"Cookie": f"__Host-mimi={value}", "Accept-Language": "en"}

    async def get(self, path: str) -> tuple[int, str]:
        async with self._mimi.http.get(self._mimi.url + path, headers=self._headers) as response:
            return response.status, await response.text()

    async def post(self, path: str, **form: str) -> tuple[int, str]:
        async with self._mimi.http.post(self._mimi.url + path, data=form, headers=self._headers) as response:
            return response.status, await response.text()


async def on_the_web(mimi: Mimi, box: Postbox, handle: str) -> tuple[Owner, Browser]:
    """Somebody who began on the web, by the link in a mail."""
    async with mimi.http.post(f"{mimi.url}/signin", data={"address": ADDRESS}) as response:
        assert response.status == 200

    async def mailed() -> bool:
        return bool(box.to(ADDRESS))

    await soon(mailed)
    words = bytes(box.to(ADDRESS)[0].get_payload(decode=True)).decode()
    owners = account_area(mimi)
    value = await owners.accounts.sign_in(words.partition("/sign-in/")[2][:43], "en")
    owner = await owners.accounts.by_email(ADDRESS)
    assert owner
    browser = Browser(mimi, value)
    status, _ = await browser.post("/owner/apps", name=handle.title(), handle=handle)
    assert status == 200
    return owner, browser


def account_area(mimi: Mimi) -> AccountArea:
    assert mimi.app
    return mimi.app[AREAS].accounts


async def link_of(person: Person) -> str:
    """The path of the page that the link from LINE opens."""
    await person.say("/link")
    await person.replies()
    await person.tap("Get the link")
    await person.replies()
    await person.tap("Open")
    return urlsplit(person.opened_urls[-1]).path


async def onwards(browser: Browser, path: str) -> tuple[str, str]:
    """Agree on our page; token and nonce for LINE's."""
    status, shown = await browser.get(path)
    assert status == 200
    assert "Link this LINE" in shown
    status, shown = await browser.post("/owner/link", token=path.rpartition("/")[2])
    found = re.search(
        r'href="https://access\.line\.me/dialog/bot/accountLink\?linkToken=([^&]+)&amp;nonce=([^"]+)"', shown
    )
    assert status == 200
    assert found
    return found[1], found[2]


async def test_from_the_web_to_line_and_back(mimi: Mimi, post: tuple[Postbox, str]) -> None:
    _, browser = await on_the_web(mimi, post[0], "hitsuji")
    person = mimi.line.person("Hana", "en")
    await person.follow()
    await person.replies(2)
    path = await link_of(person)
    async with mimi.http.get(mimi.url + path, headers={"Accept-Language": "en"}) as signed_out:
        assert signed_out.status == 401
        assert "Sign in first" in await signed_out.text()
    assert await person.link(*await onwards(browser, path))
    assert texts(await person.replies())[0].startswith(f"Linked: {ADDRESS}.")
    assert "Linked. Alerts come to you in LINE." in (await browser.get("/owner/account"))[1]
    await mimi.visitor_asks("Do you take elephants?", handle="hitsuji")
    await mimi.line.wait_for(lambda: "elephants" in str(person.chat[-1].message))
    assert (await browser.get(path))[0] == 404
    assert "LINE is unlinked." in (await browser.post("/owner/unlink"))[1]
    await mimi.line.wait_for(lambda: "This LINE was unlinked" in str(person.chat[-1].message))
    await mimi.visitor_asks("Do you take giraffes?", handle="hitsuji")
    await mimi.settled()
    assert "giraffes" not in str([item.message for item in person.chat])

    async def mailed() -> bool:
        return any("giraffes" in bytes(each.get_payload(decode=True)).decode() for each in post[0].to(ADDRESS))

    await soon(mailed)  # whoever began by mail hears by mail
    await person.say("hello")
    assert texts(await person.replies()) == ["You have no account here yet. Shall I create one?"]


async def test_somebody_elses_confirmation_in_line_is_told_on_the_page(mimi: Mimi, post: tuple[Postbox, str]) -> None:
    _, browser = await on_the_web(mimi, post[0], "hitsuji")
    person, other = mimi.line.person("Hana", "en"), mimi.line.person("Ken", "en")
    for each in (person, other):
        await each.follow()
        await each.replies(2)
    token, nonce = await onwards(browser, await link_of(person))
    assert "Waiting for LINE." in (await browser.get("/owner/account"))[1]
    assert not await other.link(token, nonce)

    async def told() -> bool:
        return "The last attempt did not work" in (await browser.get("/owner/account"))[1]

    await soon(told)
    assert "Not linked." in (await browser.get("/owner/account"))[1]


async def test_lines_trouble_with_a_token_is_said_and_nothing_is_kept(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/link", count=2)
    mimi.line.faults.next("link-token", Fault.ERROR_500)
    assert (await mimi.owner_taps("Get the link"))[0].startswith("LINE did not provide a link just now.")
    kept: list[Document] = await mimi.database.collection("line_links").find({})
    assert kept == []
