"""A conversation that its owner looks at goes on by itself, and so does the list of them, whoever says something.

A stream tells nothing that the page, loaded anew, would not: it ends with the owner's session, since whoever comes
back with its last number is asked again who they are.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, TypeVar

from aiohttp import web

from knowledge.errors import NotFound, TooMany
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.conversations.conversations import Conversation, TalkPlace
from knowledge.store.database import STORE_TROUBLE
from web.owner.apps.apps import app_named, room
from web.owner.conversations.conversations import (
    conversation_named,
    named_place,
    place_in_list,
    row_of,
    speaker,
)
from web.owner.conversations.said_lines import line_html
from web.owner.times import zone_of
from web.site.client_address import PLACES, client_address
from web.site.errors import refusal
from web.site.keys import ANSWERS, CONVERSATIONS, LEARNING, WAITING
from web.site.pages import rendered
from web.site.session import signed_in
from web.site.sse import Frames, frame, send, wants_json

# The number of the last message that was told, and who spoke then.
_CURSOR = re.compile(r"([0-9]{1,9})(owner|mimi)?")
News = TypeVar("News")
Event = tuple[str, dict[str, Any], str]


async def events(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations/{conversation}/events: from Last-Event-ID on; as JSON, what there is now.

    `said` is a message, in the place of one with the same id; `speaking`, who answers the visitor now.
    """
    conversation = await conversation_named(request, owner)
    last = request.headers.get("Last-Event-ID", "")
    if wants_json(request):
        found = [
            {"id": cursor, "event": name, "data": data}
            async for name, data, cursor in _events(request, owner, conversation, last, wait=False)
        ]
        return web.json_response({"events": found, "last_event": found[-1]["id"] if found else last})
    try:
        with request.app[PLACES].place(client_address(request)):
            return await send(request, _frames(_events(request, owner, conversation, last)))
    except TooMany as error:
        return refusal(request, error)


async def new_ones(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations/new: what has changed in the list behind the place that `since` names, or
    Last-Event-ID.

    `talk` is a row, in the place of one with the same id, and without `html` none any more; `waiting`, how many wait.
    """
    since = place_in_list(request.headers.get("Last-Event-ID", "")) or place_in_list(request.query.get("since", ""))
    app = await app_named(request, owner)
    if since is None:
        raise NotFound(_("There is no page at this address."))
    if wants_json(request):
        found = [
            {"id": cursor, "event": name, "data": data}
            async for name, data, cursor in _list_events(request, owner, app, since, wait=False)
        ]
        return web.json_response({"events": found, "last_event": found[-1]["id"] if found else named_place(since)})
    try:
        with request.app[PLACES].place(client_address(request)):
            return await send(request, _frames(_list_events(request, owner, app, since)))
    except TooMany as error:
        return refusal(request, error)


async def _list_events(
    request: web.Request, owner: Owner, app: App, since: TalkPlace, *, wait: bool = True
) -> AsyncGenerator[Event, None]:
    here, zone = f"{room(app)}/conversations", await zone_of(request, owner.scope)
    again = wait and "Last-Event-ID" in request.headers
    async with aclosing(request.app[CONVERSATIONS].new_talks.news(app.scope, since, again=again, wait=wait)) as news:
        async for each in _while_signed_in(request, owner, news):
            cursor = named_place(each.place)
            for gone in each.gone:
                yield "talk", {"id": gone, "html": ""}, cursor
            for talk in each.talks:
                html = rendered(request, "talk_row.html", here=here, row=row_of(request, talk, zone))
                yield "talk", {"id": talk.conversation.id, "html": html}, cursor
            yield await _waiting(request, owner, cursor)


async def _waiting(request: web.Request, owner: Owner, cursor: str) -> Event:
    """The count on the menu, as it is now."""
    request[WAITING] = await request.app[LEARNING].open_questions.count(owner.scope)
    return "waiting", {"html": rendered(request, "waiting.html")}, cursor


async def _frames(events: AsyncGenerator[Event, None]) -> Frames:
    async with aclosing(events):
        try:
            async for name, data, cursor in events:
                yield frame(name, data, cursor)
        except STORE_TROUBLE:
            return  # the browser comes back, and is told then


async def _events(
    request: web.Request, owner: Owner, conversation: Conversation, last: str, *, wait: bool = True
) -> AsyncGenerator[Event, None]:
    app, zone = await app_named(request, owner), await zone_of(request, owner.scope)
    place = _CURSOR.fullmatch(last)
    read, spoke = (int(place[1]), place[2]) if place else (0, None)
    async with aclosing(request.app[ANSWERS].owner_feed.news(conversation, read, wait=wait)) as news:
        async for each in _while_signed_in(request, owner, news):
            for message in (*each.said, *each.writing):
                read = message.seq or read
                html = line_html(request, app, message, zone)
                yield "said", {"id": message.id, "html": html}, f"{read}{spoke or ''}"
            if spoke != (spoke := speaker(each.conversation)):
                html = rendered(request, "speaking.html", conversation=each.conversation)
                yield "speaking", {"html": html, "by": spoke}, f"{read}{spoke}"
            if each.said and wait:
                yield await _waiting(request, owner, f"{read}{spoke}")


async def _while_signed_in(request: web.Request, owner: Owner, news: AsyncGenerator[News, None]) -> AsyncIterator[News]:
    """Nothing is told to a browser that was signed out meanwhile."""
    async for each in news:
        now = await signed_in(request)
        if now is None or now.id != owner.id or now.leaving_at:
            return
        yield each
