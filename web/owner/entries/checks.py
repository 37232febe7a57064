"""Questions that must stay answered, on the owner's page: pinned, unpinned, tried with the model."""

from collections.abc import Sequence

from aiohttp import web

from handlers.learning.checks import Checks, expectation, fared_line, state
from knowledge.errors import BadInput
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.entries.hidden import EntryRef
from web.owner.apps.apps import app_named, room
from web.site.body import read_form, text_in
from web.site.keys import ENTRIES, LEARNING
from web.site.pages import page, path_in_lang, see_other

REFUSE = "-"  # in place of an entry: it must be refused
DONE: dict[str, Phrase] = {
    "pinned": _("Pinned. You will be told if its answer goes wrong."),
    "unpinned": _("No longer pinned."),
}


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/checks"""
    return await _list_page(request, await app_named(request, owner))


async def pin(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/checks: a question first, and with it in the next form what must answer it."""
    app = await app_named(request, owner)
    form = await read_form(request)
    question, chosen = text_in(form, "question"), text_in(form, "expected", "")
    if not question.strip():
        return await _list_page(request, app, _("There is nothing in it yet. Please write something."))
    entries = await request.app[ENTRIES].nearest.entries(app, question)
    expected = [entry for entry in entries if entry.id == chosen]
    if not expected and chosen != REFUSE:
        return await _list_page(request, app, question=question, entries=entries, asking=True)
    try:
        await _checks(request).pin(app.scope, question, expected)
    except BadInput as error:
        return await _list_page(request, app, error.phrase, question=question)
    return see_other(path_in_lang(request, f"{room(app)}/checks", done="pinned"))


async def unpin(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/checks/{check}/unpin"""
    app = await app_named(request, owner)
    await _checks(request).unpin(app.scope, request.match_info["check"])
    return see_other(path_in_lang(request, f"{room(app)}/checks", done="unpinned"))


async def ask_model(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/checks/ask"""
    app = await app_named(request, owner)
    asked = await _checks(request).ask_model(app)
    stopped = [_("The others were not asked: it took too long, or the app has reached its spending limit.")]
    lines = [*map(fared_line, asked.fared), *(stopped if asked.stopped else [])]
    return await _list_page(request, app, fared=lines)


async def _list_page(
    request: web.Request,
    app: App,
    problem: Phrase | None = None,
    *,
    question: str = "",
    entries: Sequence[EntryRef] = (),
    asking: bool = False,
    fared: Sequence[Phrase] = (),
) -> web.Response:
    checks = await _checks(request).list(app.scope)
    count, dollars = await _checks(request).price(app) if checks and _checks(request).can_ask else (0, 0.0)
    return page(
        request,
        "checks.html",
        status=400 if problem else 200,
        app=app,
        checks=[(each, expectation(each), state(each)) for each in checks],
        most=count,
        cost=f"{max(dollars, 0.01):.2f}",
        done=DONE.get(request.query.get("done", "")),
        problem=problem,
        question=question,
        entries=entries,
        asking=asking,
        refuse=REFUSE,
        fared=fared,
    )


def _checks(request: web.Request) -> Checks:
    return request.app[LEARNING].checks
