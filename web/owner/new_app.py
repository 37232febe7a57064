"""An owner's next app, made on the web: its name and the address of its page."""

from aiohttp import web

from knowledge.errors import BadInput
from knowledge.phrases import Phrase
from knowledge.store.accounts.owners import Owner
from web.owner.owner_apps import room
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import APPS
from web.site.pages import page, path_in_lang, see_other


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
