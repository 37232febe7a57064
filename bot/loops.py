"""Loops of this process: started with it, ended with it, and never dead without a word."""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from typing import Any

import structlog
from pymongo.errors import PyMongoError

log = structlog.get_logger()

Loop = Coroutine[Any, Any, None]


def start(stack: AsyncExitStack, work: Loop) -> asyncio.Task[None]:
    """Run until the stack closes, or it is cancelled; then let it finish what it has in hand."""
    task = asyncio.create_task(work)
    task.add_done_callback(report_failure)

    async def stop() -> None:
        if not task.cancelling():  # told once, it is not told again in the middle of ending
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
    return task


def report_failure(task: asyncio.Task[None]) -> None:
    """What ends by itself in an error nobody expected is a bug that must be seen."""
    if not task.cancelled() and (error := task.exception()):
        log.critical("work died", error=type(error).__name__)


@contextlib.contextmanager
def store_trouble_logged() -> Iterator[None]:
    """The database being away is waited out: what is in hand stays leased or new, and is taken again."""
    try:
        yield
    except PyMongoError as error:
        log.warning("store unavailable", error=type(error).__name__)
