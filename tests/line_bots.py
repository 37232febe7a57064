"""The smallest bot on a LINE simulator, its clock, and what it sends."""

import json
import struct
import zlib
from datetime import UTC, datetime, timedelta

from aiohttp import web

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
