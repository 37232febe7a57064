"""Rounds of work in the background: when something is new, and after a second in any case."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from pymongo.errors import PyMongoError

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 1.0


class Rounds:
    """Who works is woken by `wake`; what another process left is found by looking again."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be something to do."""
        self._news.set()

    async def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Call `work` until cancelled. A store that is away costs a round; anything else is raised."""
        while True:
            self._news.clear()
            try:
                await work()
            except PyMongoError as error:
                log.warning("store unavailable", error=type(error).__name__)
            # Not wait_for: in Python 3.11 it loses a cancellation that comes together with the news.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await self._news.wait()
