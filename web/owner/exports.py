"""The owner's own data, to take along."""

from aiohttp import web

from knowledge.store.accounts.owners import Owner
from web.site.keys import ACCOUNTS
from web.site.pages import page


async def show_export(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export: what the file holds, and the button."""
    return page(request, "export.html")


async def download(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export.zip"""
    body = await request.app[ACCOUNTS].accounts.export(owner.scope)
    headers = {"Content-Disposition": 'attachment; filename="mimi-export.zip"'}
    return web.Response(body=body, content_type="application/zip", headers=headers)
