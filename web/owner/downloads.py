"""GET shows that there is something to download, POST gives it, once: link previews use nothing up (S4)."""

from aiohttp import web

from web.site.body import read_form, text_in
from web.site.keys import ACCOUNTS
from web.site.pages import page


async def show(request: web.Request) -> web.Response:
    """GET /download/{token}"""
    token = request.match_info["token"]
    await request.app[ACCOUNTS].downloads.look(token)
    return page(request, "download.html", token=token)


async def take(request: web.Request) -> web.Response:
    """POST /download"""
    body = await request.app[ACCOUNTS].downloads.take(text_in(await read_form(request), "token"))
    headers = {"Content-Disposition": 'attachment; filename="mimi-export.zip"'}
    return web.Response(body=body, content_type="application/zip", headers=headers)
