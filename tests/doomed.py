"""A process of mimi that dies at a marked point, as in a power cut: nothing is caught, closed or handed back."""

import asyncio
import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import build_app
from bot.line.client import LineApi
from bot.out.bundling import Carrier
from bot.role import ProcessRole
from bot.settings import Settings
from handlers.answers.writer import AnswerWriter
from handlers.chat.dispatcher import Dispatcher
from knowledge.store.conversations.messages import MessageRepository
from knowledge.store.database import Database
from knowledge.store.inbox.inbox import InboxRepository
from knowledge.store.outbox.outbox import OutboxRepository
from web.site.server import Runner


@dataclass(frozen=True)
class Point:
    """Right before or right after one of mimi's own steps."""

    owner: type[Any]
    step: str
    after: bool

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'} {self.owner.__name__}.{self.step}"


def _around(owner: type[Any], step: str) -> tuple[Point, Point]:
    return Point(owner, step, after=False), Point(owner, step, after=True)


# From the webhook's arrival to the last trace of handling it.
POINTS_OF_AN_EVENT = (
    *_around(InboxRepository, "put"),
    *_around(InboxRepository, "lease"),
    *_around(InboxRepository, "waiting"),
    *_around(InboxRepository, "done"),
    *_around(Dispatcher, "handle"),
    *_around(Carrier, "put"),
    *_around(Database, "transaction"),
    *_around(OutboxRepository, "put"),
    *_around(LineApi, "reply"),
    *_around(OutboxRepository, "sent"),
    *_around(InboxRepository, "let_go"),
)
# From the visitor's question to its kept answer.
POINTS_OF_AN_ANSWER = (
    *_around(AnswerWriter, "write"),
    *_around(MessageRepository, "complete"),
)
DYING_SECONDS = 60
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["doomed_preload"])


class Doomed:
    """One such process. It goes on living until it is told to die at its point."""

    def __init__(self, environment: dict[str, str], point: Point, order: Path) -> None:
        self._order, self._point = order, str(point)
        self._port, port = _FORKED.Pipe(duplex=False)
        self._process: BaseProcess = _FORKED.Process(target=_live, args=(environment, point, order, port), daemon=True)

    async def start(self) -> int:
        """The port it serves."""
        self._process.start()
        return int(await asyncio.to_thread(self._port.recv))

    def die_at_the_point(self) -> None:
        """The next time it gets there."""
        self._order.touch()

    async def dead(self) -> None:
        """Returns when it is; AssertionError when something else than its order ended it."""
        await asyncio.to_thread(self._process.join, DYING_SECONDS)
        assert self._process.exitcode == -signal.SIGKILL, self._point

    def end(self) -> None:
        """Have done with it, whatever it is doing."""
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()


def _live(environment: dict[str, str], point: Point, order: Path, port: Connection) -> None:
    _mark(point, order)
    asyncio.run(_serve(environment, port))


def _mark(point: Point, order: Path) -> None:
    step = getattr(point.owner, point.step)

    async def marked(*arguments: Any, **named: Any) -> Any:
        if not point.after:
            _die_if_told(order)
        result = await step(*arguments, **named)
        if point.after:
            _die_if_told(order)
        return result

    setattr(point.owner, point.step, marked)


def _die_if_told(order: Path) -> None:
    if order.exists():
        order.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


async def _serve(environment: dict[str, str], port: Connection) -> None:
    runner = Runner(build_app(Settings.read(environment), ProcessRole.ALL), shutdown_timeout=2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port.send(runner.addresses[0][1])
    await asyncio.Event().wait()
