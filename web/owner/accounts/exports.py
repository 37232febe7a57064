"""The owner's own data, to take along."""

from aiohttp import hdrs, web

from handlers.exports.archives import LARGEST
from knowledge.phrases import Phrase
from knowledge.store.accounts.owners import Owner
from web.site.file_streams import send_file
from web.site.keys import EXPORTS
from web.site.pages import page

NAME = "mimi-export.zip"
ZIP = "application/zip"


async def show_export(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export: what the file holds, and the button."""
    return export_page(request, owner)


def export_page(
    request: web.Request, owner: Owner, *, status: int = 200, problem: Phrase | None = None
) -> web.Response:
    """The page; with a `problem`, why a file was not taken."""
    largest = LARGEST // 1024**2
    values = {"largest": largest, "leaving": owner.leaving_at is not None, "problem": problem}
    return page(request, "export.html", status=status, **values)


async def download(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export.zip"""
    if request.method == hdrs.METH_HEAD:
        return web.Response(content_type=ZIP)
    pieces = await request.app[EXPORTS].exports.of(owner.scope)
    return await send_file(request, pieces, NAME, ZIP)
