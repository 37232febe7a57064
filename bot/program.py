"""One process of mimi: opened, run until it is told to stop, and drained."""

import asyncio
import errno
import signal
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog
from aiohttp import web

from bot.role import Role
from bot.settings import Settings

DRAIN_SECONDS = 8.0
BACKLOG = 1024  # connections that wait while mimi is being loaded

log = structlog.get_logger()


class PortBusy(Exception):
    """Something else listens on the port already."""


async def serve(settings: Settings, role: Role) -> None:
    """`python -m bot serve`: production. Raises SettingsProblem or PortBusy before anything starts."""
    settings = settings.for_production()
    await serve_on(bound(settings), settings, role)


async def serve_on(
    sockets: Sequence[socket.socket], settings: Settings, role: Role, lifeline: int | None = None
) -> None:
    """Until told to stop, by a signal or by the end of `lifeline`, a pipe whose other end a parent holds."""
    stop = told_to_stop(lifeline)
    from bot.app import build_app  # a second of imports: what is wrong with the settings is said first
    from bot.keys import LOADING

    async with AsyncExitStack() as stack:
        app = build_app(settings, role)
        await listen(stack, app, settings, sockets)
        stopped, loading = asyncio.create_task(stop.wait()), app[LOADING]
        await asyncio.wait((stopped, loading), return_when=asyncio.FIRST_COMPLETED)
        if loading.done():
            loading.result()  # a process that cannot load everything ends here
        await stopped


async def listen(
    stack: AsyncExitStack, app: web.Application, settings: Settings, sockets: Sequence[socket.socket] = ()
) -> None:
    """Serve until the stack closes. aiohttp's own access log is off: it would write whole addresses."""
    from bot.keys import CORE  # the app has imported it by now

    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
    stack.push_async_callback(runner.cleanup)
    await runner.setup()
    for each in sockets or bound(settings):
        await web.SockSite(runner, each, backlog=BACKLOG).start()
    # Words answer until it is done.
    warming = asyncio.create_task(app[CORE].knowledge.warm_up())
    stack.callback(warming.cancel)


def bound(settings: Settings) -> list[socket.socket]:
    """The sockets of the configured address; from now on connections wait there. Raises PortBusy."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        places = dict.fromkeys((family, str(at[0]), int(at[1])) for family, _, _, _, at in found)
        sockets = [_bound(*place) for place in places]
    except OSError as error:
        raise busy(settings) if error.errno == errno.EADDRINUSE else error from error
    log.info("listening", host=settings.host, port=sockets[0].getsockname()[1])
    return sockets


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    # "::" stands for every address, those of IPv4 among them, as people expect of it.
    every = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=every)


def busy(settings: Settings) -> PortBusy:
    return PortBusy(f"Port {settings.port} on {settings.host} is in use: stop what uses it or set MIMI_PORT.")


async def until_told_to_stop() -> None:
    """Return at SIGTERM or SIGINT."""
    await told_to_stop().wait()


def told_to_stop(lifeline: int | None = None) -> asyncio.Event:
    """Set at SIGTERM or SIGINT, or when nobody holds the other end of `lifeline` any more."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if lifeline is not None:
        loop.add_reader(lifeline, stop.set)
    return stop
