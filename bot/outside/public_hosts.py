"""An address as an owner wrote it -> where to connect: a public host, on a usual port, looked up once (S30, S31)."""

import asyncio
import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from knowledge.errors import BadInput, Unavailable
from knowledge.phrases import _

# RFC 6052: on a network of IPv6 alone (DNS64, NAT64) this is what every IPv4 host of the internet is called.
_NAT64 = IPv6Network("64:ff9b::/96")
# Networks whose addresses hold an IPv4 address in their last 32 bits.
_TRANSLATED = (_NAT64, IPv6Network("::/96"), IPv6Network("::ffff:0:0:0/96"))
# RFC 5214, 6.1: an interface identifier of ISATAP ends in 0:5efe or 200:5efe and an IPv4 address, in any network.
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
# What Python's `is_global` lets through, or has let through in some version, though nobody may reach it from outside.
_SPECIAL = (
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments; metadata of clouds among them
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, deprecated (RFC 7526)
    IPv4Network("168.63.129.16/32"),  # Azure's platform, from any of its machines
    IPv6Network("fec0::/10"),  # site-local, deprecated (RFC 3879)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
    IPv6Network("64:ff9b:1::/48"),  # NAT64 of one's own network (RFC 8215)
    IPv6Network("5f00::/16"),  # segment routing (RFC 9602)
)
PORTS = {"http": 80, "https": 443}
LONGEST = 2_000


def is_public(address: str) -> bool:
    """Whether this is the address of a host that anybody may reach; False for what is no address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inside = _inside(parsed)
    return all(map(_is_open, inside)) and (parsed in _NAT64 or _is_open(parsed))


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    """Not loopback, private, link-local, shared (CGNAT), multicast, reserved, special or unspecified."""
    if any(address in network for network in _SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inside(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, translated, 6to4, Teredo, ISATAP."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    last, before = int(address) & 0xFFFF_FFFF, int(address) >> 32 & 0xFFFF_FFFF
    if any(address in network for network in _TRANSLATED) or before in _ISATAP:
        found.append(IPv4Address(last))
    return [each for each in found if each is not None]


@dataclass(frozen=True)
class Place:
    """A page's address, and the network addresses that were found good for its host."""

    url: URL
    addresses: tuple[str, ...]


class Places:
    """Where pages may be fetched from. `inside` names hosts of the own network that are open all the same."""

    def __init__(self, inside: Collection[str] = ()) -> None:
        self._inside = frozenset(inside)

    async def find(self, address: str) -> Place:
        """The place. Raises BadInput for what is no public web page, Unavailable when names cannot be looked up."""
        url = _parsed(address)
        host = url.raw_host or ""
        usual = url.port == PORTS[url.scheme]
        # Without a port the usual ones are meant: a host's other services are nothing that an owner may read.
        if f"{host}:{url.port}" in self._inside or (usual and host in self._inside):
            return Place(url, await _look_up(host, url.port or 0))
        if not usual:
            raise BadInput(_("I can only read addresses without a port number."))
        found = await _look_up(host, PORTS[url.scheme])
        if not found or not all(map(is_public, found)):
            raise BadInput(_("This address is not on the public internet, so I do not read it."))
        return Place(url, found)


class Pinned(AbstractResolver):
    """Connects to the addresses that were checked, whatever the name means by now (DNS rebinding)."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._place.addresses
        ]

    async def close(self) -> None:
        """Nothing is held open."""


def _parsed(address: str) -> URL:
    no_page = BadInput(_("That is not the address of a web page. It has to begin with https://."))
    if len(address) > LONGEST or any(character.isspace() for character in address):
        raise no_page
    try:
        url = URL(address)
        # A port that is none is noticed only when it is asked for.
        usable = url.scheme in PORTS and bool(url.raw_host) and url.port is not None
    except ValueError as error:
        raise no_page from error
    if not usable:
        raise no_page
    if url.user is not None or url.password is not None:
        raise BadInput(_("I do not read addresses that contain a password."))
    return url.with_fragment(None)


async def _look_up(host: str, port: int) -> tuple[str, ...]:
    """Every address of a host. This also reads what else stands for one: decimal, octal, hexadecimal forms."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise Unavailable(_("This address could not be looked up just now. Please try again later.")) from error
        raise BadInput(_("There is no such host: {host}", host=host)) from error
    except (OSError, UnicodeError) as error:
        raise BadInput(_("There is no such host: {host}", host=host)) from error
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))
