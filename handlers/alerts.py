"""Alerts: what a visitor asked reaches the owner's LINE, once for each question."""

from collections.abc import Sequence
from datetime import timedelta

from guardrail.pii import Pii
from handlers.conversations import KEPT
from handlers.messages import Card, Choice, Replies, Words
from handlers.outgoing import to_body
from handlers.ports import Clock
from handlers.written import shortened
from knowledge.errors import NotFound
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.alerts import Alert, AlertKind, AlertRepository, AlertState
from knowledge.store.apps import App, AppRepository
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.findings import EntryRef, FindingRepository
from knowledge.store.outbox import Channel, OutboxRepository, OutboxRow
from knowledge.store.owners import OwnerRepository

ONE_DAY = timedelta(days=1)
LONGEST_SHOWN = 100

TITLES: dict[AlertKind, Phrase] = {
    AlertKind.UNANSWERED: _("I could not answer this"),
    AlertKind.HANDOFF: _("A visitor would like to hear from you"),
    AlertKind.WITHHELD: _("I held something back in an answer"),
}


class Alerts:
    """Raised by the visitor's side inside its transaction; read and settled by the owner."""

    def __init__(self, db: Database, pii: Pii, clock: Clock) -> None:
        self._pii = pii
        self._alerts = AlertRepository(db)
        self._findings = FindingRepository(db)
        self._apps = AppRepository(db)
        self._owners = OwnerRepository(db)
        self._outbox = OutboxRepository(db)
        self._clock = clock

    async def question_unanswered(
        self, scope: AppScope, conversation_id: str, message_id: str, question: str, lang: Lang
    ) -> Alert:
        """The knowledge does not say: keep the question for the owner, and tell them."""
        return await self._raise(scope, AlertKind.UNANSWERED, conversation_id, message_id, question, lang)

    async def visitor_wants_owner(
        self, scope: AppScope, conversation_id: str, message_id: str, question: str, lang: Lang
    ) -> Alert:
        """The visitor asked for the owner; told again only if the question was settled meanwhile."""
        return await self._raise(scope, AlertKind.HANDOFF, conversation_id, message_id, question, lang)

    async def answer_withheld(
        self, scope: AppScope, conversation_id: str, message_id: str, question: str, lang: Lang, entry: EntryRef
    ) -> Alert | None:
        """An answer could not say what stands in this entry; told at most once a day for each."""
        now = self._clock.now()
        if not await self._findings.tell_once(scope, entry.id, now, now - ONE_DAY):
            return None
        return await self._raise(scope, AlertKind.WITHHELD, conversation_id, message_id, question, lang, entry)

    async def get(self, scope: OwnerScope, alert_id: str) -> Alert:
        """One alert of an owner's. Raises NotFound."""
        alert = await self._alerts.get(scope, alert_id)
        if alert is None:
            raise NotFound(_("There is no such question any more."))
        return alert

    async def told_in(self, scope: OwnerScope, message_id: str) -> Alert | None:
        """The alert that a message in the owner's chat was about, for when they quote it."""
        subject = await self._outbox.subject_of(scope, message_id)
        return await self._alerts.get(scope, subject) if subject else None

    async def list_open(self, scope: OwnerScope, *, limit: int = 0) -> list[Alert]:
        """What waits for the owner, the oldest first."""
        return await self._alerts.list_open(scope, limit=limit)

    async def count_open(self, scope: OwnerScope) -> int:
        return await self._alerts.count_open(scope)

    async def _raise(
        self,
        scope: AppScope,
        kind: AlertKind,
        conversation_id: str,
        message_id: str,
        question: str,
        lang: Lang,
        entry: EntryRef | None = None,
    ) -> Alert:
        before = await self._alerts.about(scope, message_id)
        for alert in before:
            if alert.state is AlertState.OPEN:
                return alert
        now = self._clock.now()
        settled = next((alert for alert in before if alert.kind is kind), None)
        raised = await self._alerts.reopen(scope, settled.id, now, now + KEPT) if settled else None
        if raised is None:
            # What visitors tell about themselves stays in their conversation.
            asked = (await self._pii.redact(question, lang)).text
            raised = Alert(scope, kind, conversation_id, message_id, asked, lang, now, now + KEPT, entry=entry)
            await self._alerts.add(scope, raised)
        await self._tell(raised)
        return raised

    async def _tell(self, alert: Alert) -> None:
        owner = await self._owners.get(alert.scope.owner_id)
        app = await self._apps.get(alert.scope)
        if owner is None or app is None or owner.line_user_id is None:
            return
        body = to_body(Replies(owner.lang, (alert_card(alert, app),)))
        now = self._clock.now()
        await self._outbox.put(
            OutboxRow(Channel.LINE, owner.line_user_id, body, created_at=now, owner_id=owner.id, subject=alert.id)
        )


def alert_card(alert: Alert, app: App) -> Card:
    """What the owner sees of it: the visitor's words, and what can be done."""
    rows: tuple[tuple[Words, Words], ...] = ((_("App"), app.name),)
    first = Choice(_("Answer"), action=f"alert.answer:{alert.id}")
    if alert.entry:
        rows = (*rows, (_("Entry"), shortened(alert.entry.title, LONGEST_SHOWN)))
        first = Choice(_("Show what is hidden"), action=f"hidden.of:{alert.entry.id}")
    dismiss = Choice(_("Dismiss"), action=f"alert.dismiss:{alert.id}")
    return Card(TITLES[alert.kind], alert.question, rows, (first, dismiss))


def cards_of(alerts: Sequence[Alert], apps: Sequence[App]) -> tuple[Card, ...]:
    """Cards of those alerts whose app is among `apps`."""
    by_id = {app.id: app for app in apps}
    return tuple(alert_card(alert, by_id[alert.scope.app_id]) for alert in alerts if alert.scope.app_id in by_id)
