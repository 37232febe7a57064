"""Which addresses belong to the public internet (S30). Pure."""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

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
