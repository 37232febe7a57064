"""Linking LINE on the web: the page a link from LINE opens, and the button that takes LINE off again."""

from aiohttp import web

from handlers.accounts.linking import CARRIED_OUT, WORDS
from knowledge.errors import BadInput, NotAllowed, NotFound
from knowledge.store.accounts.owners import Owner
from web.owner.accounts.account import account_page
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import ACCOUNTS, APPS
from web.site.pages import page, path_in_lang, see_other
from web.site.session import session_value


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /link/{token}: which account it would be, what becomes of it, and a button. Changes nothing."""
    token = request.match_info["token"]
    try:
        plan = await request.app[ACCOUNTS].linking.look(owner, token)
    except NotFound:
        return page(request, "link_used.html", status=404)
    apps = await request.app[APPS].apps.list(owner.scope)
    possible = plan in CARRIED_OUT
    return page(request, "link.html", token=token, owner=owner, apps=apps, words=WORDS[plan], possible=possible)


async def confirm(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/link: on to LINE's page. By a link and not by a redirect, which `form-action` would stop."""
    token = text_in(await read_form(request), "token")
    try:
        line_page = await request.app[ACCOUNTS].linking.confirm(owner, token)
    except NotFound:
        return page(request, "link_used.html", status=404)
    except BadInput as error:
        return await account_page(request, owner, status=refused(request, error), problem=error.phrase)
    return page(request, "link_on.html", line_page=line_page)


async def unlink(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/unlink: LINE goes off the account; this browser stays signed in."""
    try:
        await request.app[ACCOUNTS].linking.unlink(owner, in_line=False, keep=session_value(request))
    except (NotAllowed, NotFound) as error:
        return await account_page(request, owner, status=refused(request, error), problem=error.phrase)
    return see_other(path_in_lang(request, "/owner/account", done="unlinked"))
