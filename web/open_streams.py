"""How many streams one address may keep open (S45). Counted in memory: an open connection is this process's own."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiohttp import web

from knowledge.errors import TooMany
from knowledge.phrases import _
from web.client_address import of_one_visitor

MOST_OF_ONE_ADDRESS = 30  # many visitors share the address of a mobile network
RETRY_AFTER = 60


class OpenStreams:
    """The places for streams, by IPv4 address and IPv6 /64: a whole /64 is one connection's."""

    def __init__(self, most: int = MOST_OF_ONE_ADDRESS) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Held while a stream is open. Raises TooMany when none is left."""
        who = of_one_visitor(address)
        if self._open[who] >= self._most:
            raise TooMany(_("Too many chats are open from your network. Please close one and try again."), RETRY_AFTER)
        self._open[who] += 1
        try:
            yield
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]


PLACES: Final = web.AppKey("places", OpenStreams)
