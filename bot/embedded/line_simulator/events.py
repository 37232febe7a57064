"""Webhook events as LINE makes them. Pure: the time is given, random parts come from `secrets`."""

import secrets
from datetime import datetime
from typing import Any

Event = dict[str, Any]
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ANSWERABLE = {"message", "follow", "postback", "accountLink"}


def event(kind: str, user_id: str | None, at: datetime, **fields: Any) -> Event:
    """An event of one user, with a reply token if its kind has one. `fields` are its own properties."""
    made: Event = {
        "type": kind,
        "mode": "active",
        "timestamp": int(at.timestamp() * 1000),
        "webhookEventId": ulid(at),
        "deliveryContext": {"isRedelivery": False},
    }
    if user_id is not None:
        made["source"] = {"type": "user", "userId": user_id}
        if kind in ANSWERABLE:
            made["replyToken"] = secrets.token_hex(16)
    return made | fields


def redelivered(original: Event) -> Event:
    """The same event once more: only `deliveryContext` tells."""
    return original | {"deliveryContext": {"isRedelivery": True}}


def ulid(at: datetime) -> str:
    """26 characters: the millisecond, then chance."""
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
