"""What people see and do in the LINE simulator, how it fails as LINE does, and what outlives a restart."""

import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from line_bots import CARD, SECRET, TEXT, TOKEN, Answer, Bot, Clock, Json, png
from pytest_aiohttp import AiohttpServer

from bot.embedded.line_simulator import Fault, LineSimulator, texts, words_of
from bot.embedded.line_simulator.person import Person
from bot.embedded.line_simulator.validation import schema_problems, spec


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def line(clock: Clock) -> AsyncIterator[LineSimulator]:
    simulator = LineSimulator(channel_secret=SECRET, access_token=TOKEN, now=clock)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def bot(line: LineSimulator, aiohttp_server: AiohttpServer) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as http:
        bot = Bot(line, http)
        app = web.Application()
        app.router.add_post("/line/webhook", bot.receive)
        server = await aiohttp_server(app)
        line.webhook_url = str(server.make_url("/line/webhook"))
        yield bot


@pytest.fixture
async def yuki(line: LineSimulator, bot: Bot) -> Person:
    person = line.person("Yuki")
    await person.follow()
    return person


async def test_the_loading_animation_goes_with_the_next_message_or_with_time(
    bot: Bot, clock: Clock, yuki: Person
) -> None:
    async def load(**body: object) -> Answer:
        return await bot.call("POST", "/v2/bot/chat/loading/start", {"chatId": yuki.user_id, **body})

    assert await load() == (202, {})
    assert yuki.loading_seconds == 20
    await bot.push(yuki.user_id)
    assert yuki.loading_seconds == 0
    await load(loadingSeconds=5)
    clock.go(seconds=5)
    assert yuki.loading_seconds == 0
    assert (await load(loadingSeconds=7))[0] == 400
    assert (await load(loadingSeconds=65))[0] == 400
    assert (await load(chatId="C" + "0" * 32))[0] == 400


async def test_a_picture_can_be_fetched_until_it_is_unsent(bot: Bot, yuki: Person) -> None:
    picture = await yuki.send_image(png(800, 300))
    path = f"/v2/bot/message/{picture.id}/content"
    assert await bot.call("GET", path) == (200, png(800, 300))
    assert bot.headers["Content-Type"] == "image/png"
    bot.line.faults.next("content", Fault.CONTENT_202, times=2)
    assert [(await bot.call("GET", path))[0] for _ in range(3)] == [202, 202, 200]
    await yuki.unsend(picture.id)
    assert await bot.call("GET", path) == (410, {"message": "The content is gone"})
    assert (await bot.call("GET", "/v2/bot/message/1/content"))[0] == 404


async def test_a_person_taps_what_is_on_the_screen(bot: Bot, yuki: Person) -> None:
    quick = {"items": [{"type": "action", "action": {"type": "message", "label": "Yes", "text": "yes!"}}]}
    await bot.push(yuki.user_id, CARD, {**TEXT, "quickReply": quick})
    assert yuki.labels() == ["Yes", "Answer", "Open"]
    await yuki.tap("Answer")
    assert bot.events[-1]["postback"] == {"data": "answer:1"}
    assert texts(yuki.chat)[-1] == "Answer it"
    with pytest.raises(LookupError, match="Yes"):
        await yuki.tap("Yes")
    count = len(bot.bodies)
    await yuki.tap("Open")
    assert (yuki.opened_urls, len(bot.bodies)) == (["https://example.com/a"], count)
    assert words_of(CARD)[:2] == ["An alert", "Someone asked"]


async def test_a_reply_can_quote_and_a_quote_can_be_read(bot: Bot, yuki: Person) -> None:
    said = await yuki.say("hi")
    event = bot.events[-1]
    await bot.reply(event["replyToken"], {**TEXT, "quoteToken": event["message"]["quoteToken"]})
    [answer] = await yuki.replies()
    assert answer.quoted == said.id
    await yuki.say("that one", quoting=answer.id)
    assert bot.events[-1]["message"]["quotedMessageId"] == answer.id
    assert (await bot.push(yuki.user_id, {**TEXT, "quoteToken": "invented"}))[0] == 400


async def test_replies_tells_what_came_when_too_little_came(bot: Bot, yuki: Person) -> None:
    await yuki.say("hi")
    await bot.push(yuki.user_id)
    with pytest.raises(TimeoutError, match="hello"):
        await yuki.replies(2, timeout=0)


