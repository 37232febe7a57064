"""POST /mcp: the MCP server (streamable HTTP, without sessions), one exchange a request.

The protocol is the official package's, which speaks ASGI; here an aiohttp request is made one exchange of that. Nothing
is pushed, so that GET, which would open a stream, and DELETE, which would end a session, are answered with 405.
"""

import asyncio
import json
from importlib import import_module
from typing import Any, Final

from aiohttp import hdrs, web

from handlers.programs.keys import Caller
from knowledge.errors import BadInput
from knowledge.phrases import _
from web.programs.callers import caller_of
from web.programs.exchange import Exchange, Exchanged
from web.programs.rest import LARGEST
from web.site.body import JSON, read_bytes

PATH: Final = "/mcp"
MOST_IN_A_BATCH: Final = 20


async def answer(request: web.Request) -> web.StreamResponse:
    """POST /mcp. A batch, which one version of the protocol knows, is answered one after the other."""
    caller = await caller_of(request)
    if request.content_type != JSON:
        raise web.HTTPUnsupportedMediaType
    body = await read_bytes(request, LARGEST)
    batch = _batch(body)
    if batch is None:
        return _response(await _said(request, caller, body))
    answers = [await _said(request, caller, json.dumps(each).encode()) for each in batch]
    if spoken := [each.body for each in answers if each.body]:
        return _response(Exchanged(200, {hdrs.CONTENT_TYPE: JSON}, b"[" + b",".join(spoken) + b"]"))
    return web.Response(status=202)


def _batch(body: bytes) -> list[Any] | None:
    """Its messages; None for a single one, and for what the package refuses in its own words. Raises BadInput."""
    if not body.lstrip().startswith(b"["):
        return None
    try:
        messages = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not 0 < len(messages) <= MOST_IN_A_BATCH:
        raise BadInput(_("A batch can have 1 to {most} messages.", most=MOST_IN_A_BATCH))
    return list(messages)


async def _said(request: web.Request, caller: Caller, body: bytes) -> Exchanged:
    # A second of CPU and 30 MB, for a feature that most processes never see used: loaded when somebody comes.
    server = await asyncio.to_thread(import_module, "web.programs.mcp_server")
    exchange = Exchange(request, caller, body)
    said: Exchanged = await server.serve(exchange)
    if exchange.failure is not None:
        raise exchange.failure  # what the site's middlewares make a page or a 503 of
    return said


def _response(said: Exchanged) -> web.Response:
    return web.Response(status=said.status, headers=said.headers, body=said.body)
