"""An app's header: served under a URL that changes with the content, so that it may be kept forever; and narrower ones
of it, so that a phone does not load what a desk shows. Those are drawn when they are asked for: nothing is left of them
when the header is taken away.
"""

import io
from collections.abc import Callable
from functools import partial

from aiohttp import web
from PIL import Image

from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.apps.pictures import SIZES, Shape
from web.site.keys import APPS
from web.site.security import CSP, LOADS_NOTHING
from web.site.static_files import FOREVER
from web.visitor.drawings import DRAWINGS

# Pixels across: phones have 360 to 430 points of one to three pixels.
NARROWER = (480, 800, 1200)
WEBP_QUALITY = 80


async def serve(request: web.Request) -> web.Response:
    """GET /@{handle}/header/{digest}: 404 for any content but today's."""
    app = await request.app[APPS].apps.public(request.match_info["handle"])
    picture = await request.app[APPS].pictures.shown(app, Shape.HEADER, request.match_info["digest"])
    # Inline as a picture and nothing else: nosniff comes with every response (web/site/security.py).
    headers = {"Cache-Control": FOREVER, "Content-Disposition": "inline", CSP: LOADS_NOTHING}
    return web.Response(body=picture.data, content_type=picture.content_type, headers=headers)


def header_path(app: App, width: int = 0) -> str:
    """Where the app's header is served, or one of NARROWER of it."""
    return f"/@{app.handle}/header{f'-{width}' if width else ''}/{app.header}"


def header_sizes(app: App) -> str:
    """All of them, as a browser chooses one (HTML, "srcset")."""
    narrower = [f"{header_path(app, width)} {width}w" for width in NARROWER]
    return ", ".join((*narrower, f"{header_path(app)} {SIZES[Shape.HEADER].width}w"))


async def serve_narrower(request: web.Request) -> web.Response:
    """GET /@{handle}/header-{width}/{digest}: 404 for any content but today's."""
    app, width = await request.app[APPS].apps.public(request.match_info["handle"]), int(request.match_info["width"])
    if not app.header or width not in NARROWER or header_path(app, width) != request.path:
        raise NotFound(_("There is no page at this address."))

    async def prepared() -> Callable[[], bytes]:
        return partial(narrowed, (await request.app[APPS].pictures.shown(app, Shape.HEADER, app.header)).data, width)

    body = await request.app[DRAWINGS].at(request.path, prepared)
    return web.Response(body=body, content_type="image/webp", headers={"Cache-Control": FOREVER, CSP: LOADS_NOTHING})


def narrowed(data: bytes, width: int) -> bytes:
    """A header that we have made, in this width: a WebP, which every browser in use shows, with its transparency."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as header:
        small = header.resize((width, width * header.height // header.width), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    small.save(made, "WEBP", quality=WEBP_QUALITY)
    return made.getvalue()
