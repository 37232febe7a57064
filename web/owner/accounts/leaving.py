"""Leaving on the web: a sentence to type, a day to think, a button to stay, and one that waits no longer."""

from aiohttp import web

from handlers.accounts.letters import is_confirmed
from handlers.told_times import HOME, time_words
from knowledge.errors import NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import ACCOUNTS, APPS
from web.site.pages import page, page_lang, path_in_lang, see_other
from web.site.session import forget

TYPE_THIS = _("delete")


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/delete: what goes, and a sentence to type; or how long there is to stay."""
    return _page(request, owner)


async def begin(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/delete: the pages go off and the day begins, if the sentence is right."""
    if not await _is_typed(request, owner):
        return _page(request, owner, status=400, problem=_not_typed())
    await request.app[ACCOUNTS].leaving.begin(owner, in_line=False)
    return see_other(path_in_lang(request, "/owner/delete"))


async def stay(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/delete/stay: everything is put back."""
    try:
        await request.app[ACCOUNTS].leaving.stay(owner, in_line=False)
    except NotFound as error:
        return _page(request, owner, status=refused(request, error), problem=error.phrase)
    return see_other(path_in_lang(request, "/owner/account", done="stays"))


async def erase(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/delete/now: everything goes at once, sessions included, if the sentence is right."""
    if owner.leaving_at is None:
        stopped = _("That deletion was already cancelled. Nothing was deleted.")
        return _page(request, owner, status=404, problem=stopped)
    if not await _is_typed(request, owner):
        return _page(request, owner, status=400, problem=_not_typed())
    receipt, text = await request.app[ACCOUNTS].leaving.now(owner, in_line=False)
    response = page(request, "deleted.html", erased=receipt.lines(page_lang(request)), receipt=text)
    forget(response)
    return response


async def _is_typed(request: web.Request, owner: Owner) -> bool:
    handles = {app.handle for app in await request.app[APPS].apps.list(owner.scope)}
    return is_confirmed(text_in(await read_form(request), "typed"), handles)


def _not_typed() -> Phrase:
    return _("That does not match what the page asks you to type. Nothing was deleted.")


def _page(request: web.Request, owner: Owner, *, status: int = 200, problem: Phrase | None = None) -> web.Response:
    template = "leaving.html" if owner.leaving_at else "delete.html"
    at = time_words(owner.leaving_at, HOME, page_lang(request)) if owner.leaving_at else ""
    return page(request, template, status=status, type_this=TYPE_THIS, at=at, problem=problem)
