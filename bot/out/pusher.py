"""Decides when what is held for owners is pushed or mailed, within the month's budget (handlers/alerts/push_budget.py).

Several may run side by side: whoever claims what is held first decides about it, and a push that is decided on what
somebody else has changed meanwhile is decided anew. Nothing is locked for the others.
"""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.out.bundling import loaded, waiting_of
from bot.out.late_answers import tidied
from handlers.alerts.cards import alert_letter
from handlers.alerts.push_budget import PushPlan, Recipient, decide, month_at, month_of
from handlers.ports import Clock
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.alerts.alert_settings import AlertSettings, AlertSettingsRepository
from knowledge.store.database import Document, OwnerId, OwnerScope
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outages import Way, WayRepository
from knowledge.store.outbox.outbox import LETTER_LIVES, Channel, OutboxRepository, OutboxRow, Paid, Urgency
from knowledge.store.outbox.pushes import MonthCount, OwnerCount, PushRepository

log = structlog.get_logger()

OWNERS_AT_ONCE = 50


class Pusher:
    """Looks at owners for whom something waits, and makes the rows that the sender sends."""

    def __init__(
        self,
        held: HeldRows,
        outbox: OutboxRepository,
        pushes: PushRepository,
        owners: OwnerRepository,
        settings: AlertSettingsRepository,
        ways: WayRepository,
        clock: Clock,
        page: str,
    ) -> None:
        """`page` is where who has no LINE answers."""
        self._held = held
        self._outbox = outbox
        self._pushes = pushes
        self._owners = owners
        self._settings = settings
        self._ways = ways
        self._clock = clock
        self._page = page

    async def look(self) -> None:
        """Decide for every owner for whom something is due."""
        while owners := await self._held.due_owners(self._clock.now(), OWNERS_AT_ONCE):
            is_open = Way.PUSH not in {each.way for each in await self._ways.all_shut()}
            for owner_id in owners:
                await self._decide(owner_id, is_open=is_open)

    async def _decide(self, owner_id: OwnerId, *, is_open: bool) -> None:
        scope, now = OwnerScope(owner_id), self._clock.now()
        owner = await self._owners.get(owner_id)
        held = await tidied(self._held, await self._held.of(scope), now)
        if owner is None or not held:
            await self._held.remove([row.id for row in held])
            return
        settings, name = await self._settings.get(scope), month_at(now)[0]
        counts, used = await self._pushes.month(name), await self._pushes.owner(scope, name)
        recipient = self._recipient(owner, settings, used, is_open=is_open)
        plan = decide(now, month_of(now, counts), recipient, [waiting_of(row) for row in held])
        if plan.push:
            await self._push(owner, plan, held, counts)
        if plan.mail:
            await self._mail(owner, settings, plan, held)
        # After a push the rest is still due: it is looked at once more what that has to wait for.
        if plan.look_again and not plan.push:
            await self._held.put_off([row.id for row in held], now, plan.look_again)

    def _recipient(self, owner: Owner, settings: AlertSettings, count: OwnerCount, *, is_open: bool) -> Recipient:
        return Recipient(
            count.used,
            count.last_at,
            settings.quiet_until(self._clock.now()),
            reachable=owner.line_user_id is not None and not owner.blocked and is_open,
            mail=settings.email_fallback and bool(settings.email),
            last_answer=count.answered_at,
        )

    async def _push(self, owner: Owner, plan: PushPlan, held: Sequence[OutboxRow], counts: MonthCount) -> None:
        """One push: claimed, counted, kept, in this order. Dying in between wastes one at most and holds up nothing."""
        now = self._clock.now()
        body: Document = {"lang": owner.lang, "replies": []}
        paid = Paid.SHARE if plan.within_share else Paid.BEYOND
        row = OutboxRow(Channel.LINE, owner.line_user_id or "", body, now, owner_id=owner.id, paid=paid)
        claimed = await self._held.claim(row.id, [each.id for each in plan.push], now)
        if not claimed:
            return  # somebody else has them
        name, answers = month_at(now)[0], all(each.urgency is Urgency.ANSWER for each in plan.push)
        within = plan.within_share
        if not await self._pushes.count(owner.scope, name, now, counts, within_share=within, answers=answers):
            await self._outbox.let_go(row, now)
            return
        await self._outbox.put(loaded(row, claimed, len(held) - len(claimed), owner.lang))
        log.info("pushing", owner_id=owner.id, alerts=len(claimed), waiting=len(held) - len(claimed))

    async def _mail(self, owner: Owner, settings: AlertSettings, plan: PushPlan, held: Sequence[OutboxRow]) -> None:
        """One letter, which takes the place of what it says."""
        row = OutboxRow(Channel.MAIL, settings.email, {}, self._clock.now(), owner_id=owner.id, lives=LETTER_LIVES)
        claimed = await self._held.claim(row.id, [each.id for each in plan.mail], self._clock.now())
        if not claimed:
            return  # somebody else has them
        page = self._page if owner.line_user_id is None else ""
        letter = alert_letter([each.body for each in claimed], owner.lang, page)
        await self._outbox.put(replace(row, body=letter))
        await self._held.remove([each.id for each in claimed])
