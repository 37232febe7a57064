"""LINE events, read one at a time and tolerant of everything unknown (LINE: development guidelines).

Not the SDK's parser: it fails a whole delivery on one unknown value (RELIABILITY.md, "Rules behind them").
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.line.emoji import readable_emoji
from handlers.chat.help import HELP
from handlers.chat.incoming import (
    Incoming,
    Joined,
    Left,
    LinkEnded,
    SentElse,
    SentFile,
    SentPhoto,
    Tapped,
    TookBack,
    Wrote,
)
from knowledge.phrases import Lang
from knowledge.store.inbox.inbox import InboxEvent

# Nothing about it is sure: properties, types and values come without notice (LINE: development guidelines).
Event = Mapping[str, Any]


def to_inbox(event: Event, received_at: datetime, text: str = "") -> InboxEvent:
    """An event as the inbox keeps it; one without an id gets its content's hash, so that it too is known again.

    `text` is the JSON it came as, where that is at hand.
    """
    event_id, source = _text(event, "webhookEventId"), _part(event, "source")
    lane = _text(source, "userId") or _text(source, "groupId") or _text(source, "roomId") or "nobody"
    return InboxEvent(
        event_id or hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest(),
        lane,
        event,
        _happened_at(event, received_at),
        received_at,
        text=text,
    )


def to_incoming(event: Event, at: datetime, lang: Lang) -> Incoming | None:
    """What a person did, or None for what the core has no use for: groups, standby, unknown events."""
    source, kind = _part(event, "source"), _text(event, "type")
    who = _text(source, "userId")
    failed_to_link = kind == "accountLink" and not source  # it names nobody (LINE: account link event)
    # In a group people speak with each other; on standby another channel answers (LINE: channel state).
    is_for_us = who and _text(source, "type") == "user" and _text(event, "mode") != "standby"
    if not is_for_us and not failed_to_link:
        return None
    match kind:
        case "message":
            return _message(_part(event, "message"), who, at, lang)
        case "postback":
            postback = _part(event, "postback")
            # A page of the menu that is not there: what it offers can be typed too.
            lost = _text(_part(postback, "params"), "status") == "RICHMENU_ALIAS_ID_NOTFOUND"
            return Tapped(who, at, HELP.action() if lost else _text(postback, "data"), lang=lang)
        case "follow":
            # Also who unblocks mimi (`follow.isUnblocked`): whether they have an account says more than that.
            return Joined(who, at, lang=lang)
        case "unfollow":
            return Left(who, at, lang=lang)
        case "unsend":
            return TookBack(who, at, _text(_part(event, "unsend"), "messageId"), lang=lang)
        case "accountLink":
            link = _part(event, "link")
            return LinkEnded(who, at, _text(link, "nonce"), _text(link, "result") == "ok", lang=lang)
    return None


def _message(message: Event, who: str, at: datetime, lang: Lang) -> Incoming:
    said_in = _text(message, "id")
    match _text(message, "type"):
        case "text":
            written = _text(message, "text")
            text = readable_emoji(written, message.get("emojis"))
            if written and not text.strip():
                return SentElse(who, at, lang=lang)  # nothing but pictures, like a sticker
            return Wrote(who, at, text, said_in, _text(message, "quotedMessageId"), lang=lang)
        case "file":
            # Only to refuse what is too large before it is fetched; what is fetched is measured again.
            size = message.get("fileSize")
            known = size if isinstance(size, int) and size >= 0 else 0
            return SentFile(who, at, said_in, _text(message, "fileName"), known, lang=lang)
        # What an image elsewhere would show is not ours to fetch (S33).
        case "image" if _text(_part(message, "contentProvider"), "type") == "line":
            return SentPhoto(who, at, said_in, lang=lang)
    return SentElse(who, at, lang=lang)


def reply_token(event: Event) -> str:
    """The token that answers this event free of charge; empty where there is none."""
    return _text(event, "replyToken")


def _happened_at(event: Event, otherwise: datetime) -> datetime:
    # When it happened, not when it came: deliveries overtake each other (LINE: common properties, timestamp).
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
