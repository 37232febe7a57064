"""One line about each request, anonymised before it is handed on."""

import time

from aiohttp import web

from knowledge.store.insight.access_log import Access
from web.site.browsers import browser_of
from web.site.client_address import truncated_address
from web.site.keys import CLOCK, INSIGHT
from web.site.security import Handler


@web.middleware
async def log_access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost middleware: what is inside has turned every error into a response."""
    began = time.monotonic()
    status = 499  # the visitor went away before there was a response
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        request.app[INSIGHT].access_log.add(_access(request, status, round((time.monotonic() - began) * 1000)))


def _access(request: web.Request, status: int, ms: int) -> Access:
    return Access(
        at=request.app[CLOCK].now(),
        address=truncated_address(request),
        browser=browser_of(request.headers.get("User-Agent", "")),
        method=request.method[:10],
        route=route_of(request),
        status=status,
        ms=ms,
    )


def route_of(request: web.Request) -> str:
    """`/@{handle}`; a path itself may hold a token or a name and is never kept (S8)."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
