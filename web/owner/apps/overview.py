"""The owner's first page: what to do first, or all apps with what waits in each; and another app."""

from dataclasses import dataclass

from aiohttp import web

from handlers.apps.first_steps import FirstSteps
from knowledge.errors import BadInput
from knowledge.phrases import Phrase
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from web.owner.apps.apps import room
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import APPS, CONVERSATIONS, ENTRIES, LEARNING, OWNED_APPS, PROPOSALS
from web.site.pages import page, path_in_lang, see_other


@dataclass(frozen=True)
class AppAtAGlance:
    """One app, and what is to be done in it."""

    app: App
    waiting: int
    entries: int
    documents: int
    steps: FirstSteps


async def first(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner: how to begin; with one app, its FAQ; with several, all of them."""
    apps = await request.app[APPS].apps.list(owner.scope)
    if len(apps) == 1:
        return see_other(path_in_lang(request, room(apps[0])))
    return await _page(request, owner)


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps: all of them."""
    return await _page(request, owner)


async def make(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps: a live page, and on to its FAQ; without a handle, the form again with one that is free."""
    form, apps = await read_form(request), request.app[APPS].apps
    name, handle = text_in(form, "name"), text_in(form, "handle", "")
    try:
        # A suggestion that was left as it is belongs to the name as it was before it was corrected.
        if (named := text_in(form, "named", name)) != name and handle == await apps.suggest_handle(named, owner):
            handle = ""
        if not handle.strip():
            handle = await apps.suggest_handle(apps.check_name(name), owner)
            return await _page(request, owner, name=name, handle=handle, suggested=True)
        app = await apps.create(owner.scope, name, handle)
    except BadInput as error:
        return await _page(request, owner, refused(request, error), error.phrase, name=name, handle=handle)
    return see_other(path_in_lang(request, room(app)))


async def steps_of(request: web.Request, app: App, entries: int) -> FirstSteps:
    """How far an app that knows so many FAQ entries is on its way to a living page."""
    documents = 0 if entries else await request.app[ENTRIES].documents.count(app.scope)
    return FirstSteps(bool(entries or documents), await request.app[CONVERSATIONS].past.is_any(app.scope))


async def _page(
    request: web.Request,
    owner: Owner,
    status: int = 200,
    problem: Phrase | None = None,
    *,
    name: str = "",
    handle: str = "",
    suggested: bool = False,
) -> web.Response:
    request[OWNED_APPS] = apps = await request.app[APPS].apps.list(owner.scope)
    return page(
        request,
        "overview.html" if apps else "no_app.html",
        status=status,
        glances=[await _at_a_glance(request, app) for app in apps],
        proposals=await request.app[PROPOSALS].proposals.count_filed(owner.scope) if apps else 0,
        problem=problem,
        name=name,
        handle=handle,
        suggested=suggested,
    )


async def _at_a_glance(request: web.Request, app: App) -> AppAtAGlance:
    known, waiting = request.app[ENTRIES], request.app[LEARNING].open_questions
    entries, documents = await known.faqs.count(app.scope), await known.documents.count(app.scope)
    steps = await steps_of(request, app, entries or documents)
    return AppAtAGlance(app, (await waiting.of(app.scope)).count, entries, documents, steps)
