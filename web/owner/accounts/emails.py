"""The account's e-mail address on the web: the same steps as in LINE, a form each."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from knowledge.errors import BadInput, NotAllowed, NotFound, TooMany
from knowledge.store.accounts.owners import Owner
from web.owner.accounts.account import account_page
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import ACCOUNTS
from web.site.pages import path_in_lang, see_other
from web.site.session import session_value


async def give(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/email: an address, to which a code is mailed."""
    address = text_in(await read_form(request), "address")
    return await _done(
        request, owner, "sent", lambda: request.app[ACCOUNTS].emails.ask(owner, address), written=address
    )


async def prove(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/email/code: the code from the mail."""
    code, keep = text_in(await read_form(request), "code"), session_value(request)
    return await _done(
        request, owner, "confirmed", lambda: request.app[ACCOUNTS].emails.confirm(owner, code, tell=True, keep=keep)
    )


async def send_again(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/email/again: a new code to the same address."""
    return await _done(request, owner, "sent", lambda: request.app[ACCOUNTS].emails.ask_again(owner))


async def stop(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/email/stop: the address that waits for its code is not wanted."""
    return await _done(request, owner, "stopped", lambda: request.app[ACCOUNTS].emails.stop(owner.scope))


async def take_off(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/email/remove: the address the form was shown with."""
    emails, keep = request.app[ACCOUNTS].emails, session_value(request)
    address = text_in(await read_form(request), "address")
    return await _done(request, owner, "removed", lambda: emails.take_off(owner, address, tell=True, keep=keep))


async def _done(
    request: web.Request, owner: Owner, done: str, work: Callable[[], Awaitable[object]], written: str = ""
) -> web.StreamResponse:
    """Back to the page, which says what was done, or why nothing was."""
    try:
        await work()
    except (BadInput, NotAllowed, NotFound, TooMany) as error:
        return await account_page(request, owner, status=refused(request, error), problem=error.phrase, written=written)
    return see_other(path_in_lang(request, "/owner/account", done=done))
