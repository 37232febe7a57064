"""A web server of somebody else's, on this machine: honest pages, and every trick a page can play on who fetches it."""

import asyncio
import gzip
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from aiohttp import web
from aiohttp.test_utils import TestServer

PAGE = "<html><body>Hello</body></html>"
MB = 1024 * 1024


class Site:
    """Serves `pages` by path as HTML, and the tricks below; remembers what it was sent."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.robots: str | None = None
        self.pages: dict[str, str] = {"page": PAGE}
        self.bodies: dict[str, tuple[bytes, str]] = {}  # bytes, and as what they are sent
        self.versions = False  # pages have an ETag, and are not sent again to whoever names it
        self.moved: dict[str, str] = {}
        self.refused: dict[str, list[tuple[int, str]]] = {}  # by path: a status and Retry-After, each once
        self.reached: dict[str, asyncio.Event] = {}  # by path: set when it is asked for; then it never answers
        self._tricks: dict[str, Callable[[], web.Response]] = {
            "robots.txt": lambda: web.Response(text=self.robots) if self.robots is not None else _status(404),
            "inside": lambda: _moved("http://127.0.0.1:1/secret"),
            "metadata": lambda: _moved("http://169.254.169.254/latest/meta-data"),
            "file": lambda: _moved("file:///etc/passwd"),
            "loop": lambda: _moved("/loop"),
            "twice": lambda: _moved("once"),
            "once": lambda: _moved(self.url("page")),
            "large": lambda: web.Response(body=b"x" * (2 * MB), content_type="text/plain"),
            "bomb": lambda: _packed(b"x" * (50 * MB)),
            "packed": lambda: _packed(PAGE.encode()),
            "picture": lambda: web.Response(body=b"\x89PNG", content_type="image/png"),
            "later": lambda: _status(503),
        }
        app = web.Application()
        app.router.add_get("/{name:.*}", self._answer)
        self._server = TestServer(app)

    async def start(self) -> None:
        await self._server.start_server()

    async def stop(self) -> None:
        await self._server.close()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._server.port}"

    def url(self, name: str) -> str:
        return f"http://{self.place}/{name}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        self.paths.append(request.path)
        name = request.match_info["name"]
        if refused := self.refused.get(name):
            status, pause = refused.pop(0)
            return web.Response(status=status, headers={"Retry-After": pause} if pause else {})
        if name in self.moved:
            return _moved(self.moved[name])
        if name in self.reached:
            self.reached[name].set()
            await asyncio.Event().wait()
        if name in self.bodies:
            body, kind = self.bodies[name]
            return web.Response(body=body, headers={"Content-Type": kind})
        if name in self.pages:
            kind = "application/xml" if name.endswith(".xml") else "text/html"
            etag = f'"{sha256(self.pages[name].encode()).hexdigest()[:16]}"'
            if self.versions and request.headers.get("If-None-Match") == etag:
                return _status(304)
            page = web.Response(text=self.pages[name], content_type=kind)
            if self.versions:
                page.headers["ETag"] = etag
            page.set_cookie("tracked", "yes")
            return page
        if name in {"drip", "endless"}:
            return await _streamed(request, slowly=name == "drip")
        return self._tricks[name]() if name in self._tricks else _status(404)


def _status(status: int) -> web.Response:
    return web.Response(status=status)


def _moved(to: str) -> web.Response:
    return web.Response(status=302, headers={"Location": to})


def _packed(data: bytes) -> web.Response:
    return web.Response(body=gzip.compress(data), content_type="text/html", headers={"Content-Encoding": "gzip"})


async def _streamed(request: web.Request, *, slowly: bool) -> web.StreamResponse:
    """A page that never ends, a byte or a lot at a time."""
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    with suppress(ConnectionError):
        while True:
            await response.write(b"x" * (1 if slowly else 64 * 1024))
            await asyncio.sleep(0.02 if slowly else 0)
    return response
