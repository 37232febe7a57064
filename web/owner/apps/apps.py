"""Which of the owner's apps a page is about, and the way on to a room of the current one."""

from aiohttp import web

from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from web.site.keys import APP_SHOWN, APPS, OWNED_APPS
from web.site.pages import path_in_lang, see_other
from web.site.session import OwnerHandler


async def app_named(request: web.Request, owner: Owner) -> App:
    """The app named in the URL, if it is this owner's (S39)."""
    request[OWNED_APPS] = apps = await request.app[APPS].apps.list(owner.scope)
    found = next((app for app in apps if app.handle == request.match_info["handle"]), None)
    if found is None:
        raise NotFound(_("You have no such app."))
    request[APP_SHOWN] = found
    return found


def room(app: App) -> str:
    """The path of its first page."""
    return f"/owner/apps/{app.handle}"


def on_to(name: str, **query: str) -> OwnerHandler:
    """A page that leads on to this room of the current app, or to where one is made."""

    async def lead(request: web.Request, owner: Owner) -> web.StreamResponse:
        app = await request.app[APPS].apps.current(owner)
        return see_other(path_in_lang(request, f"{room(app)}/{name}".rstrip("/") if app else "/owner", **query))

    return lead
