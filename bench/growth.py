"""What growth costs: the same page, question and list with ever more messages in the store, as times of the small one.

The whole application on a MongoDB of its own and the LINE simulator, answers quoted. One app has half of the messages,
the other half are spread over a thousand others. `python -m bench.growth --messages 1000000` goes up to a million: some
minutes, and 2 GB of disk. The goal is that nothing but looking for words costs more than twice as much, and on
a page not even that, once there are more conversations than it looks through.
"""

import asyncio
import logging
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Annotated
from uuid import uuid4

import structlog
import typer
from aiohttp import ClientSession, web
from pymongo import monitoring

from bench.idle import TOKEN, Asked, settings_of
from bench.parts.stored_apps import own_database
from bot.app import build_app
from bot.embedded.line_simulator import LineSimulator, Person
from bot.keys import AREAS
from knowledge.store.apps.apps import AppRepository
from knowledge.store.conversations.conversations import CONVERSATIONS, TalkPlace
from knowledge.store.conversations.messages import MESSAGES
from knowledge.store.database import AppScope, Database, Document, new_id
from web.site.server import Runner

SIZES = (1_000, 25_000, 100_000, 1_000_000)
GOAL = 2.0
TRIES = 15
OTHERS = 1_000  # apps
TALK = 4  # messages of one conversation
BATCH = 2_000  # conversations
IDLE_SECONDS = 30.0
QUESTION, ANSWER = "How much is it?", "It is free for everybody."


class Grown:
    """One owner's app in a store that grows."""

    def __init__(self, database: Database, program: web.Application, url: str, owner: Person) -> None:
        self.database = database
        self._program, self._url, self._owner = program, url, owner
        self._http = ClientSession()
        self._pattern: tuple[Document, list[Document]] | None = None
        self._visitors = count()
        self._there = 0

    async def begin(self) -> None:
        """Sign up, teach an answer, and have one conversation, which all others are made like."""
        await self._owner.follow()
        await self._owner.replies()
        for text in ("Kotori", "kotori", f"/faq add {QUESTION} = {ANSWER}"):
            await self._owner.say(text)
            await self._owner.replies()
        for _ in range(TALK // 2):
            await self._ask()
        [talk] = await self.database.collection(CONVERSATIONS.name).find({}, limit=1)
        said = await self.database.collection(MESSAGES.name).find({"conversation_id": talk["_id"]}, limit=TALK)
        self._pattern = talk, said

    async def grow(self, messages: int) -> None:
        """Until there are so many messages."""
        for start in range(self._there // TALK, messages // TALK, BATCH):
            talks = [self._talk(number) for number in range(start, min(start + BATCH, messages // TALK))]
            await self.database.collection(CONVERSATIONS.name).insert_many([talk for talk, _ in talks], ordered=False)
            said = [message for _, each in talks for message in each]
            await self.database.collection(MESSAGES.name).insert_many(said, ordered=False)
        self._there = messages

    def _talk(self, number: int) -> tuple[Document, list[Document]]:
        assert self._pattern
        talk, said = self._pattern
        whose = {} if number % 2 else {"owner_id": f"o{number % OTHERS}", "app_id": f"a{number % OTHERS}"}
        ids = {message["_id"]: new_id() for message in said}
        earlier = timedelta(minutes=number % 100_000)
        own = talk | whose | {"_id": new_id(), "key_hash": uuid4().hex, "last_at": talk["last_at"] - earlier}
        made = {"conversation_id": own["_id"]}
        return own, [
            message
            | whose
            | made
            | {
                "_id": ids[message["_id"]],
                "client_id": uuid4().hex,
                "reply_to": ids.get(message["reply_to"], ""),
                "created_at": message["created_at"] - earlier,
            }
            for message in said
        ]

    def ways(self) -> Mapping[str, Callable[[], Awaitable[object]]]:
        """What is timed."""
        past, insights = self._program[AREAS].conversations.past, self._program[AREAS].insight.insights

        async def page() -> None:
            await past.page(await self._scope(), None)

        async def far_page() -> None:
            scope = await self._scope()
            [oldest, *_] = await self.database.collection(CONVERSATIONS.name).find(
                scope.filter(), sort=[("last_at", 1), ("_id", 1)], limit=1
            )
            middle = oldest["last_at"] + (datetime.now(UTC) - oldest["last_at"]) / 2
            await past.page(scope, TalkPlace(middle, "f" * 24))

        async def figures() -> None:
            await insights.of(await self._scope(), 7)

        async def search() -> None:
            await past.page(await self._scope(), None, "nobody said this")

        async def search_all() -> None:
            await past.find(await self._scope(), "nobody said this")

        return {
            "first page of conversations": page,
            "one from the middle": far_page,
            "a question": self._ask,
            "/faq list": self._list,
            "figures of 7 days": figures,
            "words looked for on a page": search,
            "in all of them": search_all,
        }

    async def _scope(self) -> AppScope:
        app = await AppRepository(self.database).by_handle("kotori")
        assert app
        return app.scope

    async def _ask(self) -> None:
        body, number = {"id": str(uuid4()), "text": QUESTION}, next(self._visitors)
        from_elsewhere = {"X-Forwarded-For": f"10.{number // 250}.{number % 250}.1"}  # a visitor's minute is limited
        async with self._http.post(f"{self._url}/@kotori/messages", json=body, headers=from_elsewhere) as got:
            assert got.status == 200, await got.text()
            await got.read()

    async def _list(self) -> None:
        await self._owner.say("/faq list")
        await self._owner.replies()

    async def close(self) -> None:
        await self._http.close()


async def measured(way: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds, the median of some tries after one that warms up."""
    await way()
    spent = []
    for _ in range(TRIES):
        began = time.perf_counter()
        await way()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


async def run(most: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(own_database())
        line = LineSimulator(channel_secret="bench-channel-secret", access_token=TOKEN, quota=None)
        await line.start()
        stack.push_async_callback(line.stop)
        asked = Asked()
        monitoring.register(asked)
        program = build_app(settings_of(database, line))
        runner = Runner(program, shutdown_timeout=2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        line.webhook_url = f"{url}/line/webhook"
        grown = Grown(database, program, url, line.person("Yuki", "en"))
        stack.push_async_callback(grown.close)
        await grown.begin()
        first: dict[str, float] = {}
        for size in (size for size in SIZES if size <= most):
            await grown.grow(size)
            figures = {name: await measured(way) for name, way in grown.ways().items()}
            first = first or figures
            print(f"{size} messages: {'; '.join(_lines(figures, first))}", flush=True)
            await asyncio.sleep(5)  # until everything is settled
            asked.commands.clear()
            await asyncio.sleep(IDLE_SECONDS)
            print(f"    idle: {asked.commands.total() / IDLE_SECONDS:.2f} operations/s", flush=True)


def _lines(figures: Mapping[str, float], first: Mapping[str, float]) -> Iterator[str]:
    for name, spent in figures.items():
        yield f"{name} {spent:.1f} ms ({spent / first[name]:.2f}x)"


def main(messages: Annotated[int, typer.Option(min=1_000, help="up to so many")] = 25_000) -> None:
    """Print the figures."""
    asyncio.run(run(messages))


if __name__ == "__main__":
    typer.run(main)
