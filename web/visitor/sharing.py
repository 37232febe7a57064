"""What other services read of an app's page when its address is shared or looked up: its card, and robots.txt."""

import asyncio
import hashlib
from collections import OrderedDict
from typing import Final

from aiohttp import web

from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.apps.pictures import Shape
from web.site.keys import APPS
from web.site.static_files import FOREVER
from web.visitor import card

KEPT = 64  # cards in memory, 30 kB each
# Pages of apps, and the front: nothing else is anybody's to find. What a link signs in with is spent by opening it.
ROBOTS = "User-agent: *\nDisallow: /owner\nDisallow: /sign-in\nDisallow: /signin\nDisallow: /download\n"


class DrawnCards:
    """The last cards that were asked for. Each is drawn once, one at a time."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def of(self, digest: str, app: App, icon: bytes | None) -> bytes:
        """The card as a PNG."""
        async with self._drawing:
            if digest not in self._drawn:
                # In a thread: nobody would be answered meanwhile.
                self._drawn[digest] = await asyncio.to_thread(card.draw, app, icon)
            self._drawn.move_to_end(digest)
            while len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
            return self._drawn[digest]


CARDS: Final = web.AppKey("cards", DrawnCards)


def card_path(app: App) -> str:
    """Where the app's card is served: an address that says all that is on it."""
    shown = (str(card.DRAWN), app.name, app.handle, app.bio, app.theme.accent, app.theme.look, app.icon)
    return f"/@{app.handle}/card/{hashlib.sha256(repr(shown).encode()).hexdigest()[:24]}"


async def serve_card(request: web.Request) -> web.Response:
    """GET /@{handle}/card/{digest}: 404 for any content but today's."""
    area = request.app[APPS]
    app = await area.apps.public(request.match_info["handle"])
    if card_path(app) != request.path:
        raise NotFound(_("There is no page at this address."))
    icon = (await area.pictures.shown(app, Shape.ICON, app.icon)).data if app.icon else None
    body = await request.app[CARDS].of(request.match_info["digest"], app, icon)
    # Shown by whoever previews a link, from their own pages too.
    headers = {"Cache-Control": FOREVER, "Cross-Origin-Resource-Policy": "cross-origin"}
    return web.Response(body=body, content_type="image/png", headers=headers)


async def robots(request: web.Request) -> web.Response:
    """GET /robots.txt (RFC 9309)."""
    return web.Response(text=ROBOTS, headers={"Cache-Control": "public, max-age=86400"})
