"""The LINE door: only LINE comes in, and what comes in is kept before LINE hears 200."""

import asyncio
import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from mimi import CHANNEL_SECRET, Mimi
from yarl import URL

from bot.embedded.line_simulator import sign
from web.site.server import SHORT_HEADERS

BODY = b'{"destination":"U00000000000000000000000000000000","events":[]}'


def event(mimi: Mimi, text: str = "hello") -> dict[str, object]:
    return mimi.owner.compose(text)


async def post(mimi: Mimi, body: bytes, signature: str | None) -> int:
    headers = {"x-line-signature": signature} if signature is not None else {}
    async with mimi.http.post(f"{mimi.url}/line/webhook", data=body, headers=headers) as response:
        return response.status


async def kept(mimi: Mimi) -> int:
    return await mimi.database.collection("inbox").count({})


async def test_signature_of_lines_own_test_vector_is_accepted(mimi: Mimi) -> None:
    """S54; LINE's verification request has no events and is answered 200."""
    assert sign(CHANNEL_SECRET, BODY) == "2kBoHxgh5VtBwf8Xo0g7EZleXTRAUAlsOmhia5o/Mto="
    assert await post(mimi, BODY, sign(CHANNEL_SECRET, BODY)) == 200


def forgeries(body: bytes) -> dict[str, tuple[bytes, str | None]]:
    good = sign(CHANNEL_SECRET, body)
    other_way = json.dumps(json.loads(body), indent=1).encode()
    hexadecimal = hmac.new(CHANNEL_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {
        "no header": (body, None),
        "empty header": (body, ""),
        "wrong": (body, b64encode(b"x" * 32).decode()),
        "truncated": (body, good[:-4]),
        "padded": (body, good + "="),
        "lower case": (body, good.lower()),
        "hexadecimal": (body, hexadecimal),
        "other secret": (body, sign("another-secret", body)),
        "empty secret": (body, sign("", body)),
        "of the empty body": (body, sign(CHANNEL_SECRET, b"")),
        "not base64": (body, "%%%"),
        "not ASCII": (body, "ＡＢＣ"),
        "very long": (body, "A" * 6000),
        "re-serialised": (other_way, good),
        "one byte more": (body + b" ", good),
        "one byte less": (body[:-1], good),
        "empty body": (b"", good),
        "empty body, no header": (b"", None),
        "sha1": (body, b64encode(hmac.new(CHANNEL_SECRET.encode(), body, hashlib.sha1).digest()).decode()),
        "with scheme": (body, "sha256=" + good),
    }


async def test_a_bad_signature_changes_nothing(mimi: Mimi) -> None:
    """P1, S54: 4xx, and no write."""
    for name, (body, signature) in forgeries(mimi.line.webhook_body([event(mimi)])).items():
        assert 400 <= await post(mimi, body, signature) < 500, name
    assert await kept(mimi) == 0


async def test_whose_events_they_are_says_the_channel_that_signed_them(mimi: Mimi) -> None:
    """S41: a body that names this bot, or no bot that is known here, is worth nothing without this channel's key."""
    named = json.loads(mimi.line.webhook_body([event(mimi)]))
    before = await kept(mimi)
    for destination in (named["destination"], f"U{7:032}", ""):
        body = json.dumps(named | {"destination": destination}).encode()
        foreign = b64encode(hmac.new(b"another channel's secret", body, hashlib.sha256).digest()).decode()
        assert 400 <= await post(mimi, body, foreign) < 500
    assert await kept(mimi) == before


async def test_a_refusal_carries_the_sites_headers_and_no_servers_name(mimi: Mimi) -> None:
    """S18, S61: this door has no middleware that would see to it."""
    async with mimi.http.post(f"{mimi.url}/line/webhook", data=BODY) as response:
        assert response.status == 403
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in response.headers


async def say(mimi: Mimi, version: str, headers: str, times: int = 1) -> list[tuple[str, dict[str, str]]]:
    """Status line and headers of what is answered to deliveries that come at once on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(mimi.url).port)
    signed = f"x-line-signature: {sign(CHANNEL_SECRET, BODY)}\r\nContent-Length: {len(BODY)}\r\n{headers}"
    writer.write((f"POST /line/webhook HTTP/{version}\r\nHost: x\r\n{signed}\r\n".encode() + BODY) * times)
    answers = []
    for _ in range(times):
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        assert await reader.readexactly(2) == b"ok"
        answers.append((first, dict(line.split(": ", 1) for line in lines)))
    writer.close()
    return answers


@pytest.mark.parametrize(
    ("version", "asked", "answered"),
    [("1.1", "", None), ("1.1", "close", "close"), ("1.0", "", None), ("1.0", "keep-alive", "keep-alive")],
)
async def test_every_client_is_answered_with_the_same_headers_and_in_its_own_http(
    mimi: Mimi, version: str, asked: str, answered: str | None
) -> None:
    [(first, headers)] = await say(mimi, version, f"Connection: {asked}\r\n" if asked else "")
    assert first == f"HTTP/{version} 200 OK"
    assert headers.pop("Connection", None) == answered
    assert abs(parsedate_to_datetime(headers.pop("Date")) - datetime.now(UTC)) < timedelta(minutes=1)
    assert headers == SHORT_HEADERS | {"Content-Type": "text/plain; charset=utf-8", "Content-Length": "2"}


async def test_deliveries_on_one_connection_are_each_answered(mimi: Mimi) -> None:
    assert [first for first, _ in await say(mimi, "1.1", "", times=3)] == ["HTTP/1.1 200 OK"] * 3


async def test_a_signed_body_that_makes_no_sense_is_refused(mimi: Mimi) -> None:
    for body in (b"", b"not json", b"[]", b'{"events":{}}', b'{"events":null}', b"\xff\xfe", b'{"a":' * 5000, b"NaN"):
        assert await post(mimi, body, sign(CHANNEL_SECRET, body)) == 400, body[:20]


async def test_an_oversize_body_is_refused_unread(mimi: Mimi) -> None:
    """S55"""
    body = b'{"events":[],"x":"' + b"x" * (2 * 1024 * 1024) + b'"}'
    assert await post(mimi, body, sign(CHANNEL_SECRET, body)) == 413


async def test_a_body_of_one_megabyte_is_taken(mimi: Mimi) -> None:
    body = b'{"events":[],"x":"' + b"x" * (1024 * 1024) + b'"}'
    assert await post(mimi, body, sign(CHANNEL_SECRET, body)) == 200


async def test_events_that_are_no_objects_are_passed_over(mimi: Mimi) -> None:
    """P13"""
    body = b'{"events":[1,null,"x",[]]}'
    assert await post(mimi, body, sign(CHANNEL_SECRET, body)) == 200


async def test_an_event_is_kept_once_however_often_it_comes(mimi: Mimi) -> None:
    """P5, S54: a replayed body changes nothing."""
    await mimi.owner.follow()
    await mimi.owner.replies()
    said = event(mimi, "/help")
    before = await kept(mimi)
    assert [await mimi.line.deliver([said], redelivery=again) for again in (False, True, True)] == [200, 200, 200]
    assert await mimi.line.deliver([said, said]) == 200
    assert await kept(mimi) == before + 1
