"""The core's answer events as frames of server-sent events, in the words of docs/api.md."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from aiohttp import web

from handlers.answers.answers import Accepted
from handlers.messages import (
    AnswerEvent,
    Delta,
    Done,
    Notice,
    Opened,
    OwnerPresent,
    OwnerSaid,
    Sent,
    SourceFound,
    Suggested,
)
from knowledge.errors import MimiError
from knowledge.phrases import Lang
from knowledge.store.apps.apps import App
from knowledge.store.database import STORE_TROUBLE
from web.site.errors import store_away
from web.site.keys import ANSWERS
from web.site.markdown import to_html
from web.site.pages import page_lang
from web.site.sse import Frames, frame
from web.visitor.transcript import source


async def answer_frames(request: web.Request, app: App, accepted: Accepted) -> Frames:
    """One answer, from `conversation` to `done`. `message` in the first names the answer that is coming."""
    async with aclosing(request.app[ANSWERS].feed.answer_events(app, accepted)) as events:
        async for each in _frames(request, events, answer_id=accepted.answer_id):
            yield each


async def later_frames(request: web.Request, app: App, key: str, last: str | None) -> Frames:
    """What is said from `last` on, for as long as somebody reads."""
    async with aclosing(request.app[ANSWERS].feed.events(app, key, last)) as events:
        async for each in _frames(request, events):
            yield each


async def events_so_far(request: web.Request, app: App, key: str, last: str | None) -> list[dict[str, Any]]:
    """The same without waiting, as values: for a client whom no stream reaches."""
    async with aclosing(request.app[ANSWERS].feed.events(app, key, last, wait=False)) as events:
        return [
            {"id": cursor, "event": name, "data": data}
            async for name, data, cursor in _told(request, events, answer_id="")
        ]


def notice_frame(code: str, text: str, retry_after: int | None = None) -> bytes:
    """A `notice` event."""
    return frame("notice", _without_none(code=code, text=text, retry_after=retry_after))


async def _frames(request: web.Request, events: AsyncGenerator[Sent, None], answer_id: str = "") -> Frames:
    lang = page_lang(request)
    try:
        async for name, data, cursor in _told(request, events, answer_id):
            yield frame(name, data, cursor)
    # The response has begun, so its status can say nothing any more.
    except MimiError as error:
        yield notice_frame("unavailable", error.phrase.say(lang))
    except STORE_TROUBLE:
        yield notice_frame("unavailable", store_away(request).phrase.say(lang))


async def _told(
    request: web.Request, events: AsyncGenerator[Sent, None], answer_id: str
) -> AsyncGenerator[tuple[str, dict[str, Any], str | None], None]:
    lang = page_lang(request)
    async for sent in events:
        name, data = _named(sent.event, lang)
        if isinstance(sent.event, Opened):
            data["message"] = answer_id
        if isinstance(sent.event, Done):
            # The whole of it: a client that resumed in the middle never had its beginning here.
            data["html"] = to_html(sent.event.text)
        yield name, data, sent.cursor


def _named(event: AnswerEvent, lang: Lang) -> tuple[str, dict[str, Any]]:
    match event:
        case Opened(key):
            return "conversation", {"key": key}
        case Delta(message, at, text):
            return "delta", {"text": text, "message": message, "at": at}
        case SourceFound(message, title, url):
            return "source", {"message": message, **source(title, url)}
        case Suggested(message, questions):
            return "suggestions", {"message": message, "questions": list(questions)}
        case Done(message, state, _text):
            return "done", {"message": message, "state": state.value}
        case Notice(code, phrase, retry_after):
            return "notice", _without_none(code=code, text=phrase.say(lang), retry_after=retry_after)
        case OwnerSaid(message, text):
            return "owner", {"text": text, "message": message}
        case OwnerPresent(message, state, text):
            return "presence", {"state": state.value, "text": text, "message": message}


def _without_none(**data: Any) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}
