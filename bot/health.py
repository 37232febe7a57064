"""GET /healthz: whether this process can do its work, for a load balancer or container runtime."""

from aiohttp import web
from pymongo.errors import PyMongoError

from bot.keys import DATABASE


async def health(request: web.Request) -> web.Response:
    """200 `ok` when the store answers, 503 `store` when it does not. Says nothing else about the inside (S61)."""
    try:
        await request.app[DATABASE].ping()
    except PyMongoError:
        return web.Response(status=503, text="store")
    return web.Response(text="ok")
