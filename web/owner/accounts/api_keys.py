"""The owner's page of keys for programs: made here and shown once, listed, revoked."""

from aiohttp import web

from handlers.programs.keys import LONGEST_NAME, MOST_KEYS, REACHES, ApiKeys, to_reach, used_words
from knowledge.errors import BadInput
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.programs.api_keys import Reach
from web.owner.apps.apps import app_named, on_to, room
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import PROGRAMS
from web.site.pages import page, path_in_lang, see_other

DONE: dict[str, Phrase] = {"revoked": _("Revoked. It no longer works.")}


async def first_room(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/keys: on to the current app's, where a link from LINE leads."""
    asked = request.query.get("reach", "")
    return await on_to("keys", **({"reach": asked} if asked in set(Reach) else {}))(request, owner)


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/keys"""
    return await _page(request, await app_named(request, owner))


async def make(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/keys: the page with the key on it, this once."""
    app = await app_named(request, owner)
    form = await read_form(request)
    name, reach = text_in(form, "name"), text_in(form, "reach", "")
    try:
        _key, secret = await _keys(request).make(app, name, to_reach(reach))
    except BadInput as error:
        return await _page(request, app, status=refused(request, error), problem=error.phrase, name=name)
    return await _page(request, app, secret=secret)


async def revoke(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/keys/{key}/revoke"""
    app = await app_named(request, owner)
    await _keys(request).revoke(app.scope, request.match_info["key"])
    return see_other(path_in_lang(request, _here(app), done="revoked"))


async def _page(
    request: web.Request,
    app: App,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    name: str = "",
    secret: str = "",
) -> web.Response:
    return page(
        request,
        "api_keys.html",
        status=status,
        app=app,
        keys=await _keys(request).list(app.scope),
        reaches=REACHES,
        asked=request.query.get("reach", Reach.READ),
        used=used_words,
        most=MOST_KEYS,
        longest_name=LONGEST_NAME,
        name=name,
        secret=secret,
        problem=problem,
        done=DONE.get(request.query.get("done", "")),
    )


def _keys(request: web.Request) -> ApiKeys:
    return request.app[PROGRAMS].keys


def _here(app: App) -> str:
    return f"{room(app)}/keys"
