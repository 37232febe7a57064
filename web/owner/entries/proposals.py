"""What the owner's programs propose: each shown whole, and applied, worded otherwise or discarded, as in LINE."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from handlers.entries.doubles import WAYS, AsksTheSame, to_way
from handlers.entries.faqs import LONGEST_ANSWER
from handlers.proposals.proposals import ChangedSince, Proposals, Shown
from knowledge.errors import BadInput, MimiError, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import AppId
from knowledge.store.inbox.proposals import Proposal
from web.owner.apps.apps import room
from web.owner.entries.asked_names import ask_about
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import APPS, PROPOSALS
from web.site.pages import page, path_in_lang, see_other

ROOM = "/owner/proposals"
DONE: Mapping[str, Phrase] = {
    "applied": _("Done. The change is in effect."),
    "discarded": _("Discarded. Nothing was changed."),
    "reworded": _("Your wording is in place. Apply it if it is right."),
    "anew": _("What this would change has changed in the meantime. Nothing was done yet. Please check it again."),
}


@dataclass(frozen=True)
class ProposedOnPage:
    """One of them: what it would do, or why it cannot be done any more."""

    proposal: Proposal
    title: Phrase
    text: str  # what may be worded otherwise
    app: str
    shown: Shown | None
    problem: Phrase | None = None


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/proposals: of all apps, the oldest first."""
    return await _list_page(request, owner)


async def apply(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/proposals/{proposal}/apply: `way` is what becomes of an entry that asks the same."""
    named, way = request.match_info["proposal"], text_in(await read_form(request), "way", "")
    proposals = _proposals(request)
    try:
        proposal = await proposals.get(owner.scope, named)
        saved = await proposals.apply(owner.scope, named, to_way(way) if way else None)
    except (ChangedSince, AsksTheSame):
        return await _anew(request, owner, named)
    except (BadInput, NotFound) as error:
        return await _list_page(request, owner, status=refused(request, error), problem=error.phrase)
    if saved and (saved.kinds or saved.asked):
        # There is something to say about it, where the entry is.
        app = await request.app[APPS].apps.get(proposal.scope)
        place = f"{room(app)}/faqs/{saved.entry.id}"
        return see_other(path_in_lang(request, place, done="saved", **ask_about(saved.asked)))
    return see_other(path_in_lang(request, ROOM, done="applied"))


async def reword(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/proposals/{proposal}/reword: the same with the owner's own text, still only proposed."""
    named, text = request.match_info["proposal"], text_in(await read_form(request), "text")
    try:
        await _proposals(request).reword(owner.scope, named, text)
    except (BadInput, NotFound) as error:
        status = refused(request, error)
        return await _list_page(request, owner, status=status, problem=error.phrase, written={named: text})
    return see_other(path_in_lang(request, ROOM, done="reworded"))


async def discard(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/proposals/{proposal}/discard"""
    try:
        await _proposals(request).discard(owner.scope, request.match_info["proposal"])
    except NotFound as error:
        return await _list_page(request, owner, status=refused(request, error), problem=error.phrase)
    return see_other(path_in_lang(request, ROOM, done="discarded"))


async def _anew(request: web.Request, owner: Owner, named: str) -> web.StreamResponse:
    """As it would be now, which is not what was shown."""
    try:
        await _proposals(request).again(owner.scope, named)
    except (BadInput, NotFound) as error:
        return await _list_page(request, owner, status=refused(request, error), problem=error.phrase)
    return see_other(path_in_lang(request, ROOM, done="anew"))


async def _list_page(
    request: web.Request,
    owner: Owner,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    written: Mapping[str, str] | None = None,
) -> web.Response:
    names = {app.id: app.name for app in await request.app[APPS].apps.list(owner.scope)}
    waiting = await _proposals(request).filed(owner.scope)
    return page(
        request,
        "proposals.html",
        status=status,
        proposals=[await _on_page(request, each, names) for each in waiting],
        several=len(names) > 1,
        ways=WAYS,
        longest=LONGEST_ANSWER,
        done=DONE.get(request.query.get("done", "")),
        problem=problem,
        written=written or {},
    )


async def _on_page(request: web.Request, proposal: Proposal, names: Mapping[AppId, str]) -> ProposedOnPage:
    area, app = request.app[PROPOSALS], names.get(proposal.scope.app_id, "")
    title, text = area.changes.kind(proposal.change).title, area.proposals.text_of(proposal)
    try:
        return ProposedOnPage(proposal, title, text, app, await area.proposals.look(proposal))
    except MimiError as error:
        return ProposedOnPage(proposal, title, text, app, None, error.phrase)


def _proposals(request: web.Request) -> Proposals:
    return request.app[PROPOSALS].proposals
