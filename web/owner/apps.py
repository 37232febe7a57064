"""Which of the owner's apps a page is about, and the next one, made on the web."""

from aiohttp import web

from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import APPS
from web.site.pages import page, path_in_lang, see_other


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


async def make(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps: a live page, and on to its FAQ."""
    form = await read_form(request)
    name, handle = text_in(form, "name"), text_in(form, "handle")
    try:
        app = await request.app[APPS].apps.create(owner.scope, name, handle)
    except BadInput as error:
        return no_app(request, status=refused(request, error), problem=error.phrase, name=name, handle=handle)
    return see_other(path_in_lang(request, room(app)))


def no_app(
    request: web.Request, *, status: int = 200, problem: Phrase | None = None, name: str = "", handle: str = ""
) -> web.Response:
    """What an owner sees while there is no app."""
    return page(request, "no_app.html", status=status, problem=problem, name=name, handle=handle)
