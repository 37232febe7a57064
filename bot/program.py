"""One process of mimi: opened, run until it is told to stop, and drained."""

import asyncio
import errno
import signal
from contextlib import AsyncExitStack

from aiohttp import web

from bot.role import Role
from bot.settings import Settings

DRAIN_SECONDS = 8.0


class PortBusy(Exception):
    """Something else listens on the port already."""


async def serve(settings: Settings, role: Role) -> None:
    """`python -m bot serve`: production. Raises SettingsProblem or PortBusy before anything starts."""
    settings = settings.for_production()
    from bot.app import build_app  # seconds of imports: what is wrong with the settings is said first

    async with AsyncExitStack() as stack:
        await listen(stack, build_app(settings, role), settings)
        await until_told_to_stop()


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


async def until_told_to_stop() -> None:
    """Return at SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
