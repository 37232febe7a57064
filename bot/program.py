"""One process of mimi: opened, run until it is told to stop, and drained."""

import asyncio
import errno
import os
import signal
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

import structlog
from aiohttp import web

from bot.role import Role
from bot.settings import Settings

log = structlog.get_logger()

DRAIN_SECONDS = 8.0
# Drained, disconnected and, under `run`, the embedded mongod stopped. Less than Kubernetes' 30 seconds before SIGKILL.
CLOSE_SECONDS = 25.0


class PortBusy(Exception):
    """Something else listens on the port already."""


async def serve(settings: Settings, role: Role) -> None:
    """`python -m bot serve`: production. Raises SettingsProblem or PortBusy before anything starts."""
    settings = settings.for_production()
    from bot.app import build_app  # seconds of imports: what is wrong with the settings is said first

    async with AsyncExitStack() as stack:
        await listen(stack, build_app(settings, role), settings)
        await asyncio.Event().wait()


async def listen(stack: AsyncExitStack, app: web.Application, settings: Settings) -> None:
    """Serve until the stack closes."""
    from bot.keys import CORE, READY  # the app has imported it by now
    from web.server import Runner

    runner = Runner(app, shutdown_timeout=DRAIN_SECONDS)
    stack.push_async_callback(runner.cleanup)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        raise busy(settings) if error.errno == errno.EADDRINUSE else error from error

    async def warm_up() -> None:
        """Words answer until it is done."""
        await app[CORE].knowledge.warm_up()
        app[READY].set()

    warming = asyncio.create_task(warm_up())
    stack.callback(warming.cancel)


def busy(settings: Settings) -> PortBusy:
    return PortBusy(f"Port {settings.port} on {settings.host} is in use: stop what uses it or set MIMI_PORT.")


async def until_told_to_stop(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end or to SIGTERM or SIGINT, whenever that comes; then it closes what it has opened.

    A process that cannot close (a store that hangs, a thread that never returns) ends all the same after CLOSE_SECONDS.
    """
    task = asyncio.ensure_future(work)
    told = asyncio.Event()

    def stop() -> None:
        if not told.is_set():
            told.set()
            end_in_any_case()
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not told.is_set():
            raise


def end_in_any_case() -> None:
    """End the process after CLOSE_SECONDS, whatever it is at: neither a loop that is blocked nor Python's own waiting
    for threads outlasts it."""
    timer = threading.Timer(CLOSE_SECONDS, _end_now)
    timer.daemon = True
    timer.start()


def _end_now() -> None:
    log.critical("did not close in time", seconds=CLOSE_SECONDS)
    os._exit(1)
