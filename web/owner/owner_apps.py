"""Which of the owner's apps a page is about."""

from aiohttp import web

from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from web.site.keys import APPS


async def app_named(request: web.Request, owner: Owner) -> App:
    """The app named in the URL, if it is this owner's (S39)."""
    apps = await request.app[APPS].apps.list(owner.scope)
    found = next((app for app in apps if app.handle == request.match_info["handle"]), None)
    if found is None:
        raise NotFound(_("There is no such app of yours."))
    return found


def room(app: App) -> str:
    """The path of its first page."""
    return f"/owner/apps/{app.handle}"
