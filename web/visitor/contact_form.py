"""The contact form."""

from aiohttp import web

from knowledge.errors import BadInput, TooMany
from knowledge.phrases import Phrase
from web.site.body import read_form, text_in
from web.site.client_address import truncated_address
from web.site.errors import refused
from web.site.keys import ACCOUNTS
from web.site.pages import page, page_lang, path_in_lang, see_other


async def show(request: web.Request) -> web.Response:
    """GET /contact"""
    return _page(request, sent=request.query.get("done") == "sent")


async def send(request: web.Request) -> web.Response:
    """POST /contact"""
    form = await read_form(request)
    reply_to, text = text_in(form, "reply_to", ""), text_in(form, "text")
    try:
        await request.app[ACCOUNTS].contact.send(reply_to, text, page_lang(request), truncated_address(request))
    except (BadInput, TooMany) as error:
        status = refused(request, error)
        return _page(request, status=status, problem=error.phrase, reply_to=reply_to, text=text)
    return see_other(path_in_lang(request, "/contact", done="sent"))


def _page(
    request: web.Request,
    *,
    status: int = 200,
    sent: bool = False,
    problem: Phrase | None = None,
    reply_to: str = "",
    text: str = "",
) -> web.Response:
    return page(request, "contact_form.html", status=status, sent=sent, problem=problem, reply_to=reply_to, text=text)
