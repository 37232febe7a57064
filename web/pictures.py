"""An app's icon and header: served under a URL that changes with the content, so that it may be kept forever."""

from aiohttp import web

from web.keys import APPS, PICTURES
from web.static_files import FOREVER


async def serve(request: web.Request) -> web.Response:
    """GET /@{handle}/icon/{digest} and /@{handle}/header/{digest}: 404 for any content but today's."""
    app = await request.app[APPS].public(request.match_info["handle"])
    picture = await request.app[PICTURES].shown(app, request.match_info["shape"], request.match_info["digest"])
    headers = {"Cache-Control": FOREVER, "Content-Disposition": "inline"}
    return web.Response(body=picture.data, content_type=picture.content_type, headers=headers)
