"""One process of mimi: opened, run until it is told to stop, and drained."""

import asyncio
import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog
from aiohttp import web

from bot.problems import CannotStart
from bot.role import ProcessRole
from bot.settings import Settings

log = structlog.get_logger()

DRAIN_SECONDS = 8.0
# Drained, disconnected and, under `run`, the embedded mongod stopped. Less than Kubernetes' 30 seconds before SIGKILL.
CLOSE_SECONDS = 25.0
BACKLOG = 1024  # connections that wait while mimi is being loaded


class PortBusy(CannotStart):
    """Something else listens on the port already."""


async def serve(settings: Settings, role: ProcessRole) -> None:
    """`python -m bot serve`: production. Raises SettingsProblem or PortBusy before anything starts."""
    settings = settings.for_production()
    await serve_on(bound(settings), settings, role)


async def serve_on(sockets: Sequence[socket.socket], settings: Settings, role: ProcessRole) -> None:
    """Until cancelled."""
    from bot.app import build_app  # a second of imports: what is wrong with the settings is said first
    from bot.keys import LOADING

    async with AsyncExitStack() as stack:
        app = build_app(settings, role)
        await listen(stack, app, settings, sockets)
        await app[LOADING]  # a process that cannot load everything ends here
        await asyncio.Event().wait()


async def listen(
    stack: AsyncExitStack, app: web.Application, settings: Settings, sockets: Sequence[socket.socket] = ()
) -> None:
    """Serve until the stack closes."""
    from bot.background.warm_up import warm_up  # the app has imported what it needs by now
    from bot.keys import AREAS
    from web.site.server import Runner

    runner = Runner(app, shutdown_timeout=DRAIN_SECONDS)
    stack.push_async_callback(runner.cleanup)
    await runner.setup()
    for each in sockets or bound(settings):
        await web.SockSite(runner, each, backlog=BACKLOG).start()
    # Words answer until it is done.
    warming = asyncio.create_task(warm_up(app[AREAS].search.meaning))
    stack.callback(warming.cancel)


def bound(settings: Settings) -> list[socket.socket]:
    """The sockets of the configured address; from now on connections wait there. Raises PortBusy."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        places = dict.fromkeys((family, str(at[0]), int(at[1])) for family, _, _, _, at in found)
        sockets = [_bound(*place) for place in places]
    except OSError as error:
        raise cannot_listen(settings, error) from error
    log.info("listening", host=settings.host, port=sockets[0].getsockname()[1])
    return sockets


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    # "::" stands for every address, those of IPv4 among them, as people expect of it.
    every = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=every)


def cannot_listen(settings: Settings, error: OSError) -> CannotStart:
    """What is in the way of listening there."""
    place = f"{settings.port} on {settings.host}"
    if error.errno == errno.EADDRINUSE:
        return PortBusy(f"Port {place} is in use: stop what uses it or set MIMI_PORT.")
    if isinstance(error, PermissionError):
        return CannotStart(
            f"This user may not listen on port {place}: set MIMI_PORT to 1024 or higher; 80 and 443 are the proxy's."
        )
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return CannotStart(
            f"MIMI_HOST: {settings.host} is no address of this machine: 127.0.0.1 behind a proxy here, "
            "0.0.0.0 in a container. The name people type is MIMI_PUBLIC_URL."
        )
    return CannotStart(f"Cannot listen on port {place} ({error.strerror}).")


async def until_told_to_stop(work: Coroutine[Any, Any, None], lifeline: int | None = None) -> None:
    """Run `work` to its end or to SIGTERM or SIGINT, whenever that comes; then it closes what it has opened.

    Also when nobody holds the other end of `lifeline`, a pipe's, any more. A process that cannot close (a store that
    hangs, a thread that never returns) ends all the same after CLOSE_SECONDS.
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
    if lifeline is not None:
        loop.add_reader(lifeline, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not told.is_set():
            raise


def end_in_any_case(problem: str = "") -> None:
    """End the process after CLOSE_SECONDS, whatever it is at: neither a loop that is blocked nor Python's own waiting
    for threads outlasts it. `problem` is why, where nobody told it to: said then as any other (exit code 2)."""
    timer = threading.Timer(CLOSE_SECONDS, _end_now, (problem,))
    timer.daemon = True
    timer.start()


def _end_now(problem: str) -> None:
    log.critical("did not close in time", seconds=CLOSE_SECONDS)
    if problem:
        sys.stderr.write(f"{problem}\n")
        sys.stderr.flush()
    os._exit(2 if problem else 1)
