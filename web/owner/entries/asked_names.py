"""After saving, on any page: the names that its owner is asked about, until they are answered for."""

from collections.abc import Sequence

from aiohttp import web

from handlers.entries.asked_names import ASKED_AT_ONCE, AskedName
from knowledge.store.apps.apps import App
from web.site.keys import ENTRIES

ASKED = "ask"  # what the page after saving is told: ids, a dot between them


def ask_about(asked: Sequence[AskedName]) -> dict[str, str]:
    """For the address of the page after saving."""
    return {ASKED: ".".join(each.found.id for each in asked)} if asked else {}


async def asked_on(request: web.Request, app: App) -> Sequence[AskedName]:
    """The names this page was told to ask about, without those that are answered for by now."""
    ids = request.query.get(ASKED, "").split(".")[:ASKED_AT_ONCE]
    return await request.app[ENTRIES].hidden.still_asked(app, [each for each in ids if each])
