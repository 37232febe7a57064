"""Where the owner is signed in, on the page of the account: one browser is signed out, or all others."""

from aiohttp import web

from knowledge.errors import NotFound
from knowledge.store.accounts.owners import Owner
from web.owner.accounts.account import account_page
from web.site.errors import refused
from web.site.keys import ACCOUNTS
from web.site.pages import path_in_lang, see_other
from web.site.session import session_value


async def end(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/sessions/{session}/end: this may be the browser it is sent from, which then reads that it is out."""
    try:
        await request.app[ACCOUNTS].sign_ins.end(owner.scope, request.match_info["session"])
    except NotFound as error:
        return await account_page(request, owner, status=refused(request, error), problem=error.phrase)
    return see_other(path_in_lang(request, "/owner/account", done="ended") + "#sessions")


async def end_others(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/sessions/end: every other browser."""
    await request.app[ACCOUNTS].sign_ins.end_others(owner.scope, session_value(request))
    return see_other(path_in_lang(request, "/owner/account", done="ended") + "#sessions")
