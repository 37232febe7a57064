"""Talking with a visitor in mimi's place from their conversation's page: the same use cases as in LINE."""

from collections.abc import Mapping

from aiohttp import web

from handlers.conversations.takeovers import Takeovers
from knowledge.errors import BadInput, NotFound
from knowledge.store.accounts.owners import Owner
from web.owner.conversations import conversation_named, conversation_page, path_to_latest
from web.owner.takeover_answers import anything_said
from web.site.body import read_form, text_in
from web.site.keys import CONVERSATIONS
from web.site.pages import path_in_lang, see_other

LONGEST_ID = 36  # of a form: a UUID


async def begin(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/talk; a `text` that came too late before is said now."""
    conversation = await conversation_named(request, owner)
    form = await read_form(request)
    text = text_in(form, "text", "")
    try:
        await _takeovers(request).begin(owner.scope, conversation.id)
        if text:
            await _say(request, owner, conversation.id, form)
    except BadInput as error:
        return await conversation_page(request, owner, problem=error, text=text)
    return see_other(path_to_latest(request))


async def say(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/say: what cannot be said stays in the form."""
    conversation = await conversation_named(request, owner)
    form = await read_form(request)
    text = text_in(form, "text")
    try:
        await _say(request, owner, conversation.id, form)
    except (BadInput, NotFound) as error:
        return await conversation_page(request, owner, problem=error, text=text)
    return see_other(path_to_latest(request))


async def end(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/hand-back: on to what was answered, if anything was."""
    conversation = await conversation_named(request, owner)
    # Handed back in LINE or by itself meanwhile: that is what is wanted, and the page says that mimi is speaking.
    if conversation.takeover:
        await _takeovers(request).end(owner.scope, conversation.id)
    if conversation.takeover and await anything_said(request, owner):
        handle = request.match_info["handle"]
        return see_other(path_in_lang(request, f"/owner/apps/{handle}/conversations/{conversation.id}/answers"))
    return see_other(path_to_latest(request))


async def _say(request: web.Request, owner: Owner, conversation_id: str, form: Mapping[str, str]) -> None:
    """A form sent twice, as an impatient finger does, is said once."""
    client_id = text_in(form, "id", "")[:LONGEST_ID]
    await _takeovers(request).say(owner.scope, conversation_id, text_in(form, "text"), client_id=client_id)


def _takeovers(request: web.Request) -> Takeovers:
    return request.app[CONVERSATIONS].takeovers
