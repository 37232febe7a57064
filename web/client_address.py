"""Where a request comes from, shortened before anyone may keep it."""

from ipaddress import IPv4Address, ip_address, ip_network

from aiohttp import web

from web.keys import SITE

KEPT_V4, KEPT_V6 = 24, 48


def client_address(request: web.Request) -> str:
    """The whole address, for counting open streams in memory only. Behind the trusted proxy, the one it saw (S46)."""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    if request.app[SITE].trusted_proxy and forwarded:
        return forwarded[-1].rpartition(",")[2].strip()
    return request.remote or ""


def truncated_address(request: web.Request) -> str:
    """The client's network: `203.0.113.0/24`, `2001:db8:1::/48`."""
    return truncated(client_address(request))


def truncated(address: str) -> str:
    """The /24 or /48 an address lies in; empty for what is not an address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    v4 = ip if isinstance(ip, IPv4Address) else ip.ipv4_mapped
    return str(ip_network(f"{v4}/{KEPT_V4}" if v4 else f"{ip}/{KEPT_V6}", strict=False))
