"""Decides when what is held for owners is pushed or mailed, within the month's budget (handlers/push_budget.py).

Several may run side by side: what one decides, and what it counts, is one transaction.
"""

import structlog

from bot.parcels import loaded, waiting_of
from bot.rounds import Rounds
from handlers.alert_mail import alert_letter
from handlers.ports import Clock
from handlers.push_budget import Plan, Recipient, decide, month_at, month_of
from knowledge.store.alert_settings import AlertSettings, AlertSettingsRepository
from knowledge.store.database import Database, OwnerId, OwnerScope
from knowledge.store.held_rows import HeldRows
from knowledge.store.outbox import LETTER_LIVES, Channel, OutboxRepository, OutboxRow
from knowledge.store.owners import Owner, OwnerRepository
from knowledge.store.pushes import PushRepository

log = structlog.get_logger()

OWNERS_AT_ONCE = 50


class Pusher:
    """Looks at owners for whom something waits, and makes the rows that the sender sends."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._held, self._outbox = HeldRows(database), OutboxRepository(database)
        self._pushes = PushRepository(database)
        self._owners = OwnerRepository(database)
        self._settings = AlertSettingsRepository(database)
        self._clock = clock
        self._rounds = Rounds()

    def wake(self) -> None:
        """Something may be held, or more may be pushed."""
        self._rounds.wake()

    async def run(self) -> None:
        """Until cancelled."""
        await self._rounds.run(self.look)

    async def look(self) -> None:
        """Decide for every owner for whom something is due."""
        while owners := await self._held.due_owners(self._clock.now(), OWNERS_AT_ONCE):
            for owner_id in owners:
                await self._db.transaction(lambda owner_id=owner_id: self._decide(owner_id))  # type: ignore[misc]

    async def _decide(self, owner_id: OwnerId) -> None:
        scope, now = OwnerScope(owner_id), self._clock.now()
        held, owner = await self._held.of(scope), await self._owners.get(owner_id)
        if owner is None or not held:
            await self._held.remove([row.id for row in held])
            return
        settings = await self._settings.get(scope)
        month = month_of(now, await self._pushes.month(month_at(now)[0]))
        plan = decide(now, month, await self._recipient(owner, settings), [waiting_of(row) for row in held])
        if plan.push:
            await self._push(owner, plan, held)
        if plan.mail:
            await self._mail(owner, settings, plan, held)
        # After a push it is looked at once more what the rest of it has to wait for.
        if later := now if plan.push else plan.look_again:
            await self._held.look_again(scope, later)

    async def _recipient(self, owner: Owner, settings: AlertSettings) -> Recipient:
        now = self._clock.now()
        count = await self._pushes.owner(owner.scope, month_at(now)[0])
        return Recipient(
            count.used,
            count.last_at,
            settings.quiet_until(now),
            reachable=owner.line_user_id is not None and not owner.blocked,
            mail=settings.email_fallback and bool(settings.email),
        )

    async def _push(self, owner: Owner, plan: Plan, held: list[OutboxRow]) -> None:
        now = self._clock.now()
        empty = OutboxRow(
            Channel.LINE, owner.line_user_id or "", {"lang": owner.lang, "replies": []}, now, owner_id=owner.id
        )
        await self._held.carry(loaded(empty, held, plan.push, owner.lang), now)
        await self._pushes.count(owner.scope, month_at(now)[0], now, within_share=plan.within_share)
        log.info("pushing", owner_id=owner.id, alerts=len(plan.push), waiting=len(held) - len(plan.push))

    async def _mail(self, owner: Owner, settings: AlertSettings, plan: Plan, held: list[OutboxRow]) -> None:
        ids = {each.id for each in plan.mail}
        bodies = [row.body for row in held if row.id in ids]
        letter = alert_letter(bodies, owner.lang, in_line=owner.line_user_id is not None)
        row = OutboxRow(Channel.MAIL, settings.email, letter, self._clock.now(), owner_id=owner.id, lives=LETTER_LIVES)
        await self._outbox.put(row)
        await self._held.remove(sorted(ids))
