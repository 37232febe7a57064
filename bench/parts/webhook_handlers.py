"""The servers of bench/webhook.py: python -m bench.parts.webhook_handlers NAME MONGODB_URI, until SIGTERM."""

import asyncio
import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import BulkWriteError
from pymongo.write_concern import WriteConcern

SECRET = "bench-channel-secret"
Documents = list[dict[str, Any]]


class GroupCommit:
    """Verify, decode, and one insert for all deliveries that wait together."""

    def __init__(self, mongodb: str) -> None:
        client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongodb)
        durable = WriteConcern(w="majority", j=True)
        self.events = client.get_default_database().get_collection("events", write_concern=durable)
        self.waiting: list[tuple[Documents, asyncio.Future[None]]] = []
        self.writer: asyncio.Task[None] | None = None

    async def receive(self, request: web.Request) -> web.Response:
        await self.keep(_documents(await _verified(request)))
        return web.Response(text="ok")

    async def keep(self, documents: Documents) -> None:
        kept = asyncio.get_running_loop().create_future()
        self.waiting.append((documents, kept))
        if self.writer is None:
            self.writer = asyncio.create_task(self.write())
        await kept

    async def write(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting, []
            await self.insert([document for documents, _ in batch for document in documents])
            for _, kept in batch:
                kept.set_result(None)
        self.writer = None

    async def insert(self, documents: Documents) -> None:
        try:
            await self.events.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if any(problem["code"] != 11000 for problem in error.details["writeErrors"]):
                raise


class OneInsertEach(GroupCommit):
    """The same, each delivery by itself."""

    async def keep(self, documents: Documents) -> None:
        await self.insert(documents)


async def _verified(request: web.Request) -> bytes:
    body = await request.read()
    expected = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    if not hmac.compare_digest(expected, request.headers.get("x-line-signature", "")):
        raise web.HTTPForbidden
    return body


def _documents(body: bytes) -> Documents:
    now = datetime.now(UTC)
    return [
        {
            "_id": event["webhookEventId"],
            "lane": event["source"]["userId"],
            "event": json.dumps(event),
            "at": now,
            "state": "new",
        }
        for event in json.loads(body)["events"]
    ]


def _of(handler: Callable[[web.Request], Any]) -> web.AppRunner:
    app = web.Application()
    app.router.add_post("/line/webhook", handler)
    return web.AppRunner(app, access_log=None)


def _mimi(mongodb: str) -> web.AppRunner:
    from bot.app import build_app
    from bot.role import ProcessRole
    from bot.settings import Settings
    from web.site.server import Runner

    settings = Settings.read(
        {
            "MIMI_PUBLIC_URL": "https://mimi.example",
            "MIMI_SECRET_KEY": "x" * 32,
            "MIMI_EMBEDDINGS": "false",
            "MIMI_RICH_MENU": "false",
            "MONGODB_URI": mongodb,
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": "x",
        }
    )
    return Runner(build_app(settings, ProcessRole.WEB), shutdown_timeout=1)


def _group_commit(mongodb: str) -> web.AppRunner:
    return _of(GroupCommit(mongodb).receive)


def _one_insert_each(mongodb: str) -> web.AppRunner:
    return _of(OneInsertEach(mongodb).receive)


def _sdk_sample(mongodb: str) -> web.AppRunner:
    """line-bot-sdk-python's examples/aiohttp-echo, without the echo."""
    from linebot.v3 import WebhookParser
    from linebot.v3.webhooks import MessageEvent, TextMessageContent

    parser = WebhookParser(SECRET)

    async def receive(request: web.Request) -> web.Response:
        events = parser.parse((await request.read()).decode(), request.headers["X-Line-Signature"])
        for event in events:
            if not (isinstance(event, MessageEvent) and isinstance(event.message, TextMessageContent)):
                continue
        return web.Response(text="OK\n")

    return _of(receive)


SERVERS: Final[Mapping[str, Callable[[str], web.AppRunner]]] = {
    "mimi": _mimi,
    "group commit": _group_commit,
    "SDK sample": _sdk_sample,
    "one insert each": _one_insert_each,
}


async def serve(name: str, mongodb: str) -> None:
    runner = SERVERS[name](mongodb)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print("listening", runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
