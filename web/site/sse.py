"""Server-sent events: frames, heartbeats, and streams that end when mimi stops."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, Final

from aiohttp import web

from web.site.server import lost

CONTENT_TYPE = "text/event-stream"
HEARTBEAT = 15.0  # seconds; shorter than what proxies allow a silent connection
# After an event, sooner: there are virus scanners that let an event through when the next piece comes.
FIRST_HEARTBEAT = 1.0
HEARTBEATS_UNTIL_IDLE = 80  # twenty minutes without an event: the client comes back when somebody looks (S45)
STILL_HERE = b": still here\n\n"
# Fills what a proxy or a virus scanner gathers before it lets anything through; the client knows by it that it hears.
OPENING = b":" + b" " * 2_048 + b"\n\n"
HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"}  # nginx; what compresses
OPEN_STREAMS: Final[web.AppKey[set[asyncio.Task[None]]]] = web.AppKey("open_streams")

Frames = AsyncGenerator[bytes, None]


def frame(name: str, data: Mapping[str, Any], cursor: str | None = None) -> bytes:
    """One event as it goes over the wire. JSON escapes line breaks, so one `data:` line is enough."""
    head = f"id: {cursor}\n" if cursor else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def wants_stream(request: web.Request) -> bool:
    """Whether the client asked for events."""
    return CONTENT_TYPE in request.headers.get("Accept", "")


def wants_json(request: web.Request) -> bool:
    """Whether the client asked for JSON instead; who asks for nothing gets the stream."""
    return "application/json" in request.headers.get("Accept", "") and not wants_stream(request)


async def send(request: web.Request, frames: Frames, *, beat: float = HEARTBEAT) -> web.StreamResponse:
    """Send the frames as they come, until they end, the client goes away, or mimi stops."""
    response = web.StreamResponse(headers=HEADERS)
    response.content_type, response.charset = CONTENT_TYPE, "utf-8"
    task = asyncio.current_task()
    assert task is not None
    request.app[OPEN_STREAMS].add(task)
    try:
        await response.prepare(request)
        await response.write(OPENING)
        # Closed first: while it waits for the next frame, `frames` cannot be closed.
        async with aclosing(with_heartbeats(frames, beat, lost(request))) as beating:
            async for each in beating:
                await response.write(each)
    except ConnectionError:
        pass  # nobody reads any more; what was begun goes on without this connection
    finally:
        request.app[OPEN_STREAMS].discard(task)
        await frames.aclose()
    return response


async def with_heartbeats(frames: Frames, beat: float, unheard: asyncio.Event) -> Frames:
    """The frames, and a comment for each `beat` seconds of silence; ends when that was all for too long, or unheard."""
    silent, quiet = 0, False
    gone, upcoming = asyncio.create_task(unheard.wait()), asyncio.ensure_future(anext(frames, None))
    try:
        while silent < HEARTBEATS_UNTIL_IDLE:
            patience = beat if quiet else min(beat, FIRST_HEARTBEAT)
            await asyncio.wait({upcoming, gone}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            # Nobody listens: an answer under way is written to its end without this stream.
            if gone.done():
                return
            if not upcoming.done():
                silent, quiet = silent + quiet, True
                yield STILL_HERE
                continue
            if (each := upcoming.result()) is None:
                return
            silent, quiet = 0, False
            yield each
            upcoming = asyncio.ensure_future(anext(frames, None))
    finally:
        gone.cancel()
        upcoming.cancel()
        await asyncio.gather(gone, upcoming, return_exceptions=True)


async def end_all(app: web.Application) -> None:
    """The on_shutdown signal: clients come back with their Last-Event-ID, to the process that follows."""
    streams = app[OPEN_STREAMS].copy()
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
