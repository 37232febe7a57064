"""Conversations on the web, whole: the latest, searched, read and deleted by their app's owner."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from handlers.conversations.conversations import LONGEST_OWNER_TEXT
from handlers.conversations.past_conversations import Glimpse, masked_words
from knowledge.errors import BadInput, MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.conversations.conversations import Conversation, TalkPlace
from web.owner.apps.apps import app_named, room
from web.owner.conversations.said_lines import line_of
from web.owner.times import when, zone_name, zone_of
from web.site.errors import refused
from web.site.keys import ANSWERS, CLOCK, CONVERSATIONS
from web.site.pages import page, page_lang, path_in_lang, see_other

SHOWN = 50  # messages of a conversation on one page
LONGEST_NUMBER = 9
NOWHERE = "0" * 24  # no conversation's id, for a place that is only a time
_PLACE = re.compile(r"([0-9]{1,14})-([0-9a-f]{24})")  # milliseconds, and an id


async def show_list(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations: one page, or what holds the words of `q`."""
    app = await app_named(request, owner)
    words, asked = request.query.get("q", "").replace("\0", "").strip()[:100], request.query.get("before", "")
    place = place_in_list(asked)
    found = await request.app[CONVERSATIONS].past.page(app.scope, place, words)
    zone = await zone_of(request, owner.scope)
    return page(
        request,
        "conversations.html",
        app=app,
        found=[row_of(request, each, zone) for each in found.talks],
        words=words,
        first=place is None,
        behind=named_place(found.behind) if found.behind else "",
        now=named_place(TalkPlace(request.app[CLOCK].now(), NOWHERE)),
        since=when(request, found.behind.last_at, zone) if found.behind else "",
        zone=zone_name(request, zone),
    )


def row_of(request: web.Request, glimpse: Glimpse, zone: ZoneInfo) -> dict[str, Any]:
    """What the list shows of one."""
    talk = glimpse.conversation
    return {
        "id": talk.id,
        "first": glimpse.first,
        "count": glimpse.count,
        "last": when(request, talk.last_at, zone),
        "waiting": glimpse.waiting,
        "talking": talk.takeover is not None,
        "blocked": talk.blocked_at is not None,
    }


def named_place(place: TalkPlace) -> str:
    """A place in the list, as an address has it."""
    return f"{place.last_at.timestamp() * 1000:.0f}-{place.id}"


def place_in_list(asked: str) -> TalkPlace | None:
    """Where a page of the list begins, as its address says it; the beginning for whatever is no such place."""
    named = _PLACE.fullmatch(asked)
    return TalkPlace(datetime.fromtimestamp(int(named[1]) / 1000, UTC), named[2]) if named else None


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
    app, conversation = await app_named(request, owner), await conversation_named(request, owner)
    asked = request.query.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) <= LONGEST_NUMBER else None
    piece = await request.app[CONVERSATIONS].past.piece(conversation, SHOWN, before)
    zone = await zone_of(request, owner.scope)
    return page(
        request,
        "conversation.html",
        status=refused(request, problem) if problem else 200,
        app=app,
        conversation=conversation,
        lines=[line_of(request, app, message, zone) for message in piece.said],
        earlier=piece.said[0].seq if piece.earlier else None,
        before=before,
        last_event=f"{conversation.seq}{speaker(conversation)}",
        began=when(request, conversation.created_at, zone),
        zone=zone_name(request, zone),
        masked=masked_words(conversation, page_lang(request), zone),
        problem=problem.phrase if problem else None,
        text=text,
        longest=LONGEST_OWNER_TEXT,
    )


def speaker(conversation: Conversation) -> str:
    """Who answers the visitor now, as the conversation's stream says it."""
    return "owner" if conversation.takeover else "mimi"


def path_to_latest(request: web.Request) -> str:
    """Where the page of the conversation in the URL says who speaks, below what was said last."""
    handle, conversation = request.match_info["handle"], request.match_info["conversation"]
    return path_in_lang(request, f"/owner/apps/{handle}/conversations/{conversation}") + "#latest"


async def conversation_named(request: web.Request, owner: Owner) -> Conversation:
    """The conversation in the URL, if it is this app's (S39). Raises NotFound."""
    app = await app_named(request, owner)
    found = await request.app[CONVERSATIONS].past.get(owner.scope, request.match_info["conversation"])
    if found.scope != app.scope:
        raise NotFound(_("There is no page at this address."))
    return found
