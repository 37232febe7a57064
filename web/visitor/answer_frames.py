"""What was said in a conversation, in the words of docs/api.md: as frames of server-sent events while it is said, and
as a transcript. Answers are safe HTML, people's words plain text (S21, S24).
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any

from aiohttp import web

from handlers.answers.answers import Accepted
from handlers.answers.feed import words_of
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
    VisitorSaid,
)
from knowledge.errors import MimiError
from knowledge.phrases import Tag
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import PENDING, Message, Role
from knowledge.store.database import STORE_TROUBLE
from web.site.errors import store_away
from web.site.keys import ANSWERS
from web.site.markdown import is_safe_link, to_html
from web.site.pages import spoken_lang
from web.site.sse import Frames, frame


def answer_frames(request: web.Request, app: App, accepted: Accepted) -> Frames:
    """One answer, from `conversation` to `done`. `message` in the first names the answer that is coming."""
    return _frames(request, request.app[ANSWERS].feed.answer_events(app, accepted), accepted.answer_id)


def later_frames(request: web.Request, app: App, key: str, last: str | None) -> Frames:
    """What is said from `last` on, for as long as somebody reads."""
    return _frames(request, request.app[ANSWERS].feed.events(app, key, last))


async def events_so_far(request: web.Request, app: App, key: str, last: str | None) -> list[dict[str, Any]]:
    """The same without waiting, as values: for a client whom no stream reaches."""
    lang, so_far = spoken_lang(request), []
    async with aclosing(request.app[ANSWERS].feed.events(app, key, last, wait=False)) as events:
        async for sent in events:
            name, data = _named(sent.event, lang)
            so_far.append({"id": sent.cursor, "event": name, "data": data})
    return so_far


def notice_frame(code: str, text: str, retry_after: int | None = None) -> bytes:
    """A `notice` event."""
    return frame("notice", _without_none(code=code, text=text, retry_after=retry_after))


async def _frames(request: web.Request, events: AsyncGenerator[Sent, None], answer_id: str = "") -> Frames:
    lang = spoken_lang(request)
    async with aclosing(events):
        try:
            async for sent in events:
                yield frame(*_named(sent.event, lang, answer_id), sent.cursor)
        # The response has begun, so its status can say nothing any more.
        except MimiError as error:
            yield notice_frame("unavailable", error.phrase.say(lang))
        except STORE_TROUBLE:
            yield notice_frame("unavailable", store_away(request).phrase.say(lang))


def _named(event: AnswerEvent, lang: Tag, answer_id: str = "") -> tuple[str, dict[str, Any]]:
    """An event's name and what it says."""
    match event:
        case Opened(key, spoken):
            return "conversation", {"key": key, "message": answer_id, "lang": spoken}
        case Delta(message, at, text):
            return "delta", {"text": text, "message": message, "at": at}
        case SourceFound(message, title, url):
            return "source", {"message": message, **source(title, url)}
        case Suggested(message, questions):
            return "suggestions", {"message": message, "questions": list(questions)}
        case Done(message, state, text):
            # All of its text: a client that resumed in the middle never had its beginning here.
            return "done", {"message": message, "state": state.value, "html": to_html(text)}
        case Notice(code, phrase, retry_after):
            return "notice", _without_none(code=code, text=phrase.say(lang), retry_after=retry_after)
        case OwnerSaid(message, text):
            return "owner", {"text": text, "message": message}
        case VisitorSaid(message, client_id, text):
            return "visitor", {"text": text, "message": message, "id": client_id}
        case OwnerPresent(message, state, text):
            return "presence", {"state": state.value, "text": text, "message": message}


def _without_none(**data: Any) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def shown(message: Message) -> dict[str, Any]:
    """One message; `html` is empty where `text` is to be shown as it is."""
    return {
        "id": message.id,
        "role": message.role.value,
        "text": words_of(message),
        # The owner's words are in a language of their own choice.
        "lang": "" if message.role is Role.OWNER and message.text else message.lang,
        "html": to_html(message.text) if message.role is Role.MIMI else "",
        "state": message.state,
        "sources": [source(each.title, each.url) for each in message.sources],
        "suggestions": list(message.suggestions),
        "feedback": message.feedback,
    }


def source(title: str, url: str) -> dict[str, str]:
    """A source, with its link only where that is one to show."""
    # A link with another scheme would be a script, or lead into this site (S22).
    return {"title": title} | ({"url": url} if is_safe_link(url) else {})


def complete(messages: Iterable[Message]) -> list[Message]:
    """Without answers that are still being written."""
    return [message for message in messages if message.state != PENDING]


def last_event(messages: Iterable[Message]) -> str:
    """The Last-Event-ID with which events go on after these messages."""
    return str(max((message.seq or 0 for message in messages), default=0))
