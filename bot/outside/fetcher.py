"""Pages fetched for owners: checked at every hop, bounded in size and time, nothing of ours sent along (S30-S32)."""

import asyncio
import zlib
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Protocol

import aiohttp
import structlog
from yarl import URL

from bot.outside.public_hosts import Pinned, Place, Places
from handlers.ports import AGENT, Fetched, NoPage, PageVersion, SiteBusy
from knowledge.errors import BadInput, Unavailable
from knowledge.phrases import _

log = structlog.get_logger()

MOST_BYTES = 5 * 1024 * 1024
SECONDS = 20.0  # for all of it, so that a server which drips cannot hold us
MOST_REDIRECTS = 3
MOST_OF_ROBOTS = 500 * 1024  # "crawlers MUST process at least 500 kibibytes"; what comes after them counts for nobody
_TYPES = """
    text/html application/xhtml+xml text/plain text/markdown text/x-markdown text/csv text/tab-separated-values
    application/json application/x-ndjson application/pdf text/xml application/xml application/gzip application/x-gzip
    application/atom+xml application/rss+xml
    application/vnd.openxmlformats-officedocument.wordprocessingml.document
"""
TYPES = frozenset(_TYPES.split())
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAY_COME_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
PIECE = 64 * 1024
PACE = 0.5  # seconds
LONGEST_VERSION = 500
NOT_CHANGED = 304


class Fetcher:
    """Implements `handlers.ports.Pages`."""

    def __init__(self, places: Places, seconds: float = SECONDS, most: int = MOST_BYTES, pace: float = PACE) -> None:
        self.pace = pace
        self._places = places
        self._seconds = seconds
        self._most = most

    async def fetch(self, url: str, version: PageVersion | None = None) -> Fetched:
        """What is at an address, redirects followed. Raises BadInput, Unavailable as the port says."""
        return await self._fetched(url, _Wanted(self._most, MOST_REDIRECTS, version=version))

    async def rules(self, url: str) -> bytes:
        """The site's robots.txt: nothing where there is none to be had, no more than counts (RFC 9309 2.3.1, 2.5)."""
        try:
            found = await self._fetched(str(URL(url).origin() / "robots.txt"), _ROBOTS)
        except BadInput:
            return b""
        return found.data[:MOST_OF_ROBOTS]

    async def _fetched(self, url: str, wanted: "_Wanted") -> Fetched:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._followed(url, wanted)
        except TimeoutError as error:
            raise Unavailable(_("This page takes too long to answer. Please try again later.")) from error
        except (aiohttp.ClientError, OSError, zlib.error, ValueError) as error:
            log.info("page not fetched", error=type(error).__name__)
            raise Unavailable(
                _("This page could not be fetched. Please check the address, or try again later.")
            ) from error

    async def _followed(self, url: str, wanted: "_Wanted") -> Fetched:
        for _hop in range(wanted.redirects + 1):
            place = await self._places.find(url)
            answer = await self._one(place, wanted)
            if isinstance(answer, Fetched):
                return answer
            url = answer
        raise BadInput(_("This address keeps redirecting and never reaches a page."))

    async def _one(self, place: Place, wanted: "_Wanted") -> Fetched | str:
        """The page, or where it says it is instead."""
        # A connection of its own for each hop, to the addresses that were checked for it and to no other.
        connector = aiohttp.TCPConnector(resolver=Pinned(place), use_dns_cache=False, force_close=True)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers=_headers(wanted.version),
            ) as session,
            session.get(place.url, allow_redirects=False) as answer,
        ):
            log.info("page answered", status=answer.status)
            if answer.status in REDIRECTS and (target := answer.headers.get("Location")):
                return str(place.url.join(URL(target)))
            if answer.status == NOT_CHANGED and wanted.version:
                return Fetched(b"", str(place.url), version=wanted.version, unchanged=True)
            _check(answer, any_type=wanted.first_part)
            return Fetched(await _body(answer, wanted), str(place.url), answer.charset or "", _version(answer))


@dataclass(frozen=True)
class _Wanted:
    """How much of what is wanted. `first_part`: what is longer is cut there, and may be of any type.

    `version` is what is known already.
    """

    most: int
    redirects: int
    first_part: bool = False
    version: PageVersion | None = None


_ROBOTS = _Wanted(MOST_OF_ROBOTS, redirects=5, first_part=True)


async def _body(answer: aiohttp.ClientResponse, wanted: _Wanted) -> bytes:
    """The body, given up as soon as it is too large, unpacked or not."""
    unpack = _unpacker(answer.headers.get("Content-Encoding", "identity").strip().lower())
    data = bytearray()
    async for piece in answer.content.iter_chunked(PIECE):
        # One byte more than there may be is enough to know that it is too much.
        data += unpack(piece, wanted.most - len(data) + 1)
        if len(data) > wanted.most:
            if wanted.first_part:
                break
            raise BadInput(_("This page is too large: I read at most {most} MB.", most=wanted.most // 1024**2))
    return bytes(data)


class _Unpack(Protocol):
    def __call__(self, piece: bytes, most: int, /) -> bytes: ...


def _unpacker(encoding: str) -> _Unpack:
    if encoding in {"gzip", "x-gzip"}:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress
    if encoding == "identity":
        return lambda piece, _most: piece
    raise BadInput(_("I cannot read the kind of compression this page uses."))


def _headers(version: PageVersion | None) -> dict[str, str]:
    known = {"If-None-Match": version.etag, "If-Modified-Since": version.modified} if version else {}
    asked = {name: value for name, value in known.items() if value}
    return asked | {"User-Agent": AGENT, "Accept-Encoding": "gzip", "Accept": ", ".join(sorted(TYPES))}


def _version(answer: aiohttp.ClientResponse) -> PageVersion | None:
    """What is longer than any version is left: it would be sent with every question."""
    etag, modified = (answer.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    return PageVersion(etag, modified) if 0 < len(etag) + len(modified) <= LONGEST_VERSION else None


def _pause(answer: aiohttp.ClientResponse) -> float | None:
    """Retry-After, in seconds or as a date, by the server's own clock (RFC 9110 10.2.3)."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdecimal() and len(said) < 10:
        return float(said)
    try:
        now = parsedate_to_datetime(answer.headers.get("Date", ""))
        return max((parsedate_to_datetime(said) - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _check(answer: aiohttp.ClientResponse, *, any_type: bool) -> None:
    if answer.status in MAY_COME_LATER:
        raise SiteBusy(_("This page cannot answer just now. Please try again later."), _pause(answer))
    if answer.status != 200:
        problem = _("I could not read a page at this address (its answer: {status}).", status=answer.status)
        raise NoPage(problem, answer.status)
    if not any_type and answer.content_type.lower() not in TYPES:
        raise BadInput(_("There is no text at this address: it is {type}.", type=answer.content_type))
