"""The values of the outbox: one message to one recipient, and how it stands in the store."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from knowledge.store.database import Document, OwnerId, new_id

# A retry key is remembered by LINE for 24 hours; after that the same key sends a second copy.
DEADLINE = timedelta(hours=23)
# "The give-up time generally needs to be at least 4-5 days" (RFC 5321 4.5.4.1): a mail server may be away so long.
LETTER_LIVES = timedelta(days=4)


class Channel(StrEnum):
    LINE = "line"
    MAIL = "mail"


class RowState(StrEnum):
    WAITING = "waiting"
    HELD = "held"  # an alert, or an answer that came too late, that no push or reply carries yet
    CARRIED = "carried"  # in the body of another row, which is waiting
    SENT = "sent"
    FAILED = "failed"


class Urgency(StrEnum):
    """How soon an owner should hear of something."""

    NOW = "now"
    SOON = "soon"
    DIGEST = "digest"  # when there is something else to say anyway, or once a week
    ALONG = "along"  # on a reply or a push that goes to them anyway; never a push or a letter of its own
    ANSWER = "answer"  # an answer that came too late for its reply token: at once, if nothing else needs the push


class Paid(StrEnum):
    """Whether a push was counted when it was decided on, and of what."""

    NOT = ""
    SHARE = "share"  # of its owner's share of the month
    BEYOND = "beyond"  # of what others had left
    NOBODY = "nobody"  # to somebody without an account


# The kind of a row that was an answer, and is held since it could not be given in time.
LATE_ANSWER = "late_answer"


@dataclass(frozen=True)
class Carried:
    """A row in the body of another one, and how many of its messages are that row's."""

    row_id: str
    messages: int


@dataclass(frozen=True)
class OutboxRow:
    """One message to one recipient. `body` is the channel's own form of it: replies for LINE, a letter for mail.

    `reply_token` and `reply_until` are set when it answers a webhook and may go out free of charge.
    `subject` is the id of what it is about (an alert), found again when the recipient quotes the message.
    `kind` and `urgency` are an alert's: what sort of news it is, and how soon it should be heard.
    It is tried for as long as it `lives`: a letter whose code is dead helps nobody.
    `carries` are rows whose replies stand before its own; `alone` one that LINE refused in company.
    `shut` is the way out that was shut when it should have gone: it waits for that, whatever its deadline.
    """

    channel: Channel
    to: str
    body: Mapping[str, Any]
    created_at: datetime
    owner_id: OwnerId | None = None
    subject: str = ""
    kind: str = ""
    urgency: Urgency = Urgency.NOW
    carries: tuple[Carried, ...] = ()
    alone: bool = False
    reply_token: str = ""
    reply_until: datetime | None = None
    id: str = field(default_factory=new_id)
    retry_key: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: RowState = RowState.WAITING
    attempts: int = 0
    reply_tried: bool = False
    problem: str = ""
    lives: timedelta = DEADLINE
    paid: Paid = Paid.NOT
    shut: str = ""

    @property
    def deadline(self) -> datetime:
        return self.created_at + self.lives

    @property
    def has_own_words(self) -> bool:
        """Whether there is more to it than what it carries."""
        return bool(self.body.get("replies"))

    def is_over(self, now: datetime) -> bool:
        """Whether it is not to be sent any more. What only a shut way has kept goes on waiting, unless it is worth
        nothing by now."""
        return now >= self.deadline and not (self.shut and self.lives >= DEADLINE)


def to_document(row: OutboxRow) -> Document:
    return {
        "_id": row.id,
        "channel": row.channel,
        "to": row.to,
        "body": dict(row.body),
        "created_at": row.created_at,
        "owner_id": row.owner_id,
        "subject": row.subject,
        "kind": row.kind,
        "urgency": row.urgency,
        "carries": [[each.row_id, each.messages] for each in row.carries],
        "alone": row.alone,
        "reply_token": row.reply_token,
        "reply_until": row.reply_until,
        "retry_key": row.retry_key,
        "state": row.state,
        "attempts": row.attempts,
        "reply_tried": row.reply_tried,
        "problem": row.problem,
        "lives": row.lives.total_seconds(),
        "paid": row.paid,
        "shut": row.shut,
    }


def to_row(document: Document) -> OutboxRow:
    return OutboxRow(
        channel=Channel(document["channel"]),
        to=document["to"],
        body=document["body"],
        created_at=document["created_at"],
        owner_id=document["owner_id"],
        subject=document["subject"],
        kind=document.get("kind", ""),
        urgency=Urgency(document.get("urgency", Urgency.NOW)),
        carries=tuple(Carried(row_id, messages) for row_id, messages in document.get("carries", ())),
        alone=document.get("alone", False),
        reply_token=document["reply_token"],
        reply_until=document["reply_until"],
        id=document["_id"],
        retry_key=document["retry_key"],
        state=RowState(document["state"]),
        attempts=document["attempts"],
        reply_tried=document["reply_tried"],
        problem=document["problem"],
        lives=timedelta(seconds=document.get("lives", DEADLINE.total_seconds())),
        paid=Paid(document.get("paid", Paid.NOT)),
        shut=document.get("shut", ""),
    )
