"""Asking for a link by mail: the same answer whether the address has an account or not (S6)."""

from aiohttp import web

from knowledge.errors import BadInput, TooMany
from knowledge.phrases import Phrase
from web.site.body import read_form, text_in
from web.site.client_address import truncated_address
from web.site.errors import refused
from web.site.keys import ACCOUNTS
from web.site.pages import page, page_lang


async def show(request: web.Request) -> web.Response:
    """GET /signin: the ways in."""
    return _form(request)


async def send(request: web.Request) -> web.Response:
    """POST /signin: a link is mailed; the page shows the code that the link's page shows too (S5)."""
    address = text_in(await read_form(request), "address")
    try:
        code = await request.app[ACCOUNTS].mail_sign_in.ask(address, page_lang(request), truncated_address(request))
    except TooMany as error:
        response = _form(request, status=refused(request, error), problem=error.phrase, address=address)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    except BadInput as error:
        return _form(request, status=refused(request, error), problem=error.phrase, address=address)
    return page(request, "sign_in_mailed.html", code=code, address=address)


def _form(request: web.Request, *, status: int = 200, problem: Phrase | None = None, address: str = "") -> web.Response:
    return page(request, "sign_in_by_mail.html", status=status, problem=problem, address=address)
