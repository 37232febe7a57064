"""Files and pictures that people sent in LINE: fetched from LINE's data API, never more than is wanted.

Not through the SDK, which reads a content whole however large it is (LINE: get content).
"""

import asyncio
from typing import Any

import aiohttp
import structlog

from knowledge.errors import BadInput, NotFound, Unavailable
from knowledge.phrases import _

log = structlog.get_logger()

TIMEOUT_SECONDS = 30.0
# LINE prepares large media after the webhook; documents and pictures are there at once.
TRIES = 5
PAUSE_SECONDS = 1.0
PIECE = 64 * 1024


class LineContents:
    """Implements `handlers.ports.Contents`."""

    def __init__(self, data_api_url: str, access_token: str, pause: float = PAUSE_SECONDS) -> None:
        self._url = data_api_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {access_token}"}
        self._pause = pause
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def fetch(self, message: str, most: int) -> bytes:
        """The bytes of a message's content. Raises BadInput, NotFound, Unavailable as the port says."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._prepared(message, most)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("content not fetched", error=type(error).__name__)
            raise _later() from error

    async def _prepared(self, message: str, most: int) -> bytes:
        for _again in range(TRIES):
            data = await self._once(message, most)
            if data is not None:
                return data
            await self._wait_for_transcoding(message)
        raise _later()

    async def _once(self, message: str, most: int) -> bytes | None:
        """The content, or None while LINE is still preparing it (202)."""
        async with self._get(f"/v2/bot/message/{message}/content") as answer:
            log.info("line called", endpoint="content", status=answer.status)
            if answer.status == 202:
                return None
            if answer.status in {404, 410}:
                raise NotFound(_("LINE no longer has this file. Please send it again."))
            if answer.status != 200:
                raise _later()
            return await _read(answer, most)

    async def _wait_for_transcoding(self, message: str) -> None:
        await asyncio.sleep(self._pause)
        async with self._get(f"/v2/bot/message/{message}/content/transcoding") as answer:
            state = (await answer.json()).get("status") if answer.status == 200 else ""
        if state == "failed":
            raise NotFound(_("LINE could not prepare this file. Please send it again."))

    def _get(self, path: str) -> Any:
        # One session for the process, made in its loop; it keeps no cookies and follows LINE nowhere else.
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers, cookie_jar=aiohttp.DummyCookieJar())
        return self._session.get(self._url + path, allow_redirects=False)


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, given up as soon as it is longer than `most` (S34)."""
    data = bytearray()
    if (answer.content_length or 0) <= most:
        async for piece in answer.content.iter_chunked(PIECE):
            data += piece
            if len(data) > most:
                break
        else:
            return bytes(data)
    raise too_large(most)


def too_large(most: int) -> BadInput:
    """The refusal of a file with more than `most` bytes."""
    return BadInput(_("That file is too large. At most {most} MB can be sent.", most=most // (1024 * 1024)))


def _later() -> Unavailable:
    return Unavailable(_("I could not get the file from LINE just now. Please send it again in a minute."))