async def test_rich_menus_need_their_picture_and_the_persons_own_wins(bot: Bot, yuki: Person) -> None:
    def menu(label: str, alias: str) -> Json:
        action = {"type": "richmenuswitch", "label": label, "richMenuAliasId": alias, "data": alias}
        area = {"bounds": {"x": 0, "y": 0, "width": 2500, "height": 843}, "action": action}
        return {
            "size": {"width": 2500, "height": 843},
            "selected": True,
            "name": "n",
            "chatBarText": "Menu",
            "areas": [area],
        }

    ids = []
    for label, alias in (("To B", "b"), ("To A", "a")):
        assert await bot.call("POST", "/v2/bot/richmenu/validate", menu(label, alias)) == (200, {})
        _, made = await bot.call("POST", "/v2/bot/richmenu", menu(label, alias))
        ids.append(made["richMenuId"])
    assert (await bot.call("POST", f"/v2/bot/user/all/richmenu/{ids[0]}"))[0] == 400
    path = f"/v2/bot/richmenu/{ids[0]}/content"
    assert (await bot.call("POST", path, png(), Content_Type="text/plain"))[0] == 415
    assert (await bot.call("POST", path, png(800, 700), Content_Type="image/png"))[0] == 400
    for menu_id in ids:
        assert await bot.call("POST", f"/v2/bot/richmenu/{menu_id}/content", png(), Content_Type="image/png") == (
            200,
            {},
        )
    assert (await bot.call("POST", path, png(), Content_Type="image/png"))[0] == 400
    assert await bot.call("POST", f"/v2/bot/user/all/richmenu/{ids[0]}") == (200, {})
    for alias, menu_id in zip("ab", ids, strict=True):
        assert await bot.call("POST", "/v2/bot/richmenu/alias", {"richMenuAliasId": alias, "richMenuId": menu_id}) == (
            200,
            {},
        )
    await yuki.tap("To B")
    assert bot.events[-1]["postback"]["params"] == {"newRichMenuAliasId": "b", "status": "SUCCESS"}
    assert yuki.labels() == ["To A"]
    assert (await bot.call("GET", f"/v2/bot/user/{yuki.user_id}/richmenu"))[1] == {"richMenuId": ids[1]}
    assert await bot.call("DELETE", f"/v2/bot/richmenu/{ids[1]}") == (200, {})
    assert yuki.labels() == ["To B"]
    assert [menu["richMenuId"] for menu in (await bot.call("GET", "/v2/bot/richmenu/list"))[1]["richmenus"]] == [ids[0]]


@pytest.mark.parametrize(
    "fault", [Fault.ACCEPT_THEN_CUT, Fault.ACCEPT_THEN_500, Fault.CUT_MID_BODY, Fault.MALFORMED_200, Fault.EMPTY_200]
)
async def test_a_fault_after_acceptance_leaves_the_message_and_the_retry_key(
    bot: Bot, line: LineSimulator, yuki: Person, fault: Fault
) -> None:
    """P9 rests on this: what was accepted answers 409 when it is sent again."""
    line.faults.next("push", fault)
    key = str(uuid.uuid4())
    try:
        status, _ = await bot.push(yuki.user_id, X_Line_Retry_Key=key)
    except (aiohttp.ClientError, json.JSONDecodeError):
        status = 200 if fault is Fault.MALFORMED_200 else 0
    assert status == {Fault.ACCEPT_THEN_500: 500, Fault.MALFORMED_200: 200, Fault.EMPTY_200: 200}.get(fault, 0)
    assert (await bot.push(yuki.user_id, X_Line_Retry_Key=key))[0] == 409
    assert texts(yuki.chat) == ["hello"]
    assert [request.fault for request in line.requests] == [fault, None]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.ERROR_500, 500),
        (Fault.RATE_429, 429),
        (Fault.QUOTA_429, 429),
        (Fault.BAD_400, 400),
        (Fault.UNAUTHORIZED_401, 401),
        (Fault.FORBIDDEN_403, 403),
    ],
)
async def test_a_fault_before_acceptance_sends_nothing(
    bot: Bot, line: LineSimulator, yuki: Person, fault: Fault, status: int
) -> None:
    line.faults.next("push", fault)
    assert (await bot.push(yuki.user_id))[0] == status
    assert yuki.chat == []
    assert (await bot.push(yuki.user_id))[0] == 200


async def test_a_request_that_hangs_ends_with_the_caller_or_with_the_simulator(
    bot: Bot, line: LineSimulator, yuki: Person
) -> None:
    line.faults.next("push", Fault.HANG)
    line.faults.next("reply", Fault.ACCEPT_THEN_HANG)
    await yuki.say("hi")
    with pytest.raises(TimeoutError):
        await bot.http.post(line.url + "/v2/bot/message/push", timeout=aiohttp.ClientTimeout(total=0.05))
    assert line.requests[-1].status == 0
    with pytest.raises(ValueError, match="none of"):
        line.faults.next("pusch", Fault.HANG)


async def test_a_webhook_nobody_answers_is_marked_as_not_delivered(bot: Bot, line: LineSimulator, yuki: Person) -> None:
    bot.status = 503
    assert (await yuki.say("hi")).delivered == 503
    line.webhook_url = "http://127.0.0.1:1/line/webhook"
    assert (await yuki.say("hi")).delivered == 0
    assert [delivered.status for delivered in line.delivered] == [200, 503, 0]


