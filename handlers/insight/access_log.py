"""The access log, written off the path of the response: a batch at a time, and the rest when mimi stops."""

import asyncio
from contextlib import suppress

import structlog

from knowledge.store.insight.access_log import Access, AccessLogRepository

log = structlog.get_logger()

PAUSE = 1.0  # seconds in which accesses gather
MOST_WAITING = 20_000  # a store that is away this long costs rows, not the process


class AccessLog:
    """Takes anonymised accesses at once and keeps them soon."""

    def __init__(self, rows: AccessLogRepository) -> None:
        self._rows = rows
        self._waiting: list[Access] = []
        self._writer: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def add(self, access: Access) -> None:
        """Note one access; past the limit it is dropped, and the log says so."""
        if len(self._waiting) >= MOST_WAITING:
            log.warning("access_log_full", waiting=len(self._waiting))
            return
        self._waiting.append(access)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_soon())

    async def close(self) -> None:
        """Write what is waiting, now."""
        self._closing.set()
        if self._writer:
            await self._writer

    async def _write_soon(self) -> None:
        while self._waiting:
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE):
                    await self._closing.wait()
            if not await self._write() and self._closing.is_set():
                return

    async def _write(self) -> bool:
        batch = list(self._waiting)
        try:
            await self._rows.add(batch)
        except Exception as error:  # noqa: BLE001 - whatever the store's trouble is, the rows wait for its end
            log.warning("access_log_delayed", error=type(error).__name__, waiting=len(batch))
            return False
        del self._waiting[: len(batch)]
        return True
