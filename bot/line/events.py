"""LINE events, read one at a time and tolerant of everything unknown (LINE: development guidelines).

Not the SDK's parser: it fails a whole delivery on one unknown value (RELIABILITY.md, "Rules behind them").
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handlers.messages import Incoming, IncomingKind, LinkEnd, SentFile
from knowledge.phrases import Lang
from knowledge.store.inbox.inbox import InboxEvent

Event = Mapping[str, Any]
ACCOUNT_LINK = "accountLink"


def to_inbox(event: Event, received_at: datetime, text: str = "") -> InboxEvent:
    """An event as the inbox keeps it; one without an id gets its content's hash, so that it too is known again.

    `text` is the JSON it came as, where that is at hand.
    """
    event_id = _text(event, "webhookEventId")
    return InboxEvent(
        event_id or hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest(),
        _lane(event),
        event,
        _happened_at(event, received_at),
        received_at,
        text=text,
    )


def to_incoming(event: Event, at: datetime, lang: Lang) -> Incoming | None:
    """What an owner did, or None for what the core has no use for: groups, standby, unknown events."""
    source = _part(event, "source")
    user_id = _text(source, "userId")
    if _text(event, "type") == ACCOUNT_LINK and not source:
        return _account_link(event, "", at, lang)  # one that failed names nobody (LINE: account link event)
    if not user_id or _text(source, "type") != "user" or _text(event, "mode") == "standby":
        return None
    read = READERS.get(_text(event, "type"))
    return read(event, user_id, at, lang) if read else None


def message_id(event: Event) -> str:
    return _text(_part(event, "message"), "id")


def reply_token(event: Event) -> str:
    """The token that answers this event free of charge; empty where there is none."""
    return _text(event, "replyToken")


def _message(event: Event, user_id: str, at: datetime, lang: Lang) -> Incoming:
    message = _part(event, "message")
    if _text(message, "type") == "file":
        return _file(message, user_id, at, lang)
    # What an image elsewhere would show is not ours to fetch (S33).
    if _text(message, "type") == "image" and _text(_part(message, "contentProvider"), "type") == "line":
        return Incoming(IncomingKind.PHOTO, user_id, at, message=message_id(event), lang=lang)
    if _text(message, "type") != "text":
        return Incoming(IncomingKind.OTHER, user_id, at, lang=lang)
    said, quoted = message_id(event), _text(message, "quotedMessageId")
    return Incoming(IncomingKind.TEXT, user_id, at, _text(message, "text"), message=said, quoted=quoted, lang=lang)


def _file(message: Event, user_id: str, at: datetime, lang: Lang) -> Incoming:
    size = message.get("fileSize")
    file = SentFile(_text(message, "fileName"), size if isinstance(size, int) and size >= 0 else 0)
    return Incoming(IncomingKind.FILE, user_id, at, message=_text(message, "id"), lang=lang, file=file)


def _postback(event: Event, user_id: str, at: datetime, lang: Lang) -> Incoming:
    postback = _part(event, "postback")
    # A page of the menu that is not there: what it offers can be typed too.
    lost = _text(_part(postback, "params"), "status") == "RICHMENU_ALIAS_ID_NOTFOUND"
    return Incoming(IncomingKind.ACTION, user_id, at, action="help" if lost else _text(postback, "data"), lang=lang)


def _follow(event: Event, user_id: str, at: datetime, lang: Lang) -> Incoming:
    return Incoming(IncomingKind.JOINED, user_id, at, lang=lang)


def _unfollow(event: Event, user_id: str, at: datetime, lang: Lang) -> Incoming:
    return Incoming(IncomingKind.LEFT, user_id, at, lang=lang)


def _unsend(event: Event, user_id: str, at: datetime, lang: Lang) -> Incoming:
    return Incoming(IncomingKind.TAKEN_BACK, user_id, at, message=_text(_part(event, "unsend"), "messageId"), lang=lang)


def _account_link(event: Event, user_id: str, at: datetime, lang: Lang) -> Incoming:
    link = _part(event, "link")
    end = LinkEnd(_text(link, "nonce"), _text(link, "result") == "ok")
    return Incoming(IncomingKind.LINKED, user_id, at, lang=lang, link=end)


READERS = {
    "message": _message,
    "postback": _postback,
    "follow": _follow,
    "unfollow": _unfollow,
    "unsend": _unsend,
    ACCOUNT_LINK: _account_link,
}


def _lane(event: Event) -> str:
    source = _part(event, "source")
    return _text(source, "userId") or _text(source, "groupId") or _text(source, "roomId") or "nobody"


def _happened_at(event: Event, otherwise: datetime) -> datetime:
    milliseconds = event.get("timestamp")
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return otherwise
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return otherwise


def _part(event: Event, name: str) -> Event:
    part = event.get(name)
    return part if isinstance(part, dict) else {}


def _text(event: Event, name: str) -> str:
    """A string property; half a surrogate pair, which no store takes, becomes a question mark."""
    text = event.get(name)
    if not isinstance(text, str):
        return ""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