async def test_hand_made_events_of_unknown_people_can_be_answered(bot: Bot, line: LineSimulator) -> None:
    user = "U" + "a" * 32
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": 1,
        "source": {"type": "user", "userId": user},
        "replyToken": "mine",
    }
    assert await line.deliver([event]) == 200
    assert (await bot.reply("mine"))[0] == 200


async def test_lines_own_test_of_a_webhook_posts_no_events_and_says_what_came_back(
    bot: Bot, line: LineSimulator
) -> None:
    path = "/v2/bot/channel/webhook/test"
    status, answer = await bot.call("POST", path)
    assert (status, answer["success"], answer["statusCode"], answer["reason"]) == (200, True, 200, "OK")
    assert json.loads(bot.bodies[-1])["events"] == []
    bot.status = 403
    refused = (await bot.call("POST", path))[1]
    assert [refused[name] for name in ("success", "statusCode", "reason", "detail")] == [
        *(False, 403, "ERROR_STATUS_CODE", "403")
    ]
    nobody = (await bot.call("POST", path, {"endpoint": "http://127.0.0.1:1/x"}))[1]
    assert (nobody["success"], nobody["statusCode"], nobody["reason"]) == (False, 0, "COULD_NOT_CONNECT")
    assert (await bot.call("POST", path, {"endpoint": "x" * 501}))[0] == 400
    line.webhook_url = ""
    assert (await bot.call("POST", path))[0] == 404


async def test_a_webhook_that_is_switched_off_gets_no_events(bot: Bot, line: LineSimulator, yuki: Person) -> None:
    before = len(bot.bodies)
    line.webhook_active = False
    assert (await bot.call("GET", "/v2/bot/channel/webhook/endpoint"))[1]["active"] is False
    await yuki.say("hi")
    assert len(bot.bodies) == before


async def test_answers_fit_the_specification(bot: Bot, yuki: Person) -> None:
    await yuki.say("hi")
    await bot.reply(bot.events[-1]["replyToken"])
    calls = [
        ("GET", "/v2/bot/message/quota"),
        ("GET", "/v2/bot/message/quota/consumption"),
        ("GET", "/v2/bot/info"),
        ("GET", "/v2/bot/followers/ids"),
        ("GET", "/v2/bot/profile/{userId}"),
        ("GET", "/v2/bot/channel/webhook/endpoint"),
        ("POST", "/v2/bot/channel/webhook/test"),
        ("GET", "/v2/bot/richmenu/list"),
        ("GET", "/v2/bot/richmenu/alias/list"),
        ("POST", "/v2/bot/user/{userId}/linkToken"),
    ]
    for method, path in calls:
        status, answer = await bot.call(method, path.format(userId=yuki.user_id))
        answers = spec("messaging-api")["paths"][path][method.lower()]["responses"]["200"]["content"]
        schema = answers["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        assert (path, status, schema_problems(schema, answer)) == (path, 200, [])
    assert not schema_problems("PushMessageResponse", (await bot.push(yuki.user_id))[1])


async def test_a_restart_finds_the_chat_the_tokens_and_the_keys_again(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "line.json"

    def simulator() -> LineSimulator:
        return LineSimulator(channel_secret=SECRET, access_token=TOKEN, state_file=file, now=clock)

    key, first = str(uuid.uuid4()), simulator()
    await first.start()
    async with aiohttp.ClientSession() as http:
        yuki = first.person("Yuki")
        await yuki.follow()
        event = yuki.compose("before the kill")
        await first.deliver([event])
        picture = await yuki.send_image(png(800, 300))
        assert (await Bot(first, http).reply(event["replyToken"]))[0] == 200
        assert (await Bot(first, http).push(yuki.user_id, X_Line_Retry_Key=key))[0] == 200
        assert file.stat().st_mode & 0o777 == 0o600
        second = simulator()  # the first is never told to stop: it was killed
        await second.start()
        again = second.person("Yuki")
        assert (again.user_id, again.chat) == (yuki.user_id, yuki.chat)
        bot = Bot(second, http)
        assert (await bot.reply(event["replyToken"]))[0] == 400
        assert (await bot.push(yuki.user_id, X_Line_Retry_Key=key))[0] == 409
        assert (await bot.call("GET", f"/v2/bot/message/{picture.id}/content"))[0] == 200
        ids = [item.id for item in again.chat]
        assert (await again.say("after it")).id not in ids
    await first.stop()
    await second.stop()


def test_a_state_file_that_cannot_be_read_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "line.json"
    file.write_text("{half")
    LineSimulator(channel_secret=SECRET, access_token=TOKEN, state_file=file).person("Yuki")
    assert (tmp_path / "line.unreadable").read_text() == "{half"
