"""The smallest bot on a LINE simulator, its clock, and what it sends."""

import json
import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.embedded.line_simulator import LineSimulator

Json = dict[str, Any]
# A call's status, and what was answered: JSON, or the bytes of a picture.
Answer = tuple[int, Any]

SECRET, TOKEN = "test-channel-secret", "test-access-token"
TEXT: Json = {"type": "text", "text": "hello"}

ANSWER: Json = {"type": "postback", "label": "Answer", "data": "answer:1", "displayText": "Answer it"}

OPEN: Json = {"type": "uri", "label": "Open", "uri": "https://example.com/a"}

BUTTONS = [{"type": "button", "action": ANSWER}, {"type": "button", "action": OPEN}]

LINES = [{"type": "text", "text": "Someone asked"}, {"type": "box", "layout": "horizontal", "contents": BUTTONS}]

BUBBLE: Json = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": LINES}}

CARD: Json = {"type": "flex", "altText": "An alert", "contents": BUBBLE}


def png(width: int = 2500, height: int = 843) -> bytes:
    """A PNG in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\x06\xc7\x55" * width for _ in range(height)), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go(self, **forward: float) -> None:
        self.now += timedelta(**forward)


class Bot:
    """The smallest bot: keeps the webhooks it gets, and calls the API."""

    def __init__(self, line: LineSimulator, http: aiohttp.ClientSession) -> None:
        self.line, self.http = line, http
        self.bodies: list[bytes] = []
        self.signatures: list[str | None] = []
        self.status = 200

    @property
    def events(self) -> list[Json]:
        return [event for body in self.bodies for event in json.loads(body)["events"]]

    async def receive(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.signatures.append(request.headers.get("x-line-signature"))
        return web.Response(status=self.status)

    async def call(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        /,
        *,
        token: str = TOKEN,
        **headers: str,
    ) -> Answer:
        """Status and JSON answer; bytes are sent as they are. The last response's headers are kept in `headers`."""
        headers = {"Authorization": f"Bearer {token}"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with self.http.request(method, self.line.url + path, headers=headers, **sent) as answer:
            self.headers = answer.headers
            raw = await answer.read()
            return answer.status, json.loads(raw) if answer.content_type == "application/json" and raw else raw

    async def reply(self, token: str, *messages: Json) -> Answer:
        return await self.call(
            "POST", "/v2/bot/message/reply", {"replyToken": token, "messages": list(messages) or [TEXT]}
        )

    async def push(self, to: str, *messages: Json, **headers: str) -> Answer:
        return await self.call(
            "POST", "/v2/bot/message/push", {"to": to, "messages": list(messages) or [TEXT]}, **headers
        )
