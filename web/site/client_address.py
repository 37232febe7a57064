"""Where a request comes from, shortened before anyone may keep it."""

from ipaddress import IPv4Address, ip_address, ip_network

from aiohttp import web

from web.site.site import SITE

KEPT_V4, KEPT_V6 = 24, 48
COUNTED_V4, COUNTED_V6 = 32, 64


def client_address(request: web.Request) -> str:
    """The whole address, for counting open streams in memory only. Behind the trusted proxy, the one it saw (S46)."""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    if request.app[SITE].trusted_proxy and forwarded:
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
    v4 = ip if isinstance(ip, IPv4Address) else ip.ipv4_mapped
    return str(ip_network(f"{v4}/{bits_v4}" if v4 else f"{ip}/{bits_v6}", strict=False))


def _without_port(hop: str) -> str:
    """Some proxies add the port: `203.0.113.7:51234`, `[2001:db8::1]:51234`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
