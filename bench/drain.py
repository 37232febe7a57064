"""A backlog of LINE's events, drained by one worker process: events a second, CPU an event, MongoDB commands an event.

The whole application on a MongoDB of its own; a stand-in for LINE in a process of its own answers after 20 ms.
`python -m bench.drain [OWNERS] [EVENTS_EACH]`; the goal is 150 events a second on two cores.
"""

import asyncio
import itertools
import logging
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from pymongo import monitoring

from bench.parts.processes import cpu_seconds
from bot.app import build_app
from bot.embedded.mongod import Mongod
from bot.line.events import to_inbox
from bot.settings import Settings
from knowledge.store.database import Database
from knowledge.store.inbox.inbox import InboxEvent, InboxRepository
from knowledge.store.registry import create_indexes
from web.site.server import Runner

USUAL = ("20", "25")  # owners, and events of each
LINE_TAKES_SECONDS = 0.02
GOAL = 150
_SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Commands(monitoring.CommandListener):
    """Counts what is asked of MongoDB."""

    count: int = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.count += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Counted when it began."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Counted when it began."""


@dataclass
class Queue:
    """Writes events as the webhook keeps them."""

    inbox: InboxRepository
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def put(self, texts: dict[str, list[str]]) -> None:
        """Everybody's lines, one of each in turn; an empty line is a new friend."""
        rounds = itertools.zip_longest(*([(user, text) for text in lines] for user, lines in texts.items()))
        await self.inbox.put([self._event(*each) for each in itertools.chain(*rounds) if each])

    def _event(self, user: str, text: str) -> InboxEvent:
        number, now = next(self.numbers), datetime.now(UTC)
        event: dict[str, Any] = {
            "type": "message" if text else "follow",
            "webhookEventId": f"event-{number}",
            "timestamp": int(now.timestamp() * 1000) + number,
            "mode": "active",
            "source": {"type": "user", "userId": user},
            "replyToken": f"token-{number}",
        }
        if text:
            event["message"] = {"type": "text", "id": str(number), "text": text}
        return to_inbox(event, now)


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    given = sys.argv[1:]
    owners, each = map(int, [*given, *USUAL[len(given) :]])
    commands = Commands()
    monitoring.register(commands)
    async with AsyncExitStack() as stack:
        mongod = Mongod(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        stack.push_async_callback(mongod.stop)
        await mongod.start()
        database = Database.open(mongod.uri)
        stack.callback(database.close)
        await create_indexes(database)
        queue = Queue(InboxRepository(database))
        await _serve(stack, mongod.uri, await asyncio.to_thread(_line, stack))
        users = [f"U{number:032x}" for number in range(owners)]
        await queue.put({user: ["", f"App {n}", f"app-{n}"] for n, user in enumerate(users)})
        await _drained(database)
        pid = int((await database.raw.command("serverStatus"))["pid"])
        await queue.put({user: ["/faq list"] * each for user in users})
        before = time.perf_counter(), time.process_time(), cpu_seconds(pid), commands.count
        await _drained(database)
        after = time.perf_counter(), time.process_time(), cpu_seconds(pid), commands.count
    _print(owners * each, *(now - then for then, now in zip(before, after, strict=True)))


def _print(events: int, seconds: float, ours: float, mongods: float, commands: float) -> None:
    rate = events / seconds
    print(f"{events} events in {seconds:.1f} s: {rate:.0f} events/s", end="")
    print(f" (goal {GOAL}, {'met' if rate >= GOAL else 'missed'})")
    print(f"an event: {1000 * ours / events:.1f} ms CPU of mimi, {1000 * mongods / events:.1f} of MongoDB,", end="")
    print(f" {commands / events:.1f} commands")


async def _serve(stack: AsyncExitStack, mongodb_uri: str, line_url: str) -> None:
    settings = {
        "MIMI_PUBLIC_URL": "http://localhost",
        "MIMI_SECRET_KEY": "0" * 32,
        "MIMI_EMBEDDINGS": "false",
        "MIMI_RICH_MENU": "false",
        "MONGODB_URI": mongodb_uri,
        "LINE_CHANNEL_SECRET": "secret",
        "LINE_CHANNEL_ACCESS_TOKEN": "token",
        "LINE_API_URL": line_url,
        "LINE_DATA_API_URL": line_url,
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "mimi@example.com",
    }
    runner = Runner(build_app(Settings.read(settings)), shutdown_timeout=2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)


async def _drained(database: Database) -> None:
    waiting = {"inbox": {"state": "new"}, "outbox": {"state": "waiting"}}
    # One look in a tenth of a second is nothing beside what is measured.
    while sum([await database.collection(name).count(query) for name, query in waiting.items()]):  # noqa: ASYNC110
        await asyncio.sleep(0.1)


def _line(stack: AsyncExitStack) -> str:
    """Start the stand-in for LINE; where it listens."""
    heard, told = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=_answer_as_line, args=(told,), daemon=True)
    process.start()
    stack.callback(process.kill)
    return f"http://127.0.0.1:{heard.recv()}"


def _answer_as_line(told: Connection) -> None:
    asyncio.run(_listen(told))


async def _listen(told: Connection) -> None:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    told.send(runner.addresses[0][1])
    await asyncio.Event().wait()


async def _answer(request: web.Request) -> web.Response:
    await request.read()
    await asyncio.sleep(LINE_TAKES_SECONDS)
    if request.path.endswith("/consumption"):
        return web.json_response({"totalUsage": 0})
    if request.path.endswith("/quota"):
        return web.json_response({"type": "none"})
    if "/profile/" in request.path:
        return web.json_response({"displayName": "A", "userId": "U", "language": "en"})
    return web.json_response({"sentMessages": [{"id": str(time.monotonic_ns())}]})


if __name__ == "__main__":
    asyncio.run(main())
