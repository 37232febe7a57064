"""POST /line/webhook: verify the raw body, keep its events in the inbox, 200.

LINE waits two seconds and may never try again, so nothing else happens here (LINE: receiving messages).
"""

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from aiohttp import web
from pymongo.errors import PyMongoError

from bot.line.deliveries import NotADelivery, read_delivery
from bot.line.events import to_inbox
from handlers.ports import Clock
from knowledge.store.inbox.inbox import InboxEvent, InboxRepository
from web.site.server import Answer, ReadyAnswer

log = structlog.get_logger()

PATH = "/line/webhook"
# LINE names no largest delivery; what it takes itself is 2 MB, and an event has a few hundred bytes.
BODY_LIMIT = 2 * 1024 * 1024
# LINE counts no answer within two seconds as a failure (LINE: webhook error statistics); some of it is the way here.
STORE_SECONDS = 1.4
LOOK_SECONDS = 0.2  # how often those are looked for whose time is over
OK: Final = ReadyAnswer(200, "ok")


class GroupCommit:
    """Deliveries that queue while one insert is in flight share the next: one journal write for all of them."""

    def __init__(self, inbox: InboxRepository) -> None:
        self._inbox = inbox
        self._waiting: dict[asyncio.Future[None], Sequence[InboxEvent]] = {}
        self._since: dict[asyncio.Future[None], float] = {}  # the oldest first, those under way too
        self._look: asyncio.TimerHandle | None = None
        self._writer: asyncio.Task[None] | None = None

    async def put(self, events: Sequence[InboxEvent]) -> None:
        """Return once the events are durable; raises what the store raised, TimeoutError when that takes too long."""
        loop = asyncio.get_running_loop()
        kept = loop.create_future()
        self._waiting[kept], self._since[kept] = events, loop.time()
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="inbox writer")
        if self._look is None:  # one timer for all: one each would cost a twentieth of a delivery
            self._look = loop.call_later(LOOK_SECONDS, self._give_up_the_late)
        try:
            await kept
        finally:
            del self._since[kept]
            self._waiting.pop(kept, None)  # who gave up waiting was told so: LINE brings it again

    def _give_up_the_late(self) -> None:
        loop = asyncio.get_running_loop()
        for kept, since in self._since.items():
            if loop.time() - since < STORE_SECONDS:
                break
            if not kept.done():
                kept.set_exception(TimeoutError())
        self._look = loop.call_later(LOOK_SECONDS, self._give_up_the_late) if self._since else None

    async def _write(self) -> None:
        """One batch after the other, until nobody waits."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, {}
                error: Exception | None = None
                try:
                    # Two deliveries of one event may share a batch; the unordered insert keeps the first.
                    await self._inbox.put([event for events in batch.values() for event in events])
                except Exception as problem:  # noqa: BLE001 (handed to every delivery that waits, which answers 5xx)
                    error = problem
                for kept in batch:
                    if kept.done():
                        continue  # the delivery gave up waiting
                    if error is None:
                        kept.set_result(None)
                    else:
                        kept.set_exception(error)
        finally:
            self._writer = None


class Door:
    """LINE's way in: who may knock, and where what they bring is kept."""

    def __init__(
        self, channel_secret: str, destination: str, inbox: InboxRepository, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._signing = hmac.new(channel_secret.encode(), digestmod="sha256")
        self._destination = destination
        self._kept = GroupCommit(inbox)
        self._clock = clock
        self._wake = wake

    async def receive(self, request: web.Request) -> web.Response:
        """200 once every event is kept, 4xx for what is not LINE's, 5xx when the store fails: LINE may retry then."""
        body = await _read(request)
        # A signature has no time in it: what was signed once stays good, and the inbox knows an event again by its id.
        # Over the bytes as they came, before anything is read in them (LINE: verify webhook signature).
        # The key made ready once: hmac.digest() makes it anew, and lets other threads run meanwhile.
        signing = self._signing.copy()
        signing.update(body)
        signature = request.headers.get("x-line-signature", "").encode("utf-8", "replace")
        if not hmac.compare_digest(base64.b64encode(signing.digest()), signature):
            log.warning("webhook refused", reason="signature")
            raise web.HTTPForbidden(text="bad signature")
        try:
            delivery = read_delivery(body)
        except NotADelivery as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        if self._destination and delivery.destination != self._destination:
            # Signed, and for another bot: a setting is wrong.
            log.warning("webhook refused", reason="destination")
            raise web.HTTPBadRequest(text="unknown destination")
        # No event at all is LINE trying the URL, which wants 200 (LINE: verify webhook URL).
        now = self._clock.now()
        events = [to_inbox(event, now, text) for event, text in delivery.events]
        try:
            await self._kept.put(events)
        except (PyMongoError, TimeoutError) as error:
            log.error("webhook not kept", error=type(error).__name__, events=len(events))
            raise web.HTTPServiceUnavailable(text="not stored") from error
        # The 200 waits for the store alone: what the events come to is the worker's business.
        self._wake()
        return OK.to(request)


DOOR: Final = web.AppKey("line_door", Door)


def receiver(app: web.Application) -> Answer:
    """The handler of PATH. It passes by the router and the site's middlewares, which cost more than it does itself."""

    def receive(request: web.Request) -> Awaitable[web.StreamResponse]:
        return app[DOOR].receive(request)

    return receive


async def _read(request: web.Request) -> bytes:
    """The raw body, refused with 413 before it is read where its length is announced, else while it is."""
    announced, content = request.content_length or 0, request.content
    if announced > BODY_LIMIT:
        raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, announced)
    if announced and content.is_eof():
        return content.read_nowait()  # all of it is here: the usual case, and no loop is needed
    body = bytearray()
    async for piece in content.iter_chunked(64 * 1024):
        body += piece
        if len(body) > BODY_LIMIT:
            raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, len(body))
    return bytes(body)
