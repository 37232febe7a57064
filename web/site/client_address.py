"""Where a request comes from, shortened before anyone may keep it, and how much one address may have open (S45).

What is open is counted in memory: it is this process's own.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final

from aiohttp import web

from knowledge.errors import TooMany
from knowledge.phrases import Phrase, _
from web.site.keys import SITE
from web.site.security import Handler

# What the privacy policy promises for access logs: the address "anonymised".
KEPT_V4, KEPT_V6 = 24, 48
# A connection has at least a whole /64 (RFC 6177); by single addresses a limit would be no limit.
COUNTED_V4, COUNTED_V6 = 32, 64


def client_address(request: web.Request) -> str:
    """The whole address, for counting open streams in memory only. Behind the trusted proxy, the one it saw (S46)."""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    if request.app[SITE].trusted_proxy and forwarded:
        # The last one is what our proxy saw; what stands before it the client may have written itself.
        return _without_port(forwarded[-1].rpartition(",")[2].strip())
    return request.remote or ""


def truncated_address(request: web.Request) -> str:
    """The client's network: `203.0.113.0/24`, `2001:db8:1::/48`."""
    return truncated(client_address(request))


def truncated(address: str) -> str:
    """The /24 or /48 an address lies in; empty for what is not an address."""
    return _network(address, KEPT_V4, KEPT_V6)


def of_one_visitor(address: str) -> str:
    """The IPv4 address or the /64 that one visitor has to themselves; empty for what is not an address."""
    return _network(address, COUNTED_V4, COUNTED_V6)


def _network(address: str, bits_v4: int, bits_v6: int) -> str:
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    # ::ffff:203.0.113.7 is the IPv4 address, as a socket for both families shows it.
    v4 = ip if isinstance(ip, IPv4Address) else ip.ipv4_mapped
    return str(ip_network(f"{v4}/{bits_v4}" if v4 else f"{ip}/{bits_v6}", strict=False))


def _without_port(hop: str) -> str:
    """Some proxies add the port: `203.0.113.7:51234`, `[2001:db8::1]:51234`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


# Many visitors share the address of a mobile network.
MOST_STREAMS = 30
MOST_CONNECTIONS = 128
RETRY_AFTER = 60
CROWDED = _("There are too many connections from your network. Please try again in a minute.")


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
