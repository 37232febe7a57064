"""A file that is made while it is sent: no length is promised, and what breaks off looks broken to whoever takes it."""

import asyncio
import traceback
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from aiohttp import web

from web.site.sse import HEADERS

log = structlog.get_logger()

# For one piece, of half a megabyte or so. Whoever is slower has stopped, and would hold a cursor open for ever.
PATIENCE_SECONDS = 120.0


async def send_file(
    request: web.Request, pieces: AsyncGenerator[bytes, None], name: str, content_type: str
) -> web.StreamResponse:
    """Send what comes until it ends or the client goes away. What fails before the first piece is raised."""
    async with aclosing(pieces):
        first = await anext(pieces)
        response = web.StreamResponse(headers=HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'})
        response.content_type = content_type
        try:
            await response.prepare(request)
            await _write(response, first)
            async for piece in pieces:
                await _write(response, piece)
        except (ConnectionError, TimeoutError) as error:
            log.info("download_left", error=type(error).__name__)
            _break_off(request)
        except Exception as error:  # noqa: BLE001 (its head is out: nothing but a broken connection can say so)
            where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-5:]]
            log.error("download_failed", error=type(error).__name__, where=where)
            _break_off(request)
    return response


async def _write(response: web.StreamResponse, piece: bytes) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await response.write(piece)


def _break_off(request: web.Request) -> None:
    """Without the last chunk a browser knows that there was more."""
    if request.transport is not None:
        request.transport.abort()
