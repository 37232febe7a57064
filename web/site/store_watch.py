"""Nobody waits for a store that is away: whoever would is told 503 within two or three seconds.

The driver itself takes longer, and from a frozen store no answer comes at all. Nothing is asked while nobody waits.
"""

import asyncio
from typing import Final

from aiohttp import web

from knowledge.store.database import Database
from web.site.errors import store_away
from web.site.security import Handler

PATIENCE = 1.0  # seconds for a handler before the store is asked, and for the store's own answer
STILL_TRUE = 0.5  # seconds for which one answer will do for everybody
# What is there without it.
WITHOUT = frozenset(
    {"/", "/static/{file}", "/theme/{name}.css", "/privacy", "/privacy/{version}", "/healthz", "/readyz", "/robots.txt"}
)


class StoreWatch:
    """Whether the store takes writes: asked by one for all who want to know."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking: asyncio.Task[bool] | None = None
        self._asked_at = 0.0
        self.away = False

    async def answers(self) -> bool:
        """Asked now, or a moment ago."""
        now = asyncio.get_running_loop().time()
        if self._asking is None or (self._asking.done() and now - self._asked_at > STILL_TRUE):
            self._asking, self._asked_at = asyncio.create_task(self._ask()), now
        return await asyncio.shield(self._asking)  # who goes away must not take the answer from the others

    async def _ask(self) -> bool:
        answered = await self._database.answers(PATIENCE)
        self.away = not answered
        self._asked_at = asyncio.get_running_loop().time()
        return answered


STORE: Final = web.AppKey("store_watch", StoreWatch)


@web.middleware
async def only_with_store(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises Unavailable where the store goes away, or is away, before a response has begun."""
    resource = request.match_info.route.resource
    if resource is None or resource.canonical in WITHOUT:
        return await handler(request)
    store = request.app[STORE]
    if store.away and not await store.answers():
        raise store_away(request)
    answering = asyncio.ensure_future(handler(request))
    try:
        while not answering.done():
            await asyncio.wait({answering}, timeout=PATIENCE)
            # A stream that has begun tells of the store in its own frames (web/visitor/answer_frames.py).
            if answering.done() or request.writer.output_size:
                break
            if not await store.answers():
                raise store_away(request)
        return await answering
    finally:
        if not answering.done():
            answering.cancel()
            await asyncio.wait({answering})
