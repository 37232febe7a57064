"""Messages as the page and the API show them: answers as safe HTML, people's words as plain text (S21, S24)."""

from collections.abc import Iterable
from typing import Any

from handlers.answers.feed import words_of
from knowledge.store.conversations.messages import PENDING, Message, Role
from web.site.markdown import is_safe_link, to_html


def shown(message: Message) -> dict[str, Any]:
    """One message; `html` is empty where `text` is to be shown as it is."""
    return {
        "id": message.id,
        "role": message.role.value,
        "text": words_of(message),
        "html": to_html(message.text) if message.role is Role.MIMI else "",
        "state": message.state,
        "sources": [source(each.title, each.url) for each in message.sources],
        "suggestions": list(message.suggestions),
        "feedback": message.feedback,
    }


def source(title: str, url: str) -> dict[str, str]:
    """A source, with its link only where that is one to show."""
    return {"title": title} | ({"url": url} if is_safe_link(url) else {})


def complete(messages: Iterable[Message]) -> list[Message]:
    """Without answers that are still being written."""
    return [message for message in messages if message.state != PENDING]


def last_event(messages: Iterable[Message]) -> str:
    """The Last-Event-ID with which events go on after these messages."""
    return str(max((message.seq or 0 for message in messages), default=0))
