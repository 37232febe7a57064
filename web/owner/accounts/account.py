"""The owner's account on one page: who they are here, the ways in, and the ways out."""

from collections.abc import Mapping

from aiohttp import web

from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from web.site.keys import ACCOUNTS, APPS
from web.site.pages import page, page_lang
from web.site.session import session_value

# What the page may be told by a form; whatever else stands in the URL is not shown.
DONE: Mapping[str, Phrase] = {
    "sent": _("A code is on its way. It works for 10 minutes."),
    "confirmed": _("Your e-mail address has been added. You can sign in with it."),
    "removed": _("Your e-mail address has been removed. It can no longer be used to sign in."),
    "unlinked": _("LINE is unlinked. Alerts wait for you here, and you sign in by e-mail."),
    "stays": _("Your account stays, and your pages are back online."),
    "stopped": _("Stopped. Nothing was changed."),
    "ended": _("Signed out there."),
}


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/account"""
    return await account_page(request, owner)


async def account_page(
    request: web.Request, owner: Owner, *, status: int = 200, problem: Phrase | None = None, written: str = ""
) -> web.Response:
    """The page as it is now; with a `problem`, what a form was refused for, and what was `written` in it."""
    return page(
        request,
        "account.html",
        status=status,
        owner=owner,
        apps=await request.app[APPS].apps.list(owner.scope),
        link=await request.app[ACCOUNTS].linking.last(owner),
        sign_ins=await request.app[ACCOUNTS].sign_ins.list(owner.scope, session_value(request)),
        owner_lang=page_lang(request),
        unproven=await request.app[ACCOUNTS].emails.waiting(owner.scope),
        done=DONE.get(request.query.get("done", "")),
        problem=problem,
        written=written,
    )
