"""The owner's own data: take it along, or have all of it deleted."""

from aiohttp import web

from knowledge.phrases import _
from knowledge.store.owners import Owner
from web.body import read_form, text_in
from web.keys import ACCOUNTS
from web.pages import page, page_lang
from web.session import forget

TYPE_THIS = _("delete everything")


async def show_export(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export: what the file holds, and the button."""
    return page(request, "export.html")


async def download(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export.zip"""
    body = await request.app[ACCOUNTS].export(owner.scope)
    headers = {"Content-Disposition": 'attachment; filename="mimi-export.zip"'}
    return web.Response(body=body, content_type="application/zip", headers=headers)


async def ask_deletion(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/delete: what goes, and a sentence to type."""
    return page(request, "delete.html", type_this=TYPE_THIS, problem=None)


async def delete(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/delete: everything goes, sessions included, if the sentence is right."""
    typed = text_in(await read_form(request), "typed").strip()
    if typed.casefold() != TYPE_THIS.say(page_lang(request)).casefold():
        problem = _("That is not what the page asks you to type. Nothing was deleted.")
        return page(request, "delete.html", status=400, type_this=TYPE_THIS, problem=problem)
    await request.app[ACCOUNTS].erase(owner.scope)
    response = page(request, "deleted.html")
    forget(response)
    return response
