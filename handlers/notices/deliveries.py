"""A notice to one owner: by mail and in LINE, once, with a record of what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from handlers.accounts.letters import letter
from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.messages import Choice, Words
from handlers.ports import Clock
from knowledge.phrases import Phrase
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import AppScope, Database
from knowledge.store.notices.deliveries import KEPT, Delivered, DeliveryRepository, NoticeDelivery
from knowledge.store.outbox.outbox import OutboxRepository
from knowledge.store.outbox.rows import Channel, RowState

# A mail server that is down for days has its letters in the end: a notice is worth as much later.
NOTICE_LIVES = timedelta(days=5)
LOOK_FIRST, LOOK_LATER = timedelta(minutes=2), timedelta(hours=6)
LOOK_SELDOM, LONG_AGO = timedelta(days=7), timedelta(days=60)  # at a card that waits for an owner who is away
AT_ONCE = 200

OUTCOMES: Final[Mapping[RowState, Delivered]] = {RowState.SENT: Delivered.SENT, RowState.FAILED: Delivered.REFUSED}


@dataclass(frozen=True)
class OwnerNotice:
    """What is said: `subject` and `text` of the letter, `body` of the card and what can be tapped there.

    `key` names the notice, so that nobody gets it twice; `kind` decides how soon LINE carries the card. `title` heads
    it in place of the kind's.
    """

    key: str
    subject: Phrase
    text: Phrase
    body: Words
    kind: AlertKind
    choices: tuple[Choice, ...] = ()
    app: AppScope | None = None
    title: Words = ""


class Deliveries:
    """Gives notices and keeps the record true."""

    def __init__(
        self, db: Database, deliveries: DeliveryRepository, outbox: OutboxRepository, alerts: Alerts, clock: Clock
    ) -> None:
        self._db = db
        self._deliveries = deliveries
        self._outbox = outbox
        self._alerts = alerts
        self._clock = clock

    async def give(self, owner: Owner, notice: OwnerNotice) -> bool:
        """Tell an owner by every way there is, in one transaction with the record; False if they have been told."""

        async def work() -> bool:
            now = self._clock.now()
            record = NoticeDelivery(
                id=f"{notice.key}:{owner.id}",
                owner_id=owner.id,
                notice=notice.key,
                mail=Delivered.WAITING if owner.email else Delivered.NO_ADDRESS,
                line=Delivered.WAITING if owner.line_user_id else Delivered.NO_ADDRESS,
                created_at=now,
            )
            if not await self._deliveries.add(record, now + LOOK_FIRST, now + KEPT):
                return False
            if owner.email:
                words = (notice.subject, notice.text)
                row = letter(owner.email, owner.lang, now, words, owner.id, NOTICE_LIVES, notice.kind, record.id)
                await self._outbox.put(row)
            if owner.line_user_id:
                news = News(notice.kind, record.id, notice.body, choices=notice.choices, title=notice.title)
                await self._alerts.tell(notice.app or owner.scope, news)
            return True

        return await self._db.transaction(work)

    async def settle(self) -> int:
        """Note what has become of those that were on their way; how many were looked at."""
        now = self._clock.now()
        open_ = await self._deliveries.list_open(now, AT_ONCE)
        for each in open_:
            rows = await self._deliveries.rows_of(each)
            mail = self._outcome(each.mail, rows.get(Channel.MAIL))
            line = self._outcome(each.line, rows.get(Channel.LINE))
            problem = "; ".join(problem for state, problem in rows.values() if state is RowState.FAILED)
            over = Delivered.WAITING not in {mail, line}
            again = now + _pause(now - each.created_at)
            await self._deliveries.note(each, mail, line, problem, None if over else again)
        return len(open_)

    @staticmethod
    def _outcome(before: Delivered, row: tuple[RowState, str] | None) -> Delivered:
        if before is not Delivered.WAITING:
            return before
        return OUTCOMES.get(row[0], Delivered.WAITING) if row else Delivered.OTHERWISE


def _pause(age: timedelta) -> timedelta:
    """Until the next look: letters are gone within minutes, or days; a card goes when its owner next writes."""
    if age >= LONG_AGO:
        return LOOK_SELDOM
    return LOOK_LATER if age > LOOK_LATER else LOOK_FIRST
