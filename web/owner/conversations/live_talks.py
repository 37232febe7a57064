"""A conversation that its owner looks at goes on by itself: what is said comes as it is said, by either door.

The stream tells nothing that the page, loaded anew, would not: it ends with the owner's session, since whoever comes
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
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.database import STORE_TROUBLE
from web.owner.apps.apps import app_named
from web.owner.conversations.conversations import conversation_named, place_in_list, speaker
from web.owner.conversations.said_lines import line_html, zone_of
from web.site.client_address import PLACES, client_address
from web.site.errors import refusal
from web.site.keys import ANSWERS, CONVERSATIONS
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
    """GET /owner/apps/{handle}/conversations/new: how many have begun since the place that `since` names."""
    app, since = await app_named(request, owner), place_in_list(request.query.get("since", ""))
    if since is None:
        raise NotFound(_("There is no page at this address."))
    counts = request.app[CONVERSATIONS].new_talks.counts
    if wants_json(request):
        last = request.headers.get("Last-Event-ID", "")
        so_far = [count async for count in counts(app.scope, since.last_at, wait=False) if str(count) != last]
        found = [{"id": str(count), "event": "new", "data": {"count": count}} for count in so_far]
        return web.json_response({"events": found, "last_event": found[-1]["id"] if found else last})
    try:
        with request.app[PLACES].place(client_address(request)):
            return await send(request, _counted(request, owner, counts(app.scope, since.last_at)))
    except TooMany as error:
        return refusal(request, error)


async def _counted(request: web.Request, owner: Owner, counts: AsyncGenerator[int, None]) -> Frames:
    async with aclosing(counts):
        try:
            async for count in _while_signed_in(request, owner, counts):
                yield frame("new", {"count": count}, str(count))
        except STORE_TROUBLE:
            return


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
    app, zone = await app_named(request, owner), await zone_of(request, owner)
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


async def _while_signed_in(request: web.Request, owner: Owner, news: AsyncGenerator[News, None]) -> AsyncIterator[News]:
    """Nothing is told to a browser that was signed out meanwhile."""
    async for each in news:
        now = await signed_in(request)
        if now is None or now.id != owner.id or now.leaving_at:
            return
        yield each
