"""The owner's list of what visitors do not see, and of the contacts they may see."""

from aiohttp import web

from handlers.entries.hidden import HiddenValue, HiddenValues
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from web.owner.apps.apps import app_named, room
from web.site.body import read_form, text_in
from web.site.keys import ENTRIES
from web.site.pages import page, page_lang, path_in_lang, see_other

PAGE = 50
DONE: dict[str, Phrase] = {
    "published": _("Visitors see it from now on."),
    "removed": _("Removed. mimi no longer stores it."),
    "hidden": _("Visitors no longer see it."),
    "kept": _("It stays hidden. mimi will not ask again."),
}


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/hidden"""
    return await _list_page(request, await app_named(request, owner))


async def publish(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/hidden/{finding}/publish"""
    app = await app_named(request, owner)
    await _findings(request).make_public(owner.scope, request.match_info["finding"])
    return _back(request, app, "published")


async def is_person(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/hidden/{finding}/person"""
    app = await app_named(request, owner)
    await _findings(request).settle(owner.scope, request.match_info["finding"], hide=True)
    return _back(request, app, "kept")


async def is_nobody(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/hidden/{finding}/nobody"""
    app = await app_named(request, owner)
    await _findings(request).settle(owner.scope, request.match_info["finding"], hide=False)
    return _back(request, app, "published")


async def take_out(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/hidden/{finding}/remove"""
    app = await app_named(request, owner)
    await _findings(request).take_out(owner.scope, request.match_info["finding"])
    return _back(request, app, "removed")


async def add_contact(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/public"""
    app = await app_named(request, owner)
    contact = text_in(await read_form(request), "contact")
    try:
        await _findings(request).publish(app.scope, contact)
    except BadInput as error:
        return await _list_page(request, app, status=400, problem=error.phrase, contact=contact)
    return _back(request, app, "published")


async def hide_contact(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/public/hide; one that is hidden already is none to complain about."""
    app = await app_named(request, owner)
    contact = text_in(await read_form(request), "contact")
    try:
        await _findings(request).hide(app.scope, contact)
    except NotFound:
        return see_other(path_in_lang(request, _here(app)))
    return _back(request, app, "hidden")


async def _list_page(
    request: web.Request, app: App, *, status: int = 200, problem: Phrase | None = None, contact: str = ""
) -> web.Response:
    found: list[HiddenValue] = list(await _findings(request).list(app.scope, page_lang(request), limit=PAGE))
    return page(
        request,
        "hidden.html",
        status=status,
        app=app,
        found=found,
        asked=await _findings(request).questions(app),
        count=await _findings(request).count(app.scope),
        done=DONE.get(request.query.get("done", "")),
        problem=problem,
        contact=contact,
    )


def _findings(request: web.Request) -> HiddenValues:
    return request.app[ENTRIES].hidden


def _here(app: App) -> str:
    return f"{room(app)}/hidden"


def _back(request: web.Request, app: App, done: str) -> web.StreamResponse:
    return see_other(path_in_lang(request, _here(app), done=done))
