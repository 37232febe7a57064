"""Pictures that are drawn when they are asked for, and kept in memory for whoever asks next."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

MOST = 4 * 1024 * 1024  # bytes: some hundred cards, or thousands of icons


class Drawings:
    """The last pictures that were asked for. Each is drawn once, one at a time."""

    def __init__(self, most: int = MOST) -> None:
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._left = most
        self._drawing = asyncio.Lock()

    async def at(self, path: str, prepared: Callable[[], Awaitable[Callable[[], bytes]]]) -> bytes:
        """The picture at an address that says all that is on it; `prepared` gives what draws it."""
        if path not in self._drawn:
            async with self._drawing:
                if path not in self._drawn:
                    # In a thread: nobody would be answered meanwhile.
                    self._keep(path, await asyncio.to_thread(await prepared()))
                return self._drawn[path]
        self._drawn.move_to_end(path)
        return self._drawn[path]

    def _keep(self, path: str, made: bytes) -> None:
        self._drawn[path] = made
        self._left -= len(made)
        while self._left < 0 and len(self._drawn) > 1:
            self._left += len(self._drawn.popitem(last=False)[1])


DRAWINGS: Final = web.AppKey("drawings", Drawings)
