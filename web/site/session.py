"""The owner's session: one `__Host-` cookie (S9), and pages that only open with it."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from handlers.accounts.accounts import SESSION_LONGEST
from knowledge.errors import NotAllowed
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from web.site.keys import ACCOUNTS, APPS, LANG, LEARNING, OWNED_APPS, OWNER, WAITING
from web.site.pages import APP, is_of_another, lang_of, page, path_in_lang, see_other
from web.site.sent_forms import sent_form

COOKIE = "__Host-mimi"

log = structlog.get_logger()

OwnerHandler = Callable[[web.Request, Owner], Awaitable[web.StreamResponse]]


def for_owner(
    handler: OwnerHandler, *, while_leaving: bool = False, signed_out: str = "signed_out.html"
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """`handler` for whoever is signed in; anybody else is told how to sign in, by the template `signed_out`.

    Whoever is leaving gets the page that says so in its place, unless it works `while_leaving`.
    """

    async def checked(request: web.Request) -> web.StreamResponse:
        owner = await signed_in(request)
        if owner is None:
            if session_value(request):
                log.info("refused", status=401, code="session_over")
            return page(request, signed_out, status=401, sent=await sent_form(request))
        # An owner has chosen a language in LINE; a link that names one wins for this page.
        request[LANG] = lang_of(request) if "lang" in request.query else owner.lang
        request[OWNER] = owner
        if is_of_another(request, owner):
            log.info("refused", status=409, code="of_another_owner", owner_id=owner.id)
            return page(request, "other_owner.html", status=409, sent=await sent_form(request))
        if owner.leaving_at and not while_leaving:
            if await sent_form(request):
                raise NotAllowed(
                    _("Your account is being deleted, so nothing was saved. Keep the account, then send this again.")
                )
            return see_other(path_in_lang(request, "/owner/delete"))
        if APP in request.query:
            request[OWNED_APPS] = await request.app[APPS].apps.list(owner.scope)
        if not owner.leaving_at:
            request[WAITING] = await request.app[LEARNING].open_questions.count(owner.scope)
        return await handler(request, owner)

    return checked


def session_value(request: web.Request) -> str:
    """What this browser is signed in with; empty if it is not."""
    return request.cookies.get(COOKIE, "")


async def signed_in(request: web.Request) -> Owner | None:
    """Whose browser this is."""
    value = session_value(request)
    return await request.app[ACCOUNTS].accounts.session_owner(value) if value else None


def keep(response: web.StreamResponse, value: str) -> None:
    """Give the browser a session, for as long as one can last at all, also when the browser is closed meanwhile; when
    it ends is decided on the server (S12).
    """
    longest = int(SESSION_LONGEST.total_seconds())
    response.set_cookie(COOKIE, value, max_age=longest, path="/", secure=True, httponly=True, samesite="Lax")


def forget(response: web.StreamResponse) -> None:
    """Take the cookie back."""
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
