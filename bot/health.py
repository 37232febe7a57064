"""GET /healthz: whether this process can do its work, for a load balancer or container runtime."""

from aiohttp import web
from pymongo.errors import PyMongoError

from bot.keys import CORE, DATABASE
from knowledge.store.backlog import LATE
from knowledge.store.inbox import InboxRepository


async def health(request: web.Request) -> web.Response:
    """200 `ok` when the store answers, 503 `store` when it does not. Says nothing else about the inside (S61).

    200 `degraded` when LINE's events wait too long (P16): this process is well, to restart it would not help.
    """
    try:
        await request.app[DATABASE].ping()
        oldest = await InboxRepository(request.app[DATABASE]).oldest_waiting()
    except PyMongoError:
        return web.Response(status=503, text="store")
    late = oldest is not None and request.app[CORE].ground.clock.now() - oldest > LATE
    return web.Response(text="degraded" if late else "ok")
