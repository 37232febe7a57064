"""A whole mimi for journeys: the real application on a port of its own, LINE simulated, Claude stood in for."""

import asyncio
import json
import os
import signal
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web
from claude_standin import KEY, ClaudeStandIn
from mongo_address import uri_of

from bot.app import build_app
from bot.embedded.line_simulator import ChatItem, LineSimulator, Person, texts
from bot.role import ProcessRole
from bot.settings import Settings
from knowledge.store.database import Database
from web.site.server import USUAL, Runner

CHANNEL_SECRET = "test-channel-secret"
ACCESS_TOKEN = "test-access-token"
SECRET_KEY = "test-secret-key-of-at-least-32-characters"
METRICS_TOKEN = "test-metrics-token"
PATIENCE = 60.0  # what finds a hang: a machine with other things to do is slow, and no failure


@dataclass
class Event:
    """One event of an answer stream."""

    name: str
    data: dict[str, Any]
    id: str = ""


@dataclass
class Answer:
    """A visitor's answer, put together from its events as a client does."""

    events: list[Event] = field(default_factory=list)

    @property
    def text(self) -> str:
        text = ""
        for event in self.events:
            if event.name == "delta":
                text = text[: event.data["at"]] + event.data["text"]
        return text

    @property
    def state(self) -> str:
        return str(self.named("done")[-1].data["state"])

    @property
    def message(self) -> str:
        return str(self.named("done")[-1].data["message"])

    @property
    def key(self) -> str:
        return str(self.named("conversation")[0].data["key"])

    @property
    def sources(self) -> list[str]:
        return [event.data["title"] for event in self.named("source")]

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]


class Mimi:
    """The product as a test uses it: through LINE as an owner, over HTTP as a visitor."""

    def __init__(self, database: Database, line: LineSimulator, claude: ClaudeStandIn | None) -> None:
        self.database = database
        self.line = line
        self.claude = claude
        self.owner: Person = line.person("Yuki", "en")
        self.url = ""
        self.rich_menu = False
        self.more_settings: Mapping[str, str] = {}
        self.http = aiohttp.ClientSession()
        self.app: web.Application | None = None
        self.patience = USUAL
        self._runner: Runner | None = None

    async def start(self, role: ProcessRole = ProcessRole.ALL) -> Self:
        """Start (or start again, on the same store) a process's worth of mimi."""
        app = build_app(Settings.read(self.environment()), role)
        self._runner = Runner(app, patience=self.patience, shutdown_timeout=2)
        await self._runner.setup()
        port = int(self.url.rpartition(":")[2]) if self.url else 0
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.line.webhook_url = f"{self.url}/line/webhook"
        self.app = app
        return self

    async def settled(self, seconds: float = PATIENCE) -> None:
        """Every event and every answer has its outcome, everything that had to be sent is sent, nobody holds a lane."""

        async def nothing_waits() -> bool:
            waiting: dict[str, Any] = {
                "inbox": {"state": "new"},
                "outbox": {
                    "$or": [
                        {"state": {"$in": ["waiting", "carried"]}},
                        {"state": "held", "not_before": {"$lte": datetime.now(UTC)}},
                    ]
                },
                "messages": {"state": "pending"},
                "lanes": {"until": {"$gt": datetime.now(UTC)}},
            }
            return not [name for name in waiting if await self.database.collection(name).count(waiting[name])]

        await soon(nothing_waits, seconds)

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def close(self) -> None:
        await self.http.close()
        await self.stop()

    async def owner_says(self, text: str, quoting: str | None = None, count: int = 1) -> list[str]:
        """What mimi answers the owner's line of chat."""
        await self.owner.say(text, quoting)
        return texts(await self.owner.replies(count))

    async def owner_taps(self, label: str, count: int = 1) -> list[str]:
        await self.owner.tap(label)
        return texts(await self.owner.replies(count))

    async def sign_up(self, name: str = "Kotori", handle: str = "kotori") -> None:
        """From adding mimi as a friend to a live page."""
        await self.owner.follow()
        await self.owner.replies()
        await self.owner_says(name)
        await self.owner_says(handle)

    async def alert(self) -> ChatItem:
        """The next alert that reaches the owner's LINE."""
        seen = len(self.owner.chat)
        await self.line.wait_for(lambda: any(item.from_bot for item in self.owner.chat[seen:]))
        return next(item for item in self.owner.chat[seen:] if item.from_bot)

    async def visitor_asks(self, text: str, key: str = "", handle: str = "kotori") -> Answer:
        """Ask and read the stream to its end."""
        body = {"id": str(uuid.uuid4()), "text": text} | ({"conversation": key} if key else {})
        async with self.http.post(
            f"{self.url}/@{handle}/messages", json=body, headers={"Accept": "text/event-stream"}
        ) as response:
            assert response.status == 200, await response.text()
            return Answer([event async for event in read_events(response)])

    @asynccontextmanager
    async def visitor_listens(
        self, key: str, last: str = "", handle: str = "kotori"
    ) -> AsyncIterator[AsyncIterator[Event]]:
        """The stream of what comes later, from `Last-Event-ID` on."""
        headers = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
        headers |= {"Last-Event-ID": last} if last else {}
        async with self.http.get(f"{self.url}/@{handle}/events", headers=headers) as response:
            assert response.status == 200, await response.text()
            yield read_events(response)

    def environment(self) -> dict[str, str]:
        """The settings of this mimi, as a process gets them."""
        claude = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": self.claude.url} if self.claude else {}
        return {
            "MIMI_PUBLIC_URL": self.url or "http://localhost",
            "MIMI_SECRET_KEY": SECRET_KEY,
            "MIMI_METRICS_TOKEN": METRICS_TOKEN,
            "MIMI_EMBEDDINGS": "false",  # a process that takes seconds to start; test_retrieval_meaning.py has its own
            "MIMI_RICH_MENU": str(self.rich_menu).lower(),  # seconds of drawing; test_rich_menu.py has it
            "MONGODB_URI": uri_of(self.database),
            "LINE_CHANNEL_SECRET": CHANNEL_SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": ACCESS_TOKEN,
            "LINE_API_URL": self.line.url,
            "LINE_DATA_API_URL": self.line.url,
            "SMTP_URL": "smtp://127.0.0.1:9",
            "MAIL_FROM": "mimi@example.com",
            **claude,
            **self.more_settings,
        }


