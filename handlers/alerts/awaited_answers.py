"""Outcomes of work that takes longer than an answer may: into the answer that waits, else as a message of their own."""

from handlers.messages import Replies, Reply
from handlers.outgoing import to_body
from handlers.ports import Clock
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import AppScope
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow, RowState


class AwaitedAnswers:
    """Told in the transaction of what they are about. `about` is what the reply that waits was begun with (`Later`)."""

    def __init__(self, owners: OwnerRepository, outbox: OutboxRepository, clock: Clock) -> None:
        self._owners = owners
        self._outbox = outbox
        self._clock = clock

    async def answer(self, scope: AppScope, about: str, kind: str, *replies: Reply) -> None:
        """Free of charge while the reply token lives; afterwards it waits for the next occasion."""
        owner = await self._owners.get(scope.owner_id)
        if owner is None or owner.line_user_id is None:
            return
        body, now = to_body(Replies(owner.lang, replies)), self._clock.now()
        if await self._outbox.fill(owner.scope, about, body, now):
            return
        await self._outbox.put(
            OutboxRow(
                Channel.LINE,
                owner.line_user_id,
                body,
                created_at=now,
                owner_id=owner.id,
                subject=about,
                kind=kind,
                state=RowState.HELD,
            )
        )
