"""`python -m bot run`: the whole product, an embedded part for whatever is not configured."""

import asyncio
import socket
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

import typer
from aiohttp import web

from bot.embedded import demo
from bot.embedded.hosts import only_for
from bot.embedded.start import Embedded, embedded
from bot.program import cannot_listen, end_in_any_case, listen
from bot.settings import Settings

# What is told to stop and waits for the store meanwhile is told again.
INSIST_SECONDS = 2.0


async def run(settings: Settings) -> None:
    """Until told to stop. Raises PortBusy, UnusableFolder or NoMongod when it cannot start."""
    settings = _with_port(settings)
    url = settings.public_url or f"http://localhost:{settings.port}"
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(embedded(settings, f"http://127.0.0.1:{settings.port}"))
        await _while_there_is_a_store(parts, _serve(stack, parts, settings, url))


async def _serve(stack: AsyncExitStack, parts: Embedded, settings: Settings, url: str) -> None:
    """Until cancelled."""
    # Seconds of imports: what keeps mimi from starting is said first.
    from bot.app import build_app
    from web.site.keys import Site

    line, owner = ("/dev/line", demo.OWNER_PAGE) if parts.simulator else ("", "")
    site = Site(url, settings.trusted_proxy, demo.DEMO_HANDLE, owner, line)
    served = {"public_url": url}
    if parts.simulator:
        served["line_link_url"] = f"{url}/dev/line/account-link"
    app = build_app(parts.settings.model_copy(update=served), mailer=parts.mailbox, site=site)
    app.middlewares.insert(0, only_for(url))
    _mount(app, parts)
    await listen(stack, app, settings)
    await _plant_demo(app, parts)
    _announce(url, parts)
    await asyncio.Event().wait()


async def _while_there_is_a_store(parts: Embedded, work: Coroutine[Any, Any, None]) -> None:
    """Raises NoMongod when the embedded one has gone, without which nothing can be done, whatever `work` is at."""
    if parts.mongod is None:
        await work
        return
    working, ended = asyncio.ensure_future(work), asyncio.ensure_future(parts.mongod.ended())
    try:
        await asyncio.wait({working, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            end_in_any_case(str(ended.exception()))
    finally:
        while not working.done():
            working.cancel()
            await asyncio.wait({working}, timeout=INSIST_SECONDS)
        if not ended.done():
            ended.cancel()
    await (ended if working.cancelled() else working)


async def _plant_demo(app: web.Application, parts: Embedded) -> None:
    from bot.keys import AREAS, GROUND

    await demo.plant(app[GROUND], app[AREAS])
    if parts.simulator:
        await parts.simulator.person(demo.DEMO_NAME, user_id=demo.DEMO_PERSON).follow()


def _mount(app: web.Application, parts: Embedded) -> None:
    """The pages of the embedded parts, under /dev."""
    if parts.mailbox:
        app.router.add_get("/dev/mail", parts.mailbox.page)
    if parts.simulator:
        # Whoever reaches these pages may act as the demo's owner anyway, on the simulated phone.
        app.router.add_get(demo.OWNER_PAGE, demo.open_owner_page)
        app.add_subapp("/dev", parts.simulator.pages())


def _with_port(settings: Settings) -> Settings:
    """The settings with a port that can be listened on, tried before a database is started for nothing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise cannot_listen(settings, error) from error
        return settings.model_copy(update={"port": int(probe.getsockname()[1])})


def _announce(url: str, parts: Embedded) -> None:
    lines = (
        ("Things to try", f"{url}/"),
        ("Demo page", f"{url}/@{demo.DEMO_HANDLE}"),
        ("LINE simulator", f"{url}/dev/line" if parts.simulator else "(real LINE)"),
        ("Dashboard", f"{url}/owner"),
        ("Mailbox", f"{url}/dev/mail" if parts.mailbox else "(real mail server)"),
    )
    table = "\n".join(f"  {name:<16}{where}" for name, where in lines)
    typer.echo(f"\nmimi is running. Stop it with Ctrl+C.\n\n{table}\n")
