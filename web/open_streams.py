"""How much one address may keep open (S45). Counted in memory: an open connection is this process's own."""

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


class Places:
    """So many for each IPv4 address and IPv6 /64: a whole /64 is one connection's."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def take(self, who: str) -> bool:
        """One more, to be given back with `leave`; False when none is left."""
        if self._taken[who] >= self._most:
            return False
        self._taken[who] += 1
        return True

    def leave(self, who: str) -> None:
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]


class OpenStreams(Places):
    """The places for streams."""

    def __init__(self, most: int = MOST_OF_ONE_ADDRESS) -> None:
        super().__init__(most)

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Held while a stream is open. Raises TooMany when none is left."""
        who = of_one_visitor(address)
        if not self.take(who):
            raise TooMany(_("Too many chats are open from your network. Please close one and try again."), RETRY_AFTER)
        try:
            yield
        finally:
            self.leave(who)


PLACES: Final = web.AppKey("places", OpenStreams)