async def read_events(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    """Server-sent events as they come, heartbeats left out."""
    name, identity, data = "message", "", ""
    async for line in response.content:
        match line.decode().rstrip("\n").partition(": "):
            case ("event", _, value):
                name = value
            case ("id", _, value):
                identity = value
            case ("data", _, value):
                data = value
            case ("", _, _) if data:
                yield Event(name, json.loads(data), identity)
                name, identity, data = "message", "", ""


@asynccontextmanager
async def running_mimi(
    database: Database, *, claude: bool = True, rich_menu: bool = False, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Mimi]:
    """A started mimi, everything around it started with it; `settings` go beyond those of every test."""
    async with AsyncExitStack() as stack:
        line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
        await line.start()
        stack.push_async_callback(line.stop)
        stand_in = ClaudeStandIn() if claude else None
        if stand_in:
            await stand_in.start()
            stack.push_async_callback(stand_in.stop)
        await database.ping()
        line.webhook_patience = PATIENCE
        mimi = Mimi(database, line, stand_in)
        mimi.rich_menu, mimi.more_settings = rich_menu, settings or {}
        stack.push_async_callback(mimi.close)
        yield await mimi.start()


async def soon(condition: Any, seconds: float = PATIENCE) -> None:
    """Wait for something in the database that nothing announces; fails the test when it does not come."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def freeze(pid: int) -> None:
    """SIGSTOP; returns once every thread has really stopped, which a busy machine takes a moment for."""
    os.kill(pid, signal.SIGSTOP)

    async def stopped() -> bool:
        threads = Path(f"/proc/{pid}/task").glob("*/stat")
        return all(thread.read_text().rpartition(") ")[2].startswith("T") for thread in threads)

    await soon(stopped)
