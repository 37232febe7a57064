"""What time brings about, whichever process looks first: work whose process died, and what has come to its end."""

from collections.abc import Awaitable, Callable

import structlog

from bot.rounds import Rounds
from guardrail.findings import GuardrailFailed

log = structlog.get_logger()

LEAST = 2.0  # seconds between two looks of one kind, however much changes meanwhile


async def sweep(name: str, look: Callable[[], Awaitable[int]], rounds: Rounds) -> None:
    """Until cancelled: `look` for what is due, which says how much there was. `name` is what the log calls it.

    What may pass, a store that is away or a text that could not be checked, costs one look; anything else is raised.
    """

    async def once() -> None:
        try:
            count = await look()
        except GuardrailFailed as error:
            log.warning("not swept", sweep=name, error=type(error).__name__)
            return
        if count:
            log.info("swept", sweep=name, count=count)

    await rounds.run(once)
