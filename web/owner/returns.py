"""An export brought back on the web: a file, what would be made of it, and how far it is."""

from aiohttp import web

from handlers.exports.archives import LARGEST
from handlers.exports.contents import HELD
from knowledge.errors import BadInput, NotAllowed, TooMany
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.exports.returns import Return, ReturnState
from web.owner.accounts.exports import export_page
from web.site.body import read_upload
from web.site.errors import refused
from web.site.keys import EXPORTS
from web.site.pages import page, path_in_lang, see_other

REFRESH_SECONDS = "2"


async def begin(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/export/back: look the file through."""
    try:
        upload = await read_upload(request, "file", LARGEST)
        if not upload.name:
            raise BadInput(_("Please choose a file first."))
        made = await request.app[EXPORTS].returns.begin(owner, upload.name, upload.data)
    except (BadInput, NotAllowed, TooMany) as problem:
        return export_page(request, owner, status=refused(request, problem), problem=problem.phrase)
    return see_other(path_in_lang(request, f"/owner/export/back/{made.id}"))


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/export/back/{return}: what would be made, how far it is, or what came of it."""
    return await _page(request, owner, await _return(request, owner))


async def apply(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/export/back/{return}/apply"""
    try:
        await request.app[EXPORTS].returns.apply(owner.scope, request.match_info["return"])
    except BadInput as problem:
        return await _page(request, owner, await _return(request, owner), refused(request, problem), problem.phrase)
    return see_other(path_in_lang(request, f"/owner/export/back/{request.match_info['return']}"))


async def cancel(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/export/back/{return}/cancel"""
    try:
        await request.app[EXPORTS].returns.cancel(owner.scope, request.match_info["return"])
    except BadInput as problem:
        return await _page(request, owner, await _return(request, owner), refused(request, problem), problem.phrase)
    return see_other(path_in_lang(request, "/owner/export"))


async def _page(
    request: web.Request, owner: Owner, each: Return, status: int = 200, problem: Phrase | None = None
) -> web.StreamResponse:
    waits = each.state is ReturnState.READY
    response = page(
        request,
        "return.html",
        status=status,
        each=each,
        apps=await request.app[EXPORTS].returns.handles(owner, each) if waits else (),
        held=HELD,
        total=sum(each.counts.values()),
        problem=problem or each.problem,
    )
    if each.state is ReturnState.APPLYING:
        # Without a script: the page looks again by itself until it is done.
        response.headers["Refresh"] = REFRESH_SECONDS
    return response


async def _return(request: web.Request, owner: Owner) -> Return:
    return await request.app[EXPORTS].returns.get(owner.scope, request.match_info["return"])
