"""How much one address may have open (S45). Counted in memory: what is open is this process's own."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiohttp import web

from knowledge.errors import TooMany
from knowledge.phrases import Phrase, _
from web.site.client_address import client_address, of_one_visitor
from web.site.security import Handler

# Many visitors share the address of a mobile network.
MOST_STREAMS = 30
MOST_CONNECTIONS = 128
RETRY_AFTER = 60
CROWDED = _("Too much is open from your network at once. Please try again in a minute.")


class ConnectionCounts:
    """So many for each IPv4 address and IPv6 /64: a whole /64 is one connection's."""

    def __init__(self, most: int, full: Phrase = CROWDED) -> None:
        self._most = most
        self._full = full
        self._taken: Counter[str] = Counter()

    @property
    def none_taken(self) -> bool:
        return not self._taken

    def take(self, address: str) -> bool:
        """One more, to be given back with `leave`; False when none is left."""
        who = of_one_visitor(address)
        if self._taken[who] >= self._most:
            return False
        self._taken[who] += 1
        return True

    def leave(self, address: str) -> None:
        """Give one back."""
        who = of_one_visitor(address)
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """One, as long as the block lasts. Raises TooMany when none is left."""
        if not self.take(address):
            raise TooMany(self._full, RETRY_AFTER)
        try:
            yield
        finally:
            self.leave(address)


def stream_counts() -> ConnectionCounts:
    return ConnectionCounts(
        MOST_STREAMS, _("Too many chats are open from your network. Please close one and try again.")
    )


PLACES: Final[web.AppKey[ConnectionCounts]] = web.AppKey("places")
UNDER_WAY: Final[web.AppKey[ConnectionCounts]] = web.AppKey("under_way")  # behind a trusted proxy only


@web.middleware
async def not_too_much_at_once(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises TooMany. A trusted proxy's connections are everybody's: there, an address's requests are counted."""
    under_way = request.app.get(UNDER_WAY)
    if under_way is None:
        return await handler(request)
    with under_way.place(client_address(request)):
        return await handler(request)
