"""The simulator's page for linking accounts keeps LINE's rules: who confirms decides, tokens are good once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.embedded.line_simulator import LineSimulator, Person
from bot.embedded.line_simulator.validation import webhook_problems

NONCE = "a-nonce-of-20-letters"


@dataclass
class Platform:
    """A simulator, its page, and the bot's webhooks."""

    line: LineSimulator
    page: str
    heard: list[Any]
    http: aiohttp.ClientSession

    async def token(self, person: Person) -> str:
        """A token as the bot gets it."""
        url = f"{self.line.url}/v2/bot/user/{person.user_id}/linkToken"
        async with self.http.post(url, headers={"Authorization": "Bearer token"}) as response:
            return str((await response.json())["linkToken"])

    async def shows(self, **query: str) -> tuple[int, str]:
        async with self.http.get(self.page, params={"lang": "en"} | query) as response:
            return response.status, await response.text()

    async def confirms(self, person: Person, token: str, nonce: str = NONCE) -> tuple[int, str]:
        form = {"person": person.user_id, "token": token, "nonce": nonce}
        async with self.http.post(self.page, params={"lang": "en"}, data=form) as response:
            return response.status, await response.text()


@pytest.fixture
async def platform(aiohttp_server: Any) -> AsyncIterator[Platform]:
    simulator = LineSimulator(channel_secret="secret", access_token="token")
    await simulator.start()
    heard: list[Any] = []

    async def receive(request: web.Request) -> web.Response:
        body = await request.json()
        assert webhook_problems(body, strict=True) == []
        heard.extend(body["events"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/line/webhook", receive)
    app.add_subapp("/dev", simulator.pages())
    server = await aiohttp_server(app)
    simulator.webhook_url = str(server.make_url("/line/webhook"))
    async with aiohttp.ClientSession() as http:
        yield Platform(simulator, str(server.make_url("/dev/line/account-link")), heard, http)
    await simulator.stop()


async def friends(platform: Platform) -> tuple[Person, Person]:
    yuki, ken = platform.line.person("Yuki"), platform.line.person("Ken")
    for each in (ken, yuki):
        await each.follow()
    platform.heard.clear()
    return yuki, ken


async def test_the_page_asks_and_the_one_the_token_is_for_links(platform: Platform) -> None:
    yuki, _ken = await friends(platform)
    token = await platform.token(yuki)
    status, shown = await platform.shows(linkToken=token, nonce=NONCE)
    assert status == 200
    assert shown.index(yuki.user_id) < shown.index(_ken.user_id)
    assert platform.heard == []
    assert "Linked." in (await platform.confirms(yuki, token))[1]
    [event] = platform.heard
    assert event["link"] == {"result": "ok", "nonce": NONCE}
    assert event["source"]["userId"] == yuki.user_id
    assert "replyToken" in event
    status, shown = await platform.confirms(yuki, token)
    assert (status, len(platform.heard)) == (400, 1)


async def test_somebody_else_fails_and_the_event_names_nobody(platform: Platform) -> None:
    yuki, ken = await friends(platform)
    assert "Not linked" in (await platform.confirms(ken, await platform.token(yuki)))[1]
    [event] = platform.heard
    assert event["link"] == {"result": "failed", "nonce": NONCE}
    assert not {"source", "replyToken"} & set(event)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 256])
async def test_a_nonce_of_the_wrong_length_is_refused(platform: Platform, nonce: str) -> None:
    yuki, _ = await friends(platform)
    token = await platform.token(yuki)
    assert (await platform.shows(linkToken=token, nonce=nonce))[0] == 400
    assert (await platform.shows(nonce=NONCE))[0] == 400
    assert platform.heard == []
