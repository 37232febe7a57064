"""Replies on their way to LINE: as outbox rows, each with the token of the event that it answers."""

from datetime import datetime, timedelta

from handlers.messages import Replies
from handlers.outgoing import to_body
from handlers.ports import Clock
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import Database
from knowledge.store.inbox.inbox import InboxRepository
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow

# A reply token is good for a minute after the webhook came (LINE: send reply message); some of it must be left for the
# call itself.
REPLY_WINDOW = timedelta(seconds=50)


def reply_row(
    to: str, replies: Replies, owner: Owner | None, token: str, received_at: datetime, now: datetime
) -> OutboxRow:
    """The answer to an event that came at `received_at` with this token; without one it waits for another occasion."""
    return OutboxRow(
        Channel.LINE,
        to,
        to_body(replies),
        created_at=now,
        owner_id=owner.id if owner else None,
        reply_token=token,
        reply_until=received_at + REPLY_WINDOW,
        subject=replies.about,
    )


class LineAnswersLater:
    """Implements `handlers.ports.AnswersLater`: the token is kept with the event, which outlives what it said."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._inbox = InboxRepository(database)
        self._outbox = OutboxRepository(database)
        self._clock = clock

    async def answer(self, owner: Owner, replies: Replies, said_in: str) -> None:
        """Keep it for the sender, in the caller's transaction. Nothing goes to an owner who has no LINE (any more)."""
        if owner.line_user_id is None:
            return
        now = self._clock.now()
        token, received_at = await self._inbox.reply_token_of(owner.line_user_id, said_in) or ("", now)
        await self._outbox.put(reply_row(owner.line_user_id, replies, owner, token, received_at, now))
