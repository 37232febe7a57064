"""The HTTP server under the site: how long a client may take, how much one address may hold, what nonsense is told.

aiohttp waits for ever for a head or a body that never ends, names itself in every answer, and quotes what it could
not read. A `Runner` serves an application without that.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiohttp import HttpVersion11, StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.helpers import rfc822_formatted_time

from web.site.client_address import CROWDED, MOST_CONNECTIONS, ConnectionCounts
from web.site.errors import in_both_languages, said_in_both_languages
from web.site.keys import SITE
from web.site.security import HEADERS

log = structlog.get_logger()

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

# What is answered before the router and without the site's middlewares: path -> handler of a POST.
QUICK: Final[web.AppKey[Mapping[str, Answer]]] = web.AppKey("quick")


@dataclass(frozen=True)
class ServerLimits:
    """What the server puts up with. Seconds, bytes, and connections of one IPv4 address or IPv6 /64."""

    head: float = 10.0  # for a request's head, from its first byte on; nginx' default is 60
    body: float = 10.0  # in which at least `least` bytes of a body have to come
    least: int = 4_096
    idle: float = 75.0  # between two requests
    connections: int = MOST_CONNECTIONS


USUAL: Final = ServerLimits()
# A proxy keeps its connections longer than its own limit for them: Google's load balancer 600 s.
OF_A_PROXY = 620.0


class Runner(web.AppRunner):
    """Serves an application with `patience`. Its site says whether all connections are a trusted proxy's."""

    def __init__(self, app: web.Application, *, patience: ServerLimits = USUAL, shutdown_timeout: float) -> None:
        # aiohttp's own access log is off: it would write whole addresses.
        super().__init__(app, access_log=None, shutdown_timeout=shutdown_timeout)
        self._patience = patience

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        proxy = self.app[SITE].trusted_proxy
        places = None if proxy else ConnectionCounts(self._patience.connections)
        idle = OF_A_PROXY if proxy else self._patience.idle

        def connection(server: web.Server) -> Connection:
            return Connection(
                server, self._patience, places, loop=asyncio.get_running_loop(), access_log=None, keepalive_timeout=idle
            )

        answer = _quick_first(self.app.get(QUICK, {}), made.request_handler)
        return _Server(answer, made.request_factory, connection)


