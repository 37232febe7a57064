"""What is done from time to time, whichever process does it: work whose process died, and what time has ended."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from pymongo.errors import PyMongoError

from guardrail.findings import GuardrailFailed

log = structlog.get_logger()

OFTEN, EVERY_MINUTE, EVERY_QUARTER_HOUR = 2.0, 60.0, 900.0  # seconds


async def sweep(name: str, look: Callable[[], Awaitable[int]], every: float = OFTEN) -> None:
    """Until cancelled: `look` for what is due, which says how much there was. `name` is what the log calls it.

    What may pass, a store that is away or a text that could not be checked, costs one look; anything else is raised.
    """
    while True:
        try:
            if count := await look():
                log.info("swept", sweep=name, count=count)
        except (PyMongoError, GuardrailFailed) as error:
            log.warning("not swept", sweep=name, error=type(error).__name__)
        await asyncio.sleep(every)
