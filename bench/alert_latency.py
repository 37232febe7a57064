"""From a visitor's question to the request at LINE: how soon an owner hears of what mimi cannot answer.

The whole application on a MongoDB of its own and the LINE simulator, answers quoted, so that no model is waited for.
Every question goes to another owner, whose first alert it is. `python -m bench.alert_latency`; the goal is p99 < 1 s.
"""

import asyncio
import logging
import statistics
import tempfile
import time
import uuid
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import structlog
from aiohttp import web

from bot.app import build_app
from bot.embedded.line_simulator import LineSimulator, Person
from bot.embedded.mongod import Mongod
from bot.settings import Settings
from web.site.server import Runner

QUESTIONS = 40
GOAL = 1.0  # seconds
SECRET, TOKEN = "bench-channel-secret", "bench-access-token"


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        mongod = Mongod(Path(folder))
        await mongod.start()
        stack.push_async_callback(mongod.stop)
        line = LineSimulator(channel_secret=SECRET, access_token=TOKEN, quota=None)
        await line.start()
        stack.push_async_callback(line.stop)
        url = await _serve(stack, mongod, line)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        people = [line.person(f"Owner {n}", "en") for n in range(QUESTIONS)]
        for n, person in enumerate(people):
            await _sign_up(person, f"app-{n}")
        waits = [await _ask(http, url, line, f"app-{n}", person) for n, person in enumerate(people)]
    p50, p99 = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
    print(f"question to LINE request, {QUESTIONS} owners: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms", end="")
    print(f" (goal: p99 under {GOAL:.0f} s, {'met' if p99 < GOAL else 'missed'})")


async def _serve(stack: AsyncExitStack, mongod: Mongod, line: LineSimulator) -> str:
    settings = Settings.read(
        {
            "MIMI_PUBLIC_URL": "http://localhost",
            "MIMI_SECRET_KEY": uuid.uuid4().hex,
            "MIMI_EMBEDDINGS": "false",
            "MONGODB_URI": mongod.uri,
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_URL": line.url,
            "LINE_DATA_API_URL": line.url,
            "SMTP_URL": "smtp://127.0.0.1:9",
            "MAIL_FROM": "mimi@example.com",
        }
    )
    runner = Runner(build_app(settings), shutdown_timeout=2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    line.webhook_url = f"{url}/line/webhook"
    return url


async def _sign_up(person: Person, handle: str) -> None:
    await person.follow()
    await person.replies()
    for text in (person.name, handle):
        await person.say(text)
        await person.replies()


async def _ask(http: aiohttp.ClientSession, url: str, line: LineSimulator, handle: str, person: Person) -> float:
    """Seconds from sending the question until its alert is in the owner's chat."""
    body = {"id": str(uuid.uuid4()), "text": "Who painted the ceiling?"}
    seen, began = len(person.chat), time.perf_counter()

    async def post() -> None:
        async with http.post(f"{url}/@{handle}/messages", json=body) as response:
            await response.read()

    asking = asyncio.create_task(post())
    await line.wait_for(lambda: any(item.from_bot for item in person.chat[seen:]), 30)
    waited = time.perf_counter() - began
    await asking
    return waited


if __name__ == "__main__":
    asyncio.run(main())
