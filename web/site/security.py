"""What protects the pages: headers on every response (S18, S19), and no state changed by another site (S15)."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from aiohttp import web

from web.site.keys import SITE

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


NOBODY = "'none'"


def policy(style: str = "'self'", framed_by: Sequence[str] = (), script: str = "") -> str:
    """Nothing from elsewhere and nothing inline but a style and a script of ours, named by their hashes: an answer that
    got HTML past the allow-list still could not run it. Workers are scripts (CSP 3, 6.1.16), fonts there are none.
    Pages of the origins in `framed_by` may show this one in a frame (S18)."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {script}".rstrip(),
            f"style-src {style}",
            "img-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(framed_by) or NOBODY}",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


CSP = "Content-Security-Policy"
# Of what is no page: a picture, a script, a style. Shorter than a page's, since each comes with it.
LOADS_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"
HEADERS = {
    CSP: policy(),
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
READING = frozenset({"GET", "HEAD", "OPTIONS"})


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The on_response_prepare signal: streams and errors get the headers too. Nothing is kept unless a page says so."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    # Which server and version this is helps nobody but an attacker.
    response.headers.pop("Server", None)


@web.middleware
async def same_site_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse with 403 what another site's page made a browser send; a client that is no browser names no origin."""
    if request.method not in READING and not _is_ours(request):
        raise web.HTTPForbidden
    return await handler(request)


def _is_ours(request: web.Request) -> bool:
    """By Fetch Metadata, which no page can forge (W3C); from a browser too old for it, by Origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc in {request.host, urlsplit(request.app[SITE].public_url).netloc}
