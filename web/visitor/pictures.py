"""An app's header: served under a URL that changes with the content, so that it may be kept forever."""

from aiohttp import BodyPartReader, web

from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.apps.pictures import LARGEST_FILE, Shape
from web.site.keys import APPS
from web.site.security import CSP, LOADS_NOTHING
from web.site.static_files import FOREVER

MEGABYTE = 1024 * 1024


async def serve(request: web.Request) -> web.Response:
    """GET /@{handle}/header/{digest}: 404 for any content but today's."""
    app = await request.app[APPS].apps.public(request.match_info["handle"])
    picture = await request.app[APPS].pictures.shown(app, Shape.HEADER, request.match_info["digest"])
    # Inline as a picture and nothing else: nosniff comes with every response (web/site/security.py).
    headers = {"Cache-Control": FOREVER, "Content-Disposition": "inline", CSP: LOADS_NOTHING}
    return web.Response(body=picture.data, content_type=picture.content_type, headers=headers)


async def read_upload(request: web.Request) -> bytes:
    """The file of a form with nothing else in it, read no further than a picture may be large (S29, S34)."""
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType
    part = await (await request.multipart()).next()
    data = bytearray()
    while isinstance(part, BodyPartReader) and (piece := await part.read_chunk()):
        data += piece
        if len(data) > LARGEST_FILE:
            raise BadInput(_("That file is too large. At most {most} MB can be sent.", most=LARGEST_FILE // MEGABYTE))
    return bytes(data)
