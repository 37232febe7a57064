"""What leads to an app's page: its card where the address is shared, its QR code, and what search engines read."""

import hashlib
import io
from collections.abc import Callable
from functools import partial

import segno
from aiohttp import web
from markupsafe import escape

from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from web.site.keys import APPS, SITE
from web.site.static_files import FOREVER
from web.visitor import card
from web.visitor.app_icons import picture_of
from web.visitor.drawings import DRAWINGS

A_DAY = "public, max-age=86400"
QR_PIXELS = 1024  # a side at most: enough for print, and a few kB
QR_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
# Pages of apps, and the front: nothing else is anybody's to find. What a link signs in with is spent by opening it.
ROBOTS = "User-agent: *\nDisallow: /owner\nDisallow: /sign-in\nDisallow: /signin\nDisallow: /download\n"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_LISTED = 20_000  # apps in a sitemap, two pages each: it takes 50,000 (sitemaps.org)


def card_path(app: App) -> str:
    """Where the app's card is served: an address that says all that is on it."""
    shown = (str(card.DRAWN), app.name, app.handle, app.bio, app.theme.accent, app.theme.look, app.icon)
    return f"/@{app.handle}/card/{hashlib.sha256(repr(shown).encode()).hexdigest()[:24]}"


async def serve_card(request: web.Request) -> web.Response:
    """GET /@{handle}/card/{digest}: 404 for any content but today's."""
    app = await request.app[APPS].apps.public(request.match_info["handle"])
    if card_path(app) != request.path:
        raise NotFound(_("There is no page at this address."))

    async def prepared() -> Callable[[], bytes]:
        return partial(card.draw, app, await picture_of(request, app))

    body = await request.app[DRAWINGS].at(request.path, prepared)
    # Shown by whoever previews a link, from their own pages too.
    headers = {"Cache-Control": FOREVER, "Cross-Origin-Resource-Policy": "cross-origin"}
    return web.Response(body=body, content_type="image/png", headers=headers)


async def serve_qr(request: web.Request) -> web.Response:
    """GET /@{handle}/qr.svg and /qr.png: the page's address as a QR code, the same for everybody."""
    app = await request.app[APPS].apps.public(request.match_info["handle"])
    code = segno.make_qr(f"{request.app[SITE].public_url}/@{app.handle}", error="m")
    kind, drawn = request.match_info["kind"], io.BytesIO()
    if kind == "svg":
        code.save(drawn, "svg", xmldecl=False, omitsize=True, light="#fff")
    else:
        code.save(drawn, "png", scale=QR_PIXELS // int(code.symbol_size()[0]))
    # Shown by LINE, and by whoever puts it on a page of theirs; a handle or address may change.
    headers = {"Cache-Control": A_DAY, "Cross-Origin-Resource-Policy": "cross-origin"}
    return web.Response(body=drawn.getvalue(), content_type=QR_TYPES[kind], headers=headers)


async def robots(request: web.Request) -> web.Response:
    """GET /robots.txt (RFC 9309)."""
    text = f"{ROBOTS}Sitemap: {request.app[SITE].public_url}/sitemap.xml\n"
    return web.Response(text=text, headers={"Cache-Control": A_DAY})


async def sitemap(request: web.Request) -> web.Response:
    """GET /sitemap.xml: the front page, and the pages of apps whose owners let search engines show them."""
    handles = await request.app[APPS].apps.listed_handles(MOST_LISTED)
    home = request.app[SITE].public_url
    paths = ("/", *(f"/@{handle}{room}" for handle in handles for room in ("", "/faq")))
    urls = "".join(f"<url><loc>{escape(home + path)}</loc></url>\n" for path in paths)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAPS}">\n{urls}</urlset>\n'
    headers = {"Cache-Control": "public, max-age=3600"}
    return web.Response(text=text, content_type="application/xml", charset="utf-8", headers=headers)
