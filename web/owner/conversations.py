"""Conversations on the web, whole: the latest, searched, read and deleted by their app's owner."""

import uuid
from typing import Any

from aiohttp import web
from babel.dates import format_datetime

from handlers.clock import JAPAN
from handlers.conversations.conversations import LONGEST_OWNER_TEXT
from handlers.conversations.past_conversations import SPEAKERS, masked_words
from handlers.paging import Page
from knowledge.errors import BadInput, MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.conversations.messages import Message
from web.owner.apps import app_named, room
from web.site.errors import refused
from web.site.keys import ANSWERS, CONVERSATIONS
from web.site.pages import page, page_lang, path_in_lang, see_other
from web.visitor.answer_frames import shown


async def show_list(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations: one page, or what holds the words of `q`."""
    app = await app_named(request, owner)
    past, words = request.app[CONVERSATIONS].past, request.query.get("q", "")[:100]
    shown = Page.of(request.query.get("page", ""), await past.count(app.scope))
    found = (
        await past.find(app.scope, words) if words else await past.latest(app.scope, skip=shown.skip, limit=shown.size)
    )
    rows = [
        {
            "id": each.conversation.id,
            "first": each.first,
            "count": each.count,
            "last": _when(request, each.conversation.last_at),
            "talking": each.conversation.takeover is not None,
            "blocked": each.conversation.blocked_at is not None,
        }
        for each in found
    ]
    return page(request, "conversations.html", app=app, found=rows, words=words, number=shown.number, last=shown.last)


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations/{conversation}"""
    return await conversation_page(request, owner)


async def show_latest(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations/{conversation}/latest: on to what was said last.

    A link from the page to a place in itself would only scroll there; this one loads it anew.
    """
    await conversation_named(request, owner)
    return see_other(path_to_latest(request))


async def delete(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/delete"""
    app = await app_named(request, owner)
    await request.app[CONVERSATIONS].past.delete(owner.scope, (await conversation_named(request, owner)).id)
    return see_other(path_in_lang(request, f"{room(app)}/conversations"))


async def block(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/block"""
    await request.app[CONVERSATIONS].past.block(owner.scope, (await conversation_named(request, owner)).id)
    return see_other(path_to_latest(request))


async def unblock(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/unblock"""
    await request.app[CONVERSATIONS].past.unblock(owner.scope, (await conversation_named(request, owner)).id)
    return see_other(path_to_latest(request))


async def release(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/release/{message}"""
    await conversation_named(request, owner)
    try:
        await request.app[ANSWERS].held.release(owner.scope, request.match_info["message"])
    except BadInput as error:
        return await conversation_page(request, owner, problem=error)
    return see_other(path_to_latest(request))


async def conversation_page(
    request: web.Request, owner: Owner, *, problem: MimiError | None = None, text: str = ""
) -> web.Response:
    """The conversation in the URL, and who speaks in it; with what went wrong, and the words it went wrong with."""
    conversation = await conversation_named(request, owner)
    said = await request.app[CONVERSATIONS].past.read(conversation)
    return page(
        request,
        "conversation.html",
        status=refused(request, problem) if problem else 200,
        app=await app_named(request, owner),
        conversation=conversation,
        lines=[_line(message) for message in said],
        began=_when(request, conversation.created_at),
        masked=masked_words(conversation, page_lang(request)),
        problem=problem.phrase if problem else None,
        text=text,
        form_id=uuid.uuid4(),
        longest=LONGEST_OWNER_TEXT,
    )


def path_to_latest(request: web.Request) -> str:
    """Where the page of the conversation in the URL says who speaks, below what was said last."""
    handle, conversation = request.match_info["handle"], request.match_info["conversation"]
    return path_in_lang(request, f"/owner/apps/{handle}/conversations/{conversation}") + "#speaking"


async def conversation_named(request: web.Request, owner: Owner) -> Conversation:
    """The conversation in the URL, if it is this app's (S39). Raises NotFound."""
    app = await app_named(request, owner)
    found = await request.app[CONVERSATIONS].past.get(owner.scope, request.match_info["conversation"])
    if found.scope != app.scope:
        raise NotFound(_("There is no page at this address."))
    return found


def _line(message: Message) -> dict[str, Any]:
    return shown(message) | {"who": SPEAKERS.get(message.role)}


def _when(request: web.Request, at: Any) -> str:
    return format_datetime(at.astimezone(JAPAN), "short", locale=page_lang(request))
