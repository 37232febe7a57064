"""An app's icon for tabs and home screens, and the manifest that names it there (W3C Web Application Manifest)."""

import json
from collections.abc import Callable
from functools import partial

from aiohttp import web

from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.apps.apps import App, Look
from knowledge.store.apps.pictures import Shape
from web.site.compression import smaller
from web.site.icons import ICONS, icon_path
from web.site.keys import APPS
from web.site.pages import path_in_lang, visitor_lang_of
from web.site.security import CSP, LOADS_NOTHING
from web.site.static_files import FOREVER
from web.site.theme import DARK_PAPER, LIGHT_PAPER
from web.visitor.drawings import DRAWINGS
from web.visitor.tile import drawn_icon

AN_HOUR = "public, max-age=3600"
ON_HOME_SCREENS = ("192", "512", "mask")


async def picture_of(request: web.Request, app: App) -> bytes | None:
    """The owner's own icon as it is kept, if there is one."""
    return (await request.app[APPS].pictures.shown(app, Shape.ICON, app.icon)).data if app.icon else None


async def icon_of(request: web.Request, app: App, kind: str) -> bytes:
    """The app's icon as that kind of ICONS, a PNG."""

    async def prepared() -> Callable[[], bytes]:
        return partial(drawn_icon, app, await picture_of(request, app), ICONS[kind])

    return await request.app[DRAWINGS].at(icon_path(app, kind), prepared)


async def serve(request: web.Request) -> web.Response:
    """GET /@{handle}/icon-{kind}/{digest}: 404 for any content but today's."""
    app = await request.app[APPS].apps.public(request.match_info["handle"])
    kind = request.match_info["kind"]
    if icon_path(app, kind) != request.path:
        raise NotFound(_("There is no page at this address."))
    body = await icon_of(request, app, kind)
    return web.Response(body=body, content_type="image/png", headers={"Cache-Control": FOREVER, CSP: LOADS_NOTHING})


async def manifest(request: web.Request) -> web.Response:
    """GET /@{handle}/manifest.webmanifest: what a home screen shows, and what opens from there."""
    app = await request.app[APPS].apps.public(request.match_info["handle"])
    bio = app.bio_in(visitor_lang_of(request, app.lang))
    paper = DARK_PAPER if app.theme.look is Look.DARK else LIGHT_PAPER
    told = {
        "id": f"/@{app.handle}",  # what was put on home screens before stays the same app
        "name": app.name,
        "description": bio.text,
        "lang": bio.lang,
        "dir": "auto",
        "start_url": path_in_lang(request, f"/@{app.handle}/"),
        # What begins like it, letter by letter, is in it (Web Application Manifest, 1.8): "/@demo" would hold @demo2.
        "scope": f"/@{app.handle}/",
        # With a way back and the address: links lead out of it.
        "display": "minimal-ui",
        "background_color": paper,
        "theme_color": paper,
        "icons": [_entry(app, kind) for kind in ON_HOME_SCREENS],
    }
    text = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)
    headers = {"Cache-Control": AN_HOUR, CSP: LOADS_NOTHING}
    made = web.Response(text=text, content_type="application/manifest+json", charset="utf-8", headers=headers)
    return smaller(request, made)


def _entry(app: App, kind: str) -> dict[str, str]:
    side = ICONS[kind].side
    purpose = "maskable" if ICONS[kind].safe else "any"
    return {"src": icon_path(app, kind), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
