"""What is held for an owner, put into a row that goes to them anyway: a reply, or a push made for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.line.render import MESSAGES, render
from bot.out.late_answers import again_of, tidied
from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import SHOW_WAITING, News
from handlers.alerts.kinds import KINDS
from handlers.alerts.push_budget import WaitingPush, fitting, month_at, month_of
from handlers.messages import Replies, Text
from handlers.outgoing import carrying, from_body, to_body
from handlers.ports import Clock
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Carried, OutboxRepository, OutboxRow
from knowledge.store.outbox.pushes import PushRepository


class Carrier:
    """Puts what waits for an owner on the reply to what they wrote: it costs nothing there."""

    def __init__(
        self, held: HeldRows, outbox: OutboxRepository, pushes: PushRepository, alerts: Alerts, clock: Clock
    ) -> None:
        self._held = held
        self._outbox = outbox
        self._pushes = pushes
        self._alerts = alerts
        self._clock = clock

    async def put(self, row: OutboxRow, owner: Owner, leased_until: datetime) -> OutboxRow:
        """Keep a reply with what goes along, leased to this process; the row as kept. Done again it changes nothing."""
        await self._tell_if_low(owner)
        now = self._clock.now()
        held = await tidied(self._held, await self._held.of(owner.scope), now, again_of(row))
        room = MESSAGES - len(render(from_body(row.body)))
        chosen = fitting([waiting_of(each) for each in held if not each.alone], room)
        if chosen:
            claimed = await self._held.claim(row.id, [each.id for each in chosen], now)
            row = loaded(row, claimed, len(held) - len(claimed), owner.lang)
        await self._outbox.put(row, leased_until=leased_until)
        return row

    async def _tell_if_low(self, owner: Owner) -> None:
        """Once a month, and only where it is free: pushing it would cost what it warns of."""
        now = self._clock.now()
        name, _starts, ends = month_at(now)
        month = month_of(now, await self._pushes.month(name))
        if month.is_low:
            first = f"{ends.month}/{ends.day}"
            body = _(
                "This mimi has {left} LINE messages left until {first}. Urgent alerts go first; "
                "the others come when you write to me.",
                left=month.left or 0,
                first=first,
            )
            await self._alerts.tell(owner.scope, News(AlertKind.QUOTA, name, body))


def waiting_of(row: OutboxRow) -> WaitingPush:
    """A held row as the budget sees it."""
    messages = len(render(from_body(row.body)))
    disturbs = row.kind not in set(AlertKind) or KINDS[AlertKind(row.kind)].quiet
    return WaitingPush(row.id, row.urgency, row.created_at, messages, disturbs, row.alone)


def loaded(row: OutboxRow, claimed: Sequence[OutboxRow], left: int, lang: Lang) -> OutboxRow:
    """The row carrying what was claimed for it, and a line that says how many are left, where there is room for it."""
    if not claimed:
        return row
    bodies = [each.body for each in claimed]
    carries = [Carried(each.id, len(render(from_body(each.body)))) for each in claimed]
    full = sum(each.messages for each in carries) + len(render(from_body(row.body))) >= MESSAGES
    if left > 0 and not full:
        bodies.append(to_body(Replies(lang, (_left(left),))))
        # Its message is nobody's: quoting it is quoting no alert.
        carries.append(Carried("", 1))
    return replace(row, body=carrying(row.body, bodies), carries=tuple(carries))


def _left(count: int) -> Text:
    more: Phrase = _("{count} more are waiting. Send me anything to get the next ones.", count=count)
    return Text(more, (SHOW_WAITING(),))
