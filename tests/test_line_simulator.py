"""The LINE simulator keeps the platform's rules, so that what passes against it passes against LINE."""

import json
import struct
import uuid
import zlib
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.embedded.line_simulator import Fault, LineSimulator, sign, texts, words_of
from bot.embedded.line_simulator.validation import schema_problems, spec, webhook_problems

SECRET, TOKEN = "test-channel-secret", "test-access-token"
TEXT = {"type": "text", "text": "hello"}
ANSWER = {"type": "postback", "label": "Answer", "data": "answer:1", "displayText": "Answer it"}
OPEN = {"type": "uri", "label": "Open", "uri": "https://example.com/a"}
BUTTONS = [{"type": "button", "action": ANSWER}, {"type": "button", "action": OPEN}]
LINES = [{"type": "text", "text": "Someone asked"}, {"type": "box", "layout": "horizontal", "contents": BUTTONS}]
BUBBLE = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": LINES}}
CARD = {"type": "flex", "altText": "An alert", "contents": BUBBLE}


def png(width=2500, height=843):
    """A PNG in one colour."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\x06\xc7\x55" * width for _ in range(height)), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class Clock:
    def __init__(self):
        self.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def go(self, **forward):
        self.now += timedelta(**forward)


class Bot:
    """The smallest bot: keeps the webhooks it gets, and calls the API."""

    def __init__(self, line, http):
        self.line, self.http = line, http
        self.bodies, self.signatures, self.status = [], [], 200

    @property
    def events(self):
        return [event for body in self.bodies for event in json.loads(body)["events"]]

    async def receive(self, request):
        self.bodies.append(await request.read())
        self.signatures.append(request.headers.get("x-line-signature"))
        return web.Response(status=self.status)

    async def call(self, method, path, body=None, *, token=TOKEN, data=None, **headers):
        """Status and JSON answer; the last response's headers are kept in `headers`."""
        headers = {"Authorization": f"Bearer {token}"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        async with self.http.request(method, self.line.url + path, json=body, data=data, headers=headers) as answer:
            self.headers = answer.headers
            raw = await answer.read()
            return answer.status, json.loads(raw) if answer.content_type == "application/json" and raw else raw

    async def reply(self, token, *messages):
        return await self.call(
            "POST", "/v2/bot/message/reply", {"replyToken": token, "messages": list(messages) or [TEXT]}
        )

    async def push(self, to, *messages, **headers):
        return await self.call(
            "POST", "/v2/bot/message/push", {"to": to, "messages": list(messages) or [TEXT]}, **headers
        )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def line(clock):
    simulator = LineSimulator(channel_secret=SECRET, access_token=TOKEN, now=clock)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def bot(line, aiohttp_server):
    async with aiohttp.ClientSession() as http:
        bot = Bot(line, http)
        app = web.Application()
        app.router.add_post("/line/webhook", bot.receive)
        server = await aiohttp_server(app)
        line.webhook_url = str(server.make_url("/line/webhook"))
        yield bot


@pytest.fixture
async def yuki(line, bot):
    person = line.person("Yuki")
    await person.follow()
    return person


def test_a_webhook_is_signed_as_line_signs_it():
    body = b'{"destination":"U00000000000000000000000000000000","events":[]}'
    assert sign("test-channel-secret", body) == "2kBoHxgh5VtBwf8Xo0g7EZleXTRAUAlsOmhia5o/Mto="


async def test_the_signature_is_over_the_bytes_that_are_sent(bot, line, yuki):
    await yuki.say('日本語 and "quotes"')
    assert bot.signatures == [sign(SECRET, body) for body in bot.bodies]
    await line.deliver([], raw=b"{", signature="wrong")
    await line.deliver([], signature="")
    assert (bot.bodies[-2], bot.signatures[-2:]) == (b"{", ["wrong", None])


async def test_every_event_it_makes_fits_the_specification(bot, line, yuki):
    said = await yuki.say("hello 😀")
    await bot.push(yuki.user_id, CARD)
    await yuki.say("quoting", quoting=yuki.chat[-1].id)
    picture = await yuki.send_image(png())
    await yuki.send_file("faq.csv", b"a,b")
    await yuki.unsend(said.id)
    await yuki.tap("Answer")
    await yuki.postback("date", {"date": "2026-12-01"})
    _, answer = await bot.call("POST", f"/v2/bot/user/{yuki.user_id}/linkToken")
    assert await yuki.link(answer["linkToken"], "nonce-1234567890")
    _, answer = await bot.call("POST", f"/v2/bot/user/{yuki.user_id}/linkToken")
    assert not await line.person("Ken").link(answer["linkToken"], "nonce-1234567890")
    await yuki.unfollow()
    await yuki.follow()
    await yuki.redeliver(picture.id)
    assert [
        webhook_problems(json.loads(body), strict=True)
        for body in bot.bodies
        if webhook_problems(json.loads(body), strict=True)
    ] == []
    assert {event["type"] for event in bot.events} == {
        "follow",
        "message",
        "unsend",
        "postback",
        "accountLink",
        "unfollow",
    }
    assert all(("replyToken" in event) == (event["type"] not in ("unsend", "unfollow")) for event in bot.events)


async def test_someone_who_is_no_friend_of_the_bot_cannot_link(bot, line, yuki):
    _, answer = await bot.call("POST", f"/v2/bot/user/{yuki.user_id}/linkToken")
    count = len(bot.bodies)
    assert not await line.person("Ken").link(answer["linkToken"], "nonce-1234567890")
    assert await yuki.link(answer["linkToken"], "nonce-1234567890")
    assert not await yuki.link(answer["linkToken"], "nonce-1234567890")
    assert len(bot.bodies) == count + 1


async def test_a_reply_token_works_once(bot, yuki):
    await yuki.say("hi")
    token = bot.events[-1]["replyToken"]
    status, answer = await bot.reply(token, TEXT, CARD)
    assert status == 200
    assert [set(sent) for sent in answer["sentMessages"]] == [{"id", "quoteToken"}] * 2
    assert await bot.reply(token) == (400, {"message": "Invalid reply token"})
    assert await bot.reply("invented") == (400, {"message": "Invalid reply token"})
    assert texts(await yuki.replies(2)) == ["hello", "An alert"]


async def test_a_reply_token_lasts_a_minute_and_a_redelivery_renews_it_for_twenty(bot, line, clock, yuki):
    said = await yuki.say("hi")
    token = bot.events[-1]["replyToken"]
    clock.go(seconds=61)
    assert (await bot.reply(token))[0] == 400
    assert await yuki.redeliver(said.id) == 200
    first, again = bot.events[-2:]
    assert again == first | {"deliveryContext": {"isRedelivery": True}}
    clock.go(seconds=59)
    assert (await bot.reply(token))[0] == 200
    late = await yuki.say("later")
    clock.go(minutes=21)
    await yuki.redeliver(late.id)
    assert (await bot.reply(bot.events[-1]["replyToken"]))[0] == 400


async def test_a_refused_reply_sends_nothing_and_keeps_its_token(bot, yuki):
    await yuki.say("hi")
    token = bot.events[-1]["replyToken"]
    status, answer = await bot.reply(token, TEXT, {"type": "text"})
    assert (status, answer) == (
        400,
        {
            "message": "The request body has 1 error(s)",
            "details": [{"message": "May not be empty", "property": "messages[1].text"}],
        },
    )
    assert (await bot.reply(token, {**TEXT, "tekst": "x"}))[1]["message"].startswith(
        "The property, 'messages[0].tekst', in the"
    )
    assert bot.line.requests[-1].problems == ["messages[0].tekst: not a property, or not of this type"]
    assert len(yuki.chat) == 1
    assert (await bot.reply(token))[0] == 200


async def test_bodies_line_cannot_read_are_refused_in_its_words(bot, yuki):
    status, answer = await bot.call("POST", "/v2/bot/message/push", data=b'{"to":\n x}')
    assert (status, answer["message"]) == (400, "The request body could not be parsed as JSON (line: 2, column: 2)")
    status, _ = await bot.call("POST", "/v2/bot/message/push", data=b" " * (2 * 1024 * 1024 + 1))
    assert status == 413
    assert (await bot.call("POST", "/v2/bot/message/push", data=b"\xff\xfe"))[0] == 400


async def test_only_the_channels_own_token_is_let_in(bot, yuki):
    status, answer = await bot.call("GET", "/v2/bot/info", token="another")
    assert status == 401
    assert answer["message"].startswith("Authentication failed due to the following reason: ")
    assert uuid.UUID(bot.headers["x-line-request-id"])
    assert await bot.call("GET", "/v2/bot/nothing") == (404, {"message": "Not found"})


async def test_a_retry_key_is_accepted_once_and_remembers_for_a_day(bot, clock, yuki):
    key = str(uuid.uuid4())
    _, first = await bot.push(yuki.user_id, X_Line_Retry_Key=key)
    request_id = bot.headers["x-line-request-id"]
    status, again = await bot.push(yuki.user_id, X_Line_Retry_Key=key)
    assert (status, again) == (409, {"message": "The retry key is already accepted", **first})
    assert bot.headers["x-line-accepted-request-id"] == request_id
    assert len(yuki.chat) == 1
    await bot.push(yuki.user_id, {**TEXT, "text": "other"}, X_Line_Retry_Key=key)
    assert bot.line.requests[-1].problems == ["the retry key was first sent with another body"]
    clock.go(hours=24, seconds=1)
    assert (await bot.push(yuki.user_id, X_Line_Retry_Key=key))[0] == 200


async def test_a_retry_key_needs_an_endpoint_that_knows_it_and_the_form_of_a_uuid(bot, yuki):
    await yuki.say("hi")
    body = {"replyToken": bot.events[-1]["replyToken"], "messages": [TEXT]}
    assert (await bot.call("POST", "/v2/bot/message/reply", body, X_Line_Retry_Key=str(uuid.uuid4())))[0] == 400
    assert (await bot.push(yuki.user_id, X_Line_Retry_Key="mine"))[0] == 400
    assert len(yuki.chat) == 1


async def test_a_push_counts_recipients_until_the_month_is_full(bot, line, clock, yuki):
    line.quota = 2
    assert (await bot.push(yuki.user_id, TEXT, TEXT, TEXT, TEXT))[0] == 200
    assert (await bot.call("GET", "/v2/bot/message/quota"))[1] == {"type": "limited", "value": 2}
    assert (await bot.call("GET", "/v2/bot/message/quota/consumption"))[1] == {"totalUsage": 1}
    ken = line.person("Ken")
    await ken.follow()
    body = {"to": [yuki.user_id, ken.user_id, "U" + "9" * 32], "messages": [TEXT]}
    refused = (429, {"message": "You have reached your monthly limit."})
    assert await bot.call("POST", "/v2/bot/message/multicast", body) == refused
    assert ken.chat == []
    assert (await bot.push(ken.user_id))[0] == 200
    assert await bot.push(ken.user_id) == refused
    clock.go(days=10)
    assert (await bot.push(ken.user_id))[0] == 200


async def test_a_push_to_someone_who_blocked_the_bot_is_accepted_and_not_seen(bot, yuki):
    await yuki.unfollow()
    status, answer = await bot.push(yuki.user_id)
    assert (status, len(answer["sentMessages"]), yuki.chat) == (200, 1, [])
    assert (await bot.call("GET", "/v2/bot/message/quota/consumption"))[1] == {"totalUsage": 0}
    assert await bot.push("U" + "9" * 32) == (400, {"message": "Failed to send messages"})
    body = {"to": ["U" + "9" * 32], "messages": [TEXT]}
    assert await bot.call("POST", "/v2/bot/message/multicast", body) == (200, {})


async def test_a_stranger_can_be_pushed_to_for_a_week_after_writing(bot, line, clock):
    stranger = line.person("Sora")
    await stranger.say("hi")
    await bot.push(stranger.user_id)
    clock.go(days=7, seconds=1)
    await bot.push(stranger.user_id)
    assert texts(stranger.chat) == ["hi", "hello"]
    assert (await bot.call("GET", f"/v2/bot/profile/{stranger.user_id}"))[0] == 404


async def test_a_profile_is_for_friends_only(bot, yuki):
    path = f"/v2/bot/profile/{yuki.user_id}"
    assert await bot.call("GET", path) == (200, {"userId": yuki.user_id, "displayName": "Yuki", "language": "ja"})
    await yuki.unfollow()
    assert await bot.call("GET", path) == (404, {"message": "Not found"})


async def test_the_loading_animation_goes_with_the_next_message_or_with_time(bot, clock, yuki):
    async def load(**body):
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


async def test_a_picture_can_be_fetched_until_it_is_unsent(bot, yuki):
    picture = await yuki.send_image(png(800, 300))
    path = f"/v2/bot/message/{picture.id}/content"
    assert await bot.call("GET", path) == (200, png(800, 300))
    assert bot.headers["Content-Type"] == "image/png"
    bot.line.faults.next("content", Fault.CONTENT_202, times=2)
    assert [(await bot.call("GET", path))[0] for _ in range(3)] == [202, 202, 200]
    await yuki.unsend(picture.id)
    assert await bot.call("GET", path) == (410, {"message": "The content is gone"})
    assert (await bot.call("GET", "/v2/bot/message/1/content"))[0] == 404


async def test_a_person_taps_what_is_on_the_screen(bot, yuki):
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


async def test_a_reply_can_quote_and_a_quote_can_be_read(bot, yuki):
    said = await yuki.say("hi")
    event = bot.events[-1]
    await bot.reply(event["replyToken"], {**TEXT, "quoteToken": event["message"]["quoteToken"]})
    [answer] = await yuki.replies()
    assert answer.quoted == said.id
    await yuki.say("that one", quoting=answer.id)
    assert bot.events[-1]["message"]["quotedMessageId"] == answer.id
    assert (await bot.push(yuki.user_id, {**TEXT, "quoteToken": "invented"}))[0] == 400


async def test_replies_tells_what_came_when_too_little_came(bot, yuki):
    await yuki.say("hi")
    await bot.push(yuki.user_id)
    with pytest.raises(TimeoutError, match="hello"):
        await yuki.replies(2, timeout=0)


async def test_rich_menus_need_their_picture_and_the_persons_own_wins(bot, yuki):
    def menu(label, alias):
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
    assert (await bot.call("POST", path, data=png(), Content_Type="text/plain"))[0] == 415
    assert (await bot.call("POST", path, data=png(800, 700), Content_Type="image/png"))[0] == 400
    for menu_id in ids:
        assert await bot.call("POST", f"/v2/bot/richmenu/{menu_id}/content", data=png(), Content_Type="image/png") == (
            200,
            {},
        )
    assert (await bot.call("POST", path, data=png(), Content_Type="image/png"))[0] == 400
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
async def test_a_fault_after_acceptance_leaves_the_message_and_the_retry_key(bot, line, yuki, fault):
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
async def test_a_fault_before_acceptance_sends_nothing(bot, line, yuki, fault, status):
    line.faults.next("push", fault)
    assert (await bot.push(yuki.user_id))[0] == status
    assert yuki.chat == []
    assert (await bot.push(yuki.user_id))[0] == 200


async def test_a_request_that_hangs_ends_with_the_caller_or_with_the_simulator(bot, line, yuki):
    line.faults.next("push", Fault.HANG)
    line.faults.next("reply", Fault.ACCEPT_THEN_HANG)
    await yuki.say("hi")
    with pytest.raises(TimeoutError):
        await bot.http.post(line.url + "/v2/bot/message/push", timeout=aiohttp.ClientTimeout(total=0.05))
    assert line.requests[-1].status == 0
    with pytest.raises(ValueError, match="none of"):
        line.faults.next("pusch", Fault.HANG)


async def test_a_webhook_nobody_answers_is_marked_as_not_delivered(bot, line, yuki):
    bot.status = 503
    assert (await yuki.say("hi")).delivered == 503
    line.webhook_url = "http://127.0.0.1:1/line/webhook"
    assert (await yuki.say("hi")).delivered == 0
    assert [delivered.status for delivered in line.delivered] == [200, 503, 0]


async def test_hand_made_events_of_unknown_people_can_be_answered(bot, line):
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


async def test_answers_fit_the_specification(bot, yuki):
    await yuki.say("hi")
    await bot.reply(bot.events[-1]["replyToken"])
    calls = [
        ("GET", "/v2/bot/message/quota"),
        ("GET", "/v2/bot/message/quota/consumption"),
        ("GET", "/v2/bot/info"),
        ("GET", "/v2/bot/followers/ids"),
        ("GET", "/v2/bot/profile/{userId}"),
        ("GET", "/v2/bot/channel/webhook/endpoint"),
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


async def test_a_restart_finds_the_chat_the_tokens_and_the_keys_again(tmp_path, clock):
    file = tmp_path / "line.json"

    def simulator():
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


def test_a_state_file_that_cannot_be_read_is_set_aside(tmp_path):
    file = tmp_path / "line.json"
    file.write_text("{half")
    LineSimulator(channel_secret=SECRET, access_token=TOKEN, state_file=file).person("Yuki")
    assert (tmp_path / "line.unreadable").read_text() == "{half"
