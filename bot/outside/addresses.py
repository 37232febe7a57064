"""Which addresses belong to the public internet (S30). Pure."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address, IPv6Network

# Networks whose addresses hold an IPv4 address in their last 32 bits.
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"), IPv6Network("::ffff:0:0:0/96"))


def is_public(address: str) -> bool:
    """Whether this is the address of a host that anybody may reach; False for what is no address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_open(parsed) and all(_is_open(inner) for inner in _inside(parsed))


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    """Not loopback, private, link-local, shared (CGNAT), multicast, reserved or unspecified."""
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inside(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, translated, 6to4, Teredo."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _TRANSLATED):
        found.append(IPv4Address(int(address) & 0xFFFF_FFFF))
    return [each for each in found if each is not None]
