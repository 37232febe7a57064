"""The phone's page in a real Chromium, under the site's own content security policy."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from browsers import shoot
from line_bots import Json
from playwright.async_api import Browser, expect
from pytest_aiohttp import AiohttpServer

from bot.embedded.line_simulator import Fault, LineSimulator, texts
from bot.embedded.line_simulator.person import Person

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
SAVE = {"type": "postback", "label": "保存する", "data": "save:1", "displayText": "保存する"}
LATER = {"type": "message", "label": "あとで", "text": "あとで"}
MARKUP = "<img src=x onerror=alert(1)> & <b>太字</b>"
HEADER = {"type": "text", "text": "答えられなかった質問", "weight": "bold", "color": "#ffffff"}
BODY = [
    {"type": "text", "text": f"年払いの割引はありますか？ {MARKUP}", "wrap": True},
    {"type": "separator", "margin": "md"},
    {"type": "button", "style": "primary", "margin": "md", "action": SAVE},
]
BUBBLE = {
    "type": "bubble",
    "header": {"type": "box", "layout": "vertical", "backgroundColor": "#06755a", "contents": [HEADER]},
    "body": {"type": "box", "layout": "vertical", "contents": BODY},
}
CARD = {"type": "flex", "altText": "新しい質問", "contents": BUBBLE}
CARDS = {"type": "flex", "altText": "一覧", "contents": {"type": "carousel", "contents": [BUBBLE] * 3}}
BUTTONS = {"type": "buttons", "title": "確認", "text": "どうしますか？", "actions": [SAVE, LATER]}
TEMPLATE = {"type": "template", "altText": "確認", "template": BUTTONS}
QUICK = {"items": [{"type": "action", "action": LATER}]}


class Phone(LineSimulator):
    """A simulator whose page is mounted: where it is, and what the bot heard."""

    page = ""

    def __init__(self) -> None:
        super().__init__(channel_secret="secret", access_token="token")
        self.heard: list[Json] = []


@pytest.fixture
async def line(aiohttp_server: AiohttpServer) -> AsyncIterator[Phone]:
    """A simulator with its page mounted as mimi mounts it, and a webhook that keeps what it gets in `heard`."""
    simulator = Phone()
    await simulator.start()
    app = web.Application()

    async def receive(request: web.Request) -> web.Response:
        simulator.heard.extend((await request.json())["events"])
        return web.Response()

    async def protect(_: web.BaseRequest, response: web.StreamResponse) -> None:
        response.headers["Content-Security-Policy"] = POLICY

    app.on_response_prepare.append(protect)
    app.router.add_post("/line/webhook", receive)
    app.add_subapp("/dev", simulator.pages())
    server = await aiohttp_server(app)
    simulator.webhook_url = str(server.make_url("/line/webhook"))
    simulator.page = str(server.make_url("/dev/line"))
    yield simulator
    await simulator.stop()


async def push(http: aiohttp.ClientSession, line: Phone, person: Person, *messages: Json) -> None:
    body = {"to": person.user_id, "messages": list(messages)}
    headers = {"Authorization": "Bearer token"}
    async with http.post(f"{line.url}/v2/bot/message/push", json=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_person_follows_writes_taps_and_quotes_on_the_page(
    line: Phone, browser: Browser, http: aiohttp.ClientSession
) -> None:
    page = await browser.new_page(viewport={"width": 390, "height": 844}, locale="ja-JP")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(line.page)
    await page.get_by_role("button", name="友だち追加").first.click()
    await expect(page.locator("#fresh")).to_be_hidden()
    [yuki] = line.people()
    await page.fill("#text", MARKUP)
    await page.press("#text", "Enter")
    await expect(page.locator(".mine .bubble")).to_have_text(MARKUP)
    await push(http, line, yuki, CARD, {"type": "text", "text": MARKUP, "quickReply": QUICK})
    await expect(page.locator(".theirs .bubble")).to_have_text(MARKUP)
    await page.locator("#quick").get_by_text("あとで").click()
    await line.wait_for(lambda: line.heard[-1].get("message", {}).get("text") == "あとで")
    await expect(page.locator("#quick")).to_be_hidden()
    await page.locator(".flex-button").click()
    await line.wait_for(lambda: line.heard[-1]["type"] == "postback")
    assert line.heard[-1]["postback"] == {"data": "save:1"}
    await page.locator(".theirs .meta button").first.click()
    await page.fill("#text", "これの答え")
    await page.click("#send")
    await line.wait_for(lambda: line.heard[-1].get("message", {}).get("text") == "これの答え")
    assert line.heard[-1]["message"]["quotedMessageId"] == yuki.chat[1].id
    assert texts(yuki.chat) == [MARKUP, "新しい質問", MARKUP, "あとで", "保存する", "これの答え"]
    assert complaints == []


async def test_the_page_fits_phone_and_desktop_in_light_and_dark(
    line: Phone, browser: Browser, http: aiohttp.ClientSession
) -> None:
    yuki = line.person("Yuki")
    await yuki.follow()
    await yuki.say("こんにちは")
    await push(http, line, yuki, CARD, CARDS, TEMPLATE, {"type": "text", "text": "ほかには？", "quickReply": QUICK})
    line.faults.next("push", Fault.ACCEPT_THEN_CUT)
    for width, height in ((375, 667), (390, 844), (1280, 800)):
        for scheme in ("light", "dark"):
            page = await browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            await page.goto(line.page)
            await expect(page.locator("#quick")).to_be_visible()
            assert await page.evaluate("document.documentElement.scrollWidth") == width
            await expect(page.locator(".item").last).to_be_in_viewport(ratio=0.9)
            await shoot(page, f"line-simulator-{width}-{scheme}")
            await page.close()


async def test_the_developer_panel_sets_faults_and_makes_people(line: Phone, browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-US")
    await page.goto(line.page)
    await page.get_by_label("Operation").select_option("push")
    await page.get_by_label("Fault").select_option("quota-429")
    await page.get_by_role("button", name="Set").click()
    await expect(page.locator("#faults")).to_have_text("push: quota-429")
    assert line.faults.take("push") is Fault.QUOTA_429
    await page.get_by_label("Name").fill("Ken")
    await page.get_by_role("button", name="New person").click()
    await expect(page.locator("#people option:checked")).to_have_text("Ken")


async def test_the_pages_endpoints_take_json_of_known_people_only(line: Phone, http: aiohttp.ClientSession) -> None:
    yuki = line.person("Yuki")
    do = f"{line.page}/do"
    say = {"person": yuki.user_id, "text": "hi"}
    cases = [
        (http.post(f"{do}/say", data=say), 415),
        (http.post(f"{do}/say", json=[]), 400),
        (http.post(f"{do}/say", json={**say, "person": "U" + "0" * 32}), 404),
        (http.post(f"{do}/destroy", json=say), 404),
        (http.post(f"{do}/say", json={"person": yuki.user_id}), 400),
        (http.post(f"{do}/tap", json={**say, "message": "1", "place": []}), 400),
        (http.post(f"{do}/image", json={**say, "data": "AAAA"}), 400),
        (http.post(f"{line.page}/faults", json={"operation": "nope", "fault": "hang"}), 400),
        (http.get(f"{line.page}/static/..%2Fpages.py"), 404),
        (http.get(f"{line.page}/pictures/{yuki.user_id}"), 404),
        (http.post(f"{do}/say", json=say), 200),
    ]
    for request, status in cases:
        async with request as answer:
            assert (str(answer.url), answer.status) == (str(answer.url), status)
    assert texts(yuki.chat) == ["hi"]
