"""The LINE simulator keeps the rules for tokens, keys and counts: what passes against it passes against LINE."""

import json
import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from line_bots import CARD, SECRET, TEXT, TOKEN, Bot, Clock, png
from pytest_aiohttp import AiohttpServer

from bot.embedded.line_simulator import LineSimulator, sign, texts
from bot.embedded.line_simulator.person import Person
from bot.embedded.line_simulator.validation import webhook_problems


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


def test_a_webhook_is_signed_as_line_signs_it() -> None:
    body = b'{"destination":"U00000000000000000000000000000000","events":[]}'
    assert sign("test-channel-secret", body) == "2kBoHxgh5VtBwf8Xo0g7EZleXTRAUAlsOmhia5o/Mto="


async def test_the_signature_is_over_the_bytes_that_are_sent(bot: Bot, line: LineSimulator, yuki: Person) -> None:
    await yuki.say('日本語 and "quotes"')
    assert bot.signatures == [sign(SECRET, body) for body in bot.bodies]
    await line.deliver([], raw=b"{", signature="wrong")
    await line.deliver([], signature="")
    assert (bot.bodies[-2], bot.signatures[-2:]) == (b"{", ["wrong", None])


async def test_every_event_it_makes_fits_the_specification(bot: Bot, line: LineSimulator, yuki: Person) -> None:
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


async def test_someone_who_is_no_friend_of_the_bot_cannot_link(bot: Bot, line: LineSimulator, yuki: Person) -> None:
    _, answer = await bot.call("POST", f"/v2/bot/user/{yuki.user_id}/linkToken")
    count = len(bot.bodies)
    assert not await line.person("Ken").link(answer["linkToken"], "nonce-1234567890")
    assert await yuki.link(answer["linkToken"], "nonce-1234567890")
    assert not await yuki.link(answer["linkToken"], "nonce-1234567890")
    assert len(bot.bodies) == count + 1


async def test_a_reply_token_works_once(bot: Bot, yuki: Person) -> None:
    await yuki.say("hi")
    token = bot.events[-1]["replyToken"]
    status, answer = await bot.reply(token, TEXT, CARD)
    assert status == 200
    assert [set(sent) for sent in answer["sentMessages"]] == [{"id", "quoteToken"}] * 2
    assert await bot.reply(token) == (400, {"message": "Invalid reply token"})
    assert await bot.reply("invented") == (400, {"message": "Invalid reply token"})
    assert texts(await yuki.replies(2)) == ["hello", "An alert"]


async def test_a_reply_token_lasts_a_minute_and_a_redelivery_renews_it_for_twenty(
    bot: Bot, line: LineSimulator, clock: Clock, yuki: Person
) -> None:
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


async def test_a_refused_reply_sends_nothing_and_keeps_its_token(bot: Bot, yuki: Person) -> None:
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


async def test_bodies_line_cannot_read_are_refused_in_its_words(bot: Bot, yuki: Person) -> None:
    status, answer = await bot.call("POST", "/v2/bot/message/push", b'{"to":\n x}')
    assert (status, answer["message"]) == (400, "The request body could not be parsed as JSON (line: 2, column: 2)")
    status, _ = await bot.call("POST", "/v2/bot/message/push", b" " * (2 * 1024 * 1024 + 1))
    assert status == 413
    assert (await bot.call("POST", "/v2/bot/message/push", b"\xff\xfe"))[0] == 400


async def test_only_the_channels_own_token_is_let_in(bot: Bot, yuki: Person) -> None:
    status, answer = await bot.call("GET", "/v2/bot/info", token="another")
    assert status == 401
    assert answer["message"].startswith("Authentication failed due to the following reason: ")
    assert uuid.UUID(bot.headers["x-line-request-id"])
    assert await bot.call("GET", "/v2/bot/nothing") == (404, {"message": "Not found"})


async def test_a_retry_key_is_accepted_once_and_remembers_for_a_day(bot: Bot, clock: Clock, yuki: Person) -> None:
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


async def test_a_retry_key_needs_an_endpoint_that_knows_it_and_the_form_of_a_uuid(bot: Bot, yuki: Person) -> None:
    await yuki.say("hi")
    body = {"replyToken": bot.events[-1]["replyToken"], "messages": [TEXT]}
    assert (await bot.call("POST", "/v2/bot/message/reply", body, X_Line_Retry_Key=str(uuid.uuid4())))[0] == 400
    assert (await bot.push(yuki.user_id, X_Line_Retry_Key="mine"))[0] == 400
    assert len(yuki.chat) == 1


async def test_a_push_counts_recipients_until_the_month_is_full(
    bot: Bot, line: LineSimulator, clock: Clock, yuki: Person
) -> None:
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


async def test_a_push_to_someone_who_blocked_the_bot_is_accepted_and_not_seen(bot: Bot, yuki: Person) -> None:
    await yuki.unfollow()
    status, answer = await bot.push(yuki.user_id)
    assert (status, len(answer["sentMessages"]), yuki.chat) == (200, 1, [])
    assert (await bot.call("GET", "/v2/bot/message/quota/consumption"))[1] == {"totalUsage": 0}
    assert await bot.push("U" + "9" * 32) == (400, {"message": "Failed to send messages"})
    body = {"to": ["U" + "9" * 32], "messages": [TEXT]}
    assert await bot.call("POST", "/v2/bot/message/multicast", body) == (200, {})


async def test_a_stranger_can_be_pushed_to_for_a_week_after_writing(
    bot: Bot, line: LineSimulator, clock: Clock
) -> None:
    stranger = line.person("Sora")
    await stranger.say("hi")
    await bot.push(stranger.user_id)
    clock.go(days=7, seconds=1)
    await bot.push(stranger.user_id)
    assert texts(stranger.chat) == ["hi", "hello"]
    assert (await bot.call("GET", f"/v2/bot/profile/{stranger.user_id}"))[0] == 404


async def test_a_profile_is_for_friends_only(bot: Bot, yuki: Person) -> None:
    path = f"/v2/bot/profile/{yuki.user_id}"
    assert await bot.call("GET", path) == (200, {"userId": yuki.user_id, "displayName": "Yuki", "language": "ja"})
    await yuki.unfollow()
    assert await bot.call("GET", path) == (404, {"message": "Not found"})
