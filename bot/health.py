"""Whether this process can do its work: for a load balancer, a container runtime, and who looks."""

import asyncio

from aiohttp import web
from pymongo.errors import PyMongoError

from bot.keys import GROUND, READY
from knowledge.store.backlog import LATE
from knowledge.store.inbox.inbox import InboxRepository

LONGEST = 1.0  # seconds: who asks has a limit too, and often the same
AWAY = "store"


async def health(request: web.Request) -> web.Response:
    """GET /healthz: 200 `ok` when the store answers within a second, 503 `store` when not. Nothing else is said (S61).

    200 `degraded` when LINE's events wait too long (P16): this process is well, to restart it would not help.
    """
    database = request.app[GROUND].database
    try:
        async with asyncio.timeout(LONGEST):
            if not await database.answers(LONGEST):
                return web.Response(status=503, text=AWAY)
            oldest = await InboxRepository(database).oldest_waiting()
    except (PyMongoError, TimeoutError):
        return web.Response(status=503, text=AWAY)
    late = oldest is not None and request.app[GROUND].clock.now() - oldest > LATE
    return web.Response(text="degraded" if late else "ok")


async def ready(request: web.Request) -> web.Response:
    """GET /readyz: 200 `ready`; 503 while it starts or drains (`not ready`), and while the store is away (`store`)."""
    if not request.app[READY].is_set():
        return web.Response(status=503, text="not ready")
    if not await request.app[GROUND].database.answers(LONGEST):
        return web.Response(status=503, text=AWAY)
    return web.Response(text="ready")


async def drain(app: web.Application) -> None:
    """The on_shutdown signal: who still asks on an open connection sends no more."""
    app[READY].clear()
