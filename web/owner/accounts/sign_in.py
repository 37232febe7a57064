"""Signing in: a link is asked for by mail, or comes from LINE; GET shows it, only POST uses it (S4)."""

from aiohttp import web

from handlers.accounts.accounts import Signup
from knowledge.errors import BadInput, NotAllowed, NotFound, TooMany
from knowledge.phrases import Phrase
from knowledge.store.programs.api_keys import Reach
from web.site.body import read_form, text_in
from web.site.browsers import browser_and_device, is_inside_line
from web.site.client_address import truncated_address
from web.site.errors import refused
from web.site.keys import ACCOUNTS
from web.site.pages import page, page_lang, see_other
from web.site.sent_forms import room_asked
from web.site.session import COOKIE, forget, keep, signed_in

# Where a link may lead; anything else leads to the first room.
ROOMS = {"export": "/owner/export", "delete": "/owner/delete", "import": "/owner/import"} | {
    f"keys-{reach}": f"/owner/keys?reach={reach}" for reach in Reach
}


async def ask_for_link(request: web.Request) -> web.Response:
    """GET /signin: the ways in; `to` is the room whose door was shut."""
    return _form(request, room=room_asked(request.query.get("to", "")))


async def send_link(request: web.Request) -> web.Response:
    """POST /signin: a link is mailed; the page shows the code that the link's page shows too (S5)."""
    form = await read_form(request)
    address, room = text_in(form, "address"), room_asked(text_in(form, "to", ""))
    network, lang = truncated_address(request), page_lang(request)
    try:
        code = await request.app[ACCOUNTS].mail_sign_in.ask(address, lang, network, room)
    except (TooMany, BadInput) as error:
        response = _form(request, status=refused(request, error), problem=error.phrase, address=address, room=room)
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    return page(request, "sign_in_mailed.html", code=code, address=address, room=room)


def _form(
    request: web.Request, *, status: int = 200, problem: Phrase | None = None, address: str = "", room: str = ""
) -> web.Response:
    return page(request, "sign_in_by_mail.html", status=status, problem=problem, address=address, room=room)


async def show(request: web.Request) -> web.Response:
    """GET /sign-in/{token}: the code to compare (S5), and a button. Changes nothing."""
    return await _shown(request, request.match_info["token"], request.query.get("to", ""))


async def sign_in(request: web.Request) -> web.StreamResponse:
    """POST /sign-in: the token becomes a session, once; a session this browser had before ends (S10)."""
    form = await read_form(request)
    accounts, token = request.app[ACCOUNTS].accounts, text_in(form, "token")
    room, invite = form.get("to", ""), form.get("invite", "")
    try:
        value = await accounts.sign_in(token, page_lang(request), invite, *browser_and_device(request))
    except NotFound:
        return await _dead(request, room)
    except (BadInput, NotAllowed) as error:
        return await _shown(request, token, room, invite, status=refused(request, error), problem=error.phrase)
    if before := request.cookies.get(COOKIE):
        await accounts.sign_out(before)
    response = see_other(ROOMS.get(room) or room_asked(room) or "/owner")
    keep(response, value)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    """POST /owner/sign-out: the session is dead on the server too (S11)."""
    if value := request.cookies.get(COOKIE):
        await request.app[ACCOUNTS].accounts.sign_out(value)
    response = see_other("/")
    forget(response)
    return response


async def _shown(
    request: web.Request, token: str, room: str, invite: str = "", *, status: int = 200, problem: Phrase | None = None
) -> web.Response:
    """The page of a link; whoever is new, or takes another owner's place in this browser, reads so."""
    accounts = request.app[ACCOUNTS].accounts
    try:
        arrival = await accounts.arriving(token)
    except NotFound:
        return await _dead(request, room)
    here = await signed_in(request)
    return page(
        request,
        "sign_in.html",
        status=status,
        token=token,
        code=arrival.code,
        address=arrival.address,
        is_new=arrival.owner is None,
        is_closed=accounts.signup is Signup.CLOSED,
        is_by_invitation=accounts.signup is Signup.INVITE,
        ends_another=here is not None and (arrival.owner is None or here.id != arrival.owner.id),
        room=room,
        inside_line=is_inside_line(request),
        invite=invite,
        problem=problem,
    )


async def _dead(request: web.Request, room: str) -> web.Response:
    """Where a link led to, the next one leads to; whoever is signed in here needs none."""
    here, place = await signed_in(request), ROOMS.get(room) or room_asked(room)
    return page(request, "sign_in_used.html", status=404, room=place, here=here is not None)
