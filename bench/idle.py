"""What an idle process asks of MongoDB: operations a second by command and collection, each role, few owners or many.

The whole application on a MongoDB of its own and the LINE simulator; the driver counts what goes out. Looks at the
server that drivers take by themselves (`hello`) are counted apart. `python -m bench.idle`; the goal is one a second.
"""

import asyncio
import logging
import uuid
from collections import Counter
from contextlib import AsyncExitStack
from typing import Annotated

import structlog
import typer
from aiohttp import web
from pymongo import monitoring
from pymongo.monitoring import CommandStartedEvent, ServerHeartbeatStartedEvent

from bench.parts.stored_apps import NOW, own_database
from bot.app import build_app
from bot.embedded.line_simulator import LineSimulator
from bot.role import ProcessRole
from bot.settings import Settings
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import Database, new_id
from knowledge.store.due_times import ALWAYS, DIGESTS, DueTimes
from web.site.server import Runner

GOAL = 1.0
AT_ONCE = 64
TOKEN = "bench-access-token"


class Asked(monitoring.CommandListener, monitoring.ServerHeartbeatListener):
    """Counts what this process asks."""

    def __init__(self) -> None:
        self.commands: Counter[tuple[str, str]] = Counter()
        self.looks = 0

    def started(self, event: CommandStartedEvent | ServerHeartbeatStartedEvent) -> None:
        if isinstance(event, ServerHeartbeatStartedEvent):
            self.looks += 1
            return
        collection = event.command.get("collection") or event.command[event.command_name]
        self.commands[event.command_name, collection if isinstance(collection, str) else ""] += 1

    def succeeded(self, event: object) -> None:
        """Counted when it began."""

    def failed(self, event: object) -> None:
        """Counted when it began."""


async def fill(database: Database, owners: int) -> None:
    """So many owners with an app each, as they are once their digests' times are known."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with turn:
            owner = Owner(f"U{number:032x}", "ja", NOW, NOW)
            await OwnerRepository(database).add(owner)
            await AppRepository(database).add(App(owner.id, f"App {number}", f"idle-{new_id()}", "ja", NOW))

    async with asyncio.TaskGroup() as tasks:
        for number in range(owners):
            tasks.create_task(one(number))


async def idle(database: Database, role: ProcessRole, seconds: float, asked: Asked) -> Counter[tuple[str, str]]:
    """What a process of this role asks while nothing happens."""
    async with AsyncExitStack() as stack:
        line = LineSimulator(channel_secret="bench-channel-secret", access_token=TOKEN, quota=None)
        await line.start()
        stack.push_async_callback(line.stop)
        runner = Runner(build_app(settings_of(database, line), role), shutdown_timeout=2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        if role is not ProcessRole.WEB:
            await _until_times_are_known(database)
        await asyncio.sleep(3)
        asked.commands.clear()
        asked.looks = 0
        await asyncio.sleep(seconds)
        return asked.commands.copy()


async def _until_times_are_known(database: Database) -> None:
    """Of owners who were just written nobody knows yet when their digest is due; no event says that all are known."""
    while await DueTimes(database).next(DIGESTS) == ALWAYS:  # noqa: ASYNC110
        await asyncio.sleep(1)


def settings_of(database: Database, line: LineSimulator) -> Settings:
    """Those of a process on this database and simulator."""
    return Settings.read(
        {
            "MIMI_PUBLIC_URL": "http://localhost",
            "MIMI_SECRET_KEY": uuid.uuid4().hex,
            "MIMI_EMBEDDINGS": "false",
            "MIMI_RICH_MENU": "false",
            "MIMI_TRUSTED_PROXY": "true",
            "MONGODB_URI": database.uri,
            "LINE_CHANNEL_SECRET": "bench-channel-secret",
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_URL": line.url,
            "LINE_DATA_API_URL": line.url,
            "SMTP_URL": "smtp://127.0.0.1:9",
            "MAIL_FROM": "mimi@example.com",
        }
    )


async def run(seconds: float, owners: list[int], details: bool) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    async with own_database() as database:
        asked, there = Asked(), 0
        monitoring.register(asked)  # for clients made from now on: the application's
        for wanted in owners:
            await fill(database, wanted - there)
            there = wanted
            for role in (ProcessRole.WEB, ProcessRole.WORKER, ProcessRole.ALL):
                commands = await idle(database, role, seconds, asked)
                rate = commands.total() / seconds
                print(f"{wanted} owners, {role}: {rate:.2f} operations/s (goal {GOAL:.0f}: ", end="")
                print(f"{'met' if rate <= GOAL else 'missed'}), and {asked.looks / seconds:.2f} hello/s", flush=True)
                for (command, collection), count in commands.most_common() if details else ():
                    print(f"    {count / seconds:.3f}  {command} {collection}")


def main(
    seconds: Annotated[float, typer.Option(min=1)] = 60,
    owners: Annotated[list[int], typer.Option(help="one after the other, growing")] = [1, 10_000],  # noqa: B006
    details: Annotated[bool, typer.Option()] = True,
) -> None:
    """Print the figures."""
    asyncio.run(run(seconds, owners, details))


if __name__ == "__main__":
    typer.run(main)
