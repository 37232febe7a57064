"""A bell that rings at every change, for tests and pages that wait for one."""

import asyncio
from collections.abc import Callable

# Long enough for a machine busy with other things; what holds is seen at once.
PATIENCE = 60.0


class Changes:
    """Whoever waits is woken by every `notify`."""

    def __init__(self) -> None:
        self.version = 0
        self._bell = asyncio.Event()

    def notify(self) -> None:
        self.version += 1
        # A fresh bell for those who come later; everyone at the old one is woken.
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def next(self) -> None:
        """Return at the next change."""
        await self._bell.wait()

    async def until(self, predicate: Callable[[], bool], timeout: float) -> None:  # noqa: ASYNC109 (the tests' interface)
        """Return once `predicate` holds; TimeoutError when it does not within `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not predicate():
                await self.next()
