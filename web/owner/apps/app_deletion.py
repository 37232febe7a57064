"""One app deleted on the web, at the end of its settings: a word to type, a day in which a button brings it back."""

from aiohttp import web

from handlers.accounts.letters import is_confirmed
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from web.owner.apps.apps import app_named, room
from web.owner.apps.settings import settings_page
from web.site.body import read_form, text_in
from web.site.keys import NOTICES
from web.site.pages import path_in_lang, see_other


async def begin(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/delete: the page goes off and the day begins, if the word is right."""
    app = await app_named(request, owner)
    if not is_confirmed(text_in(await read_form(request), "typed"), {app.handle}):
        problem = _("That does not match what the page asks you to type. Nothing was deleted.")
        return await settings_page(request, app, status=400, problem=problem)
    await request.app[NOTICES].app_deletion.begin(owner, app)
    return see_other(path_in_lang(request, f"{room(app)}/settings"))


async def stay(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/delete/stay: it is put back."""
    app = await app_named(request, owner)
    try:
        await request.app[NOTICES].app_deletion.stay(app.scope)
    except NotFound as error:
        return await settings_page(request, app, status=409, problem=error.phrase)
    return see_other(path_in_lang(request, f"{room(app)}/settings", done="stays"))
