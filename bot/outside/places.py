"""An address as an owner wrote it -> where to connect: a public host, on a usual port, looked up once (S30, S31)."""

import asyncio
import socket
from collections.abc import Collection
from dataclasses import dataclass

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.outside.addresses import is_public
from knowledge.errors import BadInput, Unavailable
from knowledge.phrases import _

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000


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
            raise BadInput(_("Only addresses without a port of their own can be read."))
        found = await _look_up(host, PORTS[url.scheme])
        if not found or not all(map(is_public, found)):
            raise BadInput(_("This address is not on the public internet, so it is not read."))
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
    no_page = BadInput(_("That is not the address of a web page. It begins with https://."))
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
        raise BadInput(_("An address with a password in it is not read."))
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
