"""The owner's data to take along. By a link GET shows it is there, POST gives it, once (S4)."""

from aiohttp import web

from knowledge.store.accounts.owners import Owner
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


async def show_export(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export: what the file holds, and the button."""
    return page(request, "export.html")


async def download(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export.zip"""
    body = await request.app[ACCOUNTS].accounts.export(owner.scope)
    headers = {"Content-Disposition": 'attachment; filename="mimi-export.zip"'}
    return web.Response(body=body, content_type="application/zip", headers=headers)
