"""The owner's data to take along. By a link GET shows it is there, POST gives it, once (S4)."""

from aiohttp import web

from web.owner.accounts.exports import NAME, ZIP
from web.site.body import read_form, text_in
from web.site.file_streams import send_file
from web.site.keys import EXPORTS
from web.site.pages import page


async def show(request: web.Request) -> web.Response:
    """GET /download/{token}"""
    token = request.match_info["token"]
    await request.app[EXPORTS].downloads.look(token)
    return page(request, "download.html", token=token)


async def take(request: web.Request) -> web.StreamResponse:
    """POST /download"""
    pieces = await request.app[EXPORTS].downloads.take(text_in(await read_form(request), "token"))
    return await send_file(request, pieces, NAME, ZIP)
