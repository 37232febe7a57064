"""Signing in by the link from LINE: GET shows it, only POST uses it (S4)."""

from aiohttp import web

from knowledge.errors import NotFound
from web.body import read_form, text_in
from web.keys import ACCOUNTS
from web.pages import page, see_other
from web.session import COOKIE, forget, keep

# Where a link may lead; anything else leads to the first room.
ROOMS = {"export": "/owner/export", "delete": "/owner/delete", "import": "/owner/import"}


async def show(request: web.Request) -> web.Response:
    """GET /sign-in/{token}: the code to compare with the one in LINE (S5), and a button. Changes nothing."""
    token = request.match_info["token"]
    try:
        code = await request.app[ACCOUNTS].look_at_link(token)
    except NotFound:
        return page(request, "sign_in_used.html", status=404)
    return page(request, "sign_in.html", token=token, code=code, room=request.query.get("to", ""))


async def sign_in(request: web.Request) -> web.StreamResponse:
    """POST /sign-in: the token becomes a session, once; a session this browser had before ends (S10)."""
    form = await read_form(request)
    accounts = request.app[ACCOUNTS]
    try:
        value = await accounts.sign_in(text_in(form, "token"))
    except NotFound:
        return page(request, "sign_in_used.html", status=404)
    if before := request.cookies.get(COOKIE):
        await accounts.sign_out(before)
    response = see_other(ROOMS.get(form.get("to", ""), "/owner"))
    keep(response, value)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    """POST /owner/sign-out: the session is dead on the server too (S11)."""
    if value := request.cookies.get(COOKIE):
        await request.app[ACCOUNTS].sign_out(value)
    response = see_other("/")
    forget(response)
    return response
