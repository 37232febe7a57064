"""One process of mimi: opened, announced, run until it is told to stop, and drained."""

import asyncio
import errno
import signal
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack

import typer
from aiohttp import web

from bot.app import Role, build_app
from bot.embedded import demo
from bot.embedded.start import Embedded, embedded
from bot.keys import CORE, DATABASE
from bot.settings import Settings
from handlers.accounts import Accounts
from web.keys import Site

DRAIN_SECONDS = 8.0


class PortBusy(Exception):
    """Something else listens on the port already."""


async def run(settings: Settings) -> None:
    """`python -m bot run`: the whole product, embedded parts for whatever is not configured."""
    settings = settings.model_copy(update={"port": settings.port or _free_port(settings.host)})
    url = settings.public_url or f"http://localhost:{settings.port}"
    local_url = f"http://127.0.0.1:{settings.port}"
    async with AsyncExitStack() as stack:
        _check_port(settings)
        parts = await stack.enter_async_context(embedded(settings, local_url))
        site = Site(url, settings.trusted_proxy, demo.DEMO_HANDLE, "/dev/line" if parts.simulator else "")
        app = build_app(parts.settings.model_copy(update={"public_url": url}), mailer=parts.mailbox, site=site)
        _mount(app, parts)
        await _serve(stack, app, settings)
        # Whoever may sign up: the demo is ours.
        await demo.plant(app[CORE], Accounts(app[DATABASE], app[CORE].clock))
        if parts.simulator:
            await parts.simulator.person(demo.DEMO_NAME, user_id=demo.DEMO_PERSON).follow()
        _announce(url, parts)
        await _until_told_to_stop()


async def serve(settings: Settings, role: Role) -> None:
    """`python -m bot serve`: production, with real settings only."""
    async with AsyncExitStack() as stack:
        await _serve(stack, build_app(settings.for_production(), role), settings)
        await _until_told_to_stop()


def _mount(app: web.Application, parts: Embedded) -> None:
    """The pages of the embedded parts, under /dev."""
    if parts.mailbox:
        app.router.add_get("/dev/mail", parts.mailbox.page)
    if parts.simulator:
        app.add_subapp("/dev", parts.simulator.pages())


async def _serve(stack: AsyncExitStack, app: web.Application, settings: Settings) -> None:
    """Listen. aiohttp's own access log is off: it would write addresses before they are anonymised."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        raise _busy(settings) if error.errno == errno.EADDRINUSE else error from error


def _check_port(settings: Settings) -> None:
    """Say that the port is busy before a database is started for nothing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise _busy(settings) from error


def _busy(settings: Settings) -> PortBusy:
    return PortBusy(f"Port {settings.port} on {settings.host} is in use: stop what uses it or set MIMI_PORT.")


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def _announce(url: str, parts: Embedded) -> None:
    lines: Sequence[tuple[str, str]] = [
        ("Demo page", f"{url}/@{demo.DEMO_HANDLE}"),
        ("LINE simulator", f"{url}/dev/line" if parts.simulator else "(real LINE)"),
        ("Owner page", f"{url}/owner"),
        ("Mailbox", f"{url}/dev/mail" if parts.mailbox else "(real mail server)"),
    ]
    table = "\n".join(f"  {name:<16}{where}" for name, where in lines)
    typer.echo(f"\nmimi is running. Stop it with Ctrl+C.\n\n{table}\n")