class Connection(web.RequestHandler):
    """One connection: given up where a head or a body does not come, refused where its address holds too many."""

    __slots__ = ("_address", "_begun", "_body", "_came", "_due", "_lost", "_patience", "_places")

    def __init__(
        self, server: web.Server, patience: ServerLimits, places: ConnectionCounts | None, **options: Any
    ) -> None:
        super().__init__(server, **options)
        self._patience = patience
        self._places = places
        self._address: str | None = None
        self._begun = False
        self._body: StreamReader | None = None
        self._came = 0
        self._due: asyncio.TimerHandle | None = None
        self._lost: asyncio.Event | None = None

    @property
    def lost(self) -> asyncio.Event:
        """Set once nobody reads any more."""
        if self._lost is None:
            self._lost = asyncio.Event()
            if self.transport is None:
                self._lost.set()
        return self._lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        peer = self.peername
        address = peer[0] if isinstance(peer, tuple) else ""
        if self._places is None or self._places.take(address):
            self._address = address
            self._wait(self._patience.head, self._head_is_late)
        else:
            self._leave(TOO_MANY)

    def data_received(self, data: bytes) -> None:
        seen = self._request_count
        super().data_received(data)
        self._begun = True
        # A whole head has come, and with it the stream its body will be read from.
        if self._request_count != seen and self._messages:
            self._rest()
            body = self._messages[-1][1]  # its handler has not begun
            self._body, self._came = None if body.is_eof() else body, 0
            if self._body is not None:
                self._wait(self._patience.body, self._look_at_body)
        elif self._body is not None:
            self._came += len(data)
            if self._body.is_eof():
                self._body = None
                self._rest()
        elif data and self._due is None:
            self._wait(self._patience.head, self._head_is_late)  # the next request begins

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        self._rest()
        if self._lost is not None:
            self._lost.set()
        if self._places is not None and self._address is not None:
            self._places.leave(self._address)
            self._address = None

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Without the address and the text that aiohttp would write."""
        log.error("connection_failed", error=type(kw.get("exc_info")).__name__)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """What cannot be read, and what no handler foresaw: says so in our words, and closes."""
        if request.writer.output_size > 0 or self.transport is None:
            raise ConnectionError("a response has begun, or nobody reads any more")
        if status < 500:
            log.info("malformed_request", error=type(exc).__name__)
        else:
            frames = traceback.extract_tb(exc.__traceback__)[-5:] if exc else []
            where = [f"{frame.filename}:{frame.lineno}" for frame in frames]
            log.error("request_failed", error=type(exc).__name__, where=where)
        answer = ShortAnswer(status, said_in_both_languages(status))
        answer.force_close()
        return answer

    def _head_is_late(self) -> None:
        self._due = None
        self._leave(LATE if self._begun and self._current_request is None else b"")

    def _look_at_body(self) -> None:
        """Each time its seconds are over: more of it, or its end."""
        self._due = None
        if self._body is None or self._body.is_eof():
            return
        if self._reading_paused or self._came >= self._patience.least:  # paused: it is us who are slow
            self._came = 0
            self._wait(self._patience.body, self._look_at_body)
        elif self._current_request is None:
            self.force_close()  # it has its answer already
        else:
            # What still comes of it is not waited for.
            self._lingering_time = 0.0
            self.close()
            self._body.set_exception(web.HTTPRequestTimeout())

    def _leave(self, answer: bytes) -> None:
        if answer and self.transport is not None:
            self.transport.write(answer)
        self.force_close()

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._rest()
        self._due = self._loop.call_later(seconds, then)

    def _rest(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None


class ShortAnswer(web.Response):
    """An answer from outside the site's middlewares, in plain text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status=status, text=text, headers=SHORT_HEADERS)

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        # Which server and version this is helps nobody but an attacker.
        self.headers.pop("Server", None)


class ReadyAnswer(ShortAnswer):
    """One that is given over and over: to make and to write it anew is a tenth of what a delivery of LINE's costs."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self._keep_alive = True
        first, end, others = _raw(status, self.reason, text).partition(b"\r\n")
        self._before_date, self._after_date = first + end + b"Date: ", end + others

    def to(self, request: web.Request) -> web.Response:
        """Itself, to a client that speaks HTTP/1.1 and keeps its connection; to others one of their own."""
        if request.keep_alive and request.version == HttpVersion11:
            return self
        return ShortAnswer(self.status, self.text or "")

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        await request.writer.write_eof(self._before_date + rfc822_formatted_time().encode() + self._after_date)
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """It was written as a whole."""


class _Server(web.Server):
    """aiohttp's, with our connections."""

    def __init__(
        self,
        answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        request_factory: Any,
        connection: Callable[[web.Server], Connection],
    ) -> None:
        super().__init__(answer, request_factory=request_factory)
        self._connection = connection

    def __call__(self) -> Connection:
        return self._connection(self)


def lost(request: web.Request) -> asyncio.Event:
    """Set once nobody reads the response any more."""
    protocol = request.protocol
    return protocol.lost if isinstance(protocol, Connection) else asyncio.Event()


def _quick_first(quick: Mapping[str, Answer], otherwise: Any) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        found = quick.get(request.path) if request.method == "POST" else None
        if found is None:
            response: web.StreamResponse = await otherwise(request)
            return response
        try:
            return await found(request)
        except web.HTTPException as refusal:
            return ShortAnswer(refusal.status, refusal.text or "")

    return answer if quick else otherwise


def _raw(status: int, reason: str, text: str, **more: str) -> bytes:
    """A whole response, as it goes over the wire; `more` are headers."""
    body = text.encode()
    headers = SHORT_HEADERS | {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        **more,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {reason}\r\n{lines}\r\n".encode() + body


SHORT_HEADERS: Final = HEADERS | {"Cache-Control": "no-store"}
LATE: Final = _raw(408, "Request Timeout", said_in_both_languages(408), Connection="close")
TOO_MANY: Final = _raw(429, "Too Many Requests", in_both_languages(CROWDED), Connection="close")
