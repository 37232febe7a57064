"""What is held for an owner, put into a row that goes to them anyway: a reply, or a push made for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.line.render import MESSAGES, render
from handlers.alert_cards import News
from handlers.alert_kinds import KINDS
from handlers.alerts import Alerts
from handlers.messages import Choice, Replies, Text
from handlers.outgoing import carrying, from_body, to_body
from handlers.ports import Clock
from handlers.push_budget import Waiting, fitting, month_at, month_of
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.alerts import AlertKind
from knowledge.store.database import Database
from knowledge.store.held_rows import HeldRows
from knowledge.store.outbox import Carried, OutboxRow
from knowledge.store.owners import Owner
from knowledge.store.pushes import PushRepository


class Carrier:
    """Puts what waits for an owner on the reply to what they wrote: it costs nothing there."""

    def __init__(self, database: Database, alerts: Alerts, clock: Clock) -> None:
        self._held = HeldRows(database)
        self._pushes = PushRepository(database)
        self._alerts = alerts
        self._clock = clock

    async def put(self, row: OutboxRow, owner: Owner, not_before: datetime) -> OutboxRow:
        """Keep a reply with what goes along, in the caller's transaction; the row as it is kept."""
        await self._tell_if_low(owner)
        row = with_held(row, await self._held.of(owner.scope), owner.lang)
        await self._held.carry(row, not_before)
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


def waiting_of(row: OutboxRow) -> Waiting:
    """A held row as the budget sees it."""
    messages = len(render(from_body(row.body)))
    disturbs = row.kind not in set(AlertKind) or KINDS[AlertKind(row.kind)].quiet
    return Waiting(row.id, row.urgency, row.created_at, messages, disturbs, row.alone)


def with_held(row: OutboxRow, held: Sequence[OutboxRow], lang: Lang) -> OutboxRow:
    """The row with as much of what is held as a call has room for besides its own messages."""
    chosen = fitting([waiting_of(each) for each in held if not each.alone], MESSAGES - len(render(from_body(row.body))))
    return loaded(row, held, chosen, lang)


def loaded(row: OutboxRow, held: Sequence[OutboxRow], chosen: Sequence[Waiting], lang: Lang) -> OutboxRow:
    """The row carrying what was chosen, and a line that says how many are left, where there is room for it."""
    if not chosen:
        return row
    by_id = {each.id: each for each in held}
    bodies = [by_id[each.id].body for each in chosen]
    carries = [Carried(each.id, each.messages) for each in chosen]
    left = len(held) - len(chosen)
    full = sum(each.messages for each in chosen) + len(render(from_body(row.body))) >= MESSAGES
    if left and not full:
        bodies.append(to_body(Replies(lang, (_left(left),))))
        # Its message is nobody's: quoting it is quoting no alert.
        carries.append(Carried("", 1))
    return replace(row, body=carrying(row.body, bodies), carries=tuple(carries))


def _left(count: int) -> Text:
    more: Phrase = _("{count} more wait for you. Whatever you write to me brings the next ones.", count=count)
    return Text(more, (Choice(_("Show what waits"), action="alert.waiting"),))
