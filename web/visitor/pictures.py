"""An app's header: served under a URL that changes with the content, so that it may be kept forever."""

from aiohttp import web

from knowledge.store.apps.pictures import Shape
from web.site.keys import APPS
from web.site.security import CSP, LOADS_NOTHING
from web.site.static_files import FOREVER


async def serve(request: web.Request) -> web.Response:
    """GET /@{handle}/header/{digest}: 404 for any content but today's."""
    app = await request.app[APPS].apps.public(request.match_info["handle"])
    picture = await request.app[APPS].pictures.shown(app, Shape.HEADER, request.match_info["digest"])
    # Inline as a picture and nothing else: nosniff comes with every response (web/site/security.py).
    headers = {"Cache-Control": FOREVER, "Content-Disposition": "inline", CSP: LOADS_NOTHING}
    return web.Response(body=picture.data, content_type=picture.content_type, headers=headers)
