"""Alerts: what a visitor asked reaches the owner's LINE, once for each question; outcomes of longer work do too."""

from collections.abc import Sequence
from datetime import timedelta

from guardrail.pii import Pii
from handlers.alerts.cards import News, alert_card, news_card
from handlers.alerts.kinds import is_wanted, urgency_of
from handlers.messages import Card, Replies, Reply
from handlers.outgoing import to_body
from handlers.ports import Clock
from knowledge.errors import NotFound
from knowledge.phrases import Tag, _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.alerts.alerts import Alert, AlertKind, AlertRepository, AlertState, SentNoticeRepository
from knowledge.store.apps.apps import KEPT_DAYS, AppRepository
from knowledge.store.conversations.conversations import ConversationId
from knowledge.store.conversations.messages import MessageId
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.entries.hidden import EntryRef, HiddenValueRepository
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow, RowState

ONE_DAY = timedelta(days=1)

# What the list of open questions is about, for when it is quoted.
OPEN_LIST = "alert.list"


class Alerts:
    """Raised inside the transaction of what causes them; visitors' questions are read and settled by the owner."""

    def __init__(
        self,
        db: Database,
        alerts: AlertRepository,
        findings: HiddenValueRepository,
        apps: AppRepository,
        owners: OwnerRepository,
        held: HeldRows,
        outbox: OutboxRepository,
        settings: AlertSettingsRepository,
        told: SentNoticeRepository,
        pii: Pii,
        clock: Clock,
    ) -> None:
        self._db = db
        self._pii = pii
        self._alerts = alerts
        self._findings = findings
        self._apps = apps
        self._owners = owners
        self._held = held
        self._outbox = outbox
        self._settings = settings
        self._told = told
        self._clock = clock

    async def question_unanswered(
        self, scope: AppScope, conversation_id: str, message_id: str, question: str, lang: Tag
    ) -> Alert:
        """The knowledge does not say: keep the question for the owner, and tell them."""
        return await self._raise(scope, AlertKind.UNANSWERED, conversation_id, message_id, question, lang)

    async def question_quoted(
        self, scope: AppScope, conversation_id: str, message_id: str, question: str, lang: Tag
    ) -> Alert:
        """An entry was quoted, which may not be the answer: the question is open until somebody says so."""
        return await self._raise(scope, AlertKind.QUOTED, conversation_id, message_id, question, lang)

    async def visitor_wants_owner(
        self, scope: AppScope, conversation_id: str, message_id: str, question: str, lang: Tag
    ) -> Alert:
        """The visitor asked for the owner; told again only if the question was settled meanwhile."""
        return await self._raise(scope, AlertKind.HANDOFF, conversation_id, message_id, question, lang)

    async def answer_disliked(
        self, scope: AppScope, conversation_id: str, message_id: str, question: str, lang: Tag
    ) -> Alert:
        """The visitor gave the answer to this question a thumbs down."""
        return await self._raise(scope, AlertKind.THUMBS_DOWN, conversation_id, message_id, question, lang)

    async def answer_withheld(
        self, scope: AppScope, conversation_id: str, message_id: str, question: str, lang: Tag, entry: EntryRef
    ) -> Alert | None:
        """An answer could not say what stands in this entry; told at most once a day for each."""
        now = self._clock.now()
        if not await self._findings.tell_once(scope, entry.id, now, now - ONE_DAY):
            return None
        return await self._raise(scope, AlertKind.WITHHELD, conversation_id, message_id, question, lang, entry)

    async def tell(self, scope: OwnerScope, news: News) -> bool:
        """Tell an owner something, in the caller's transaction if there is one; an AppScope names the app too.

        False if they were told of it already, or want to hear nothing of this kind.
        """

        async def work() -> bool:
            app = await self._apps.get(scope) if isinstance(scope, AppScope) else None
            now = self._clock.now()
            until = now + (news.again_after or timedelta(days=KEPT_DAYS))
            if not await self._told.mark(scope, news.kind, news.once or news.subject, now, until):
                return False
            return await self._put(scope, news.kind, news.subject, news_card(news, app))

        return await self._db.transaction(work)

    async def get(self, scope: OwnerScope, alert_id: str) -> Alert:
        """One alert of an owner's. Raises NotFound."""
        alert = await self._alerts.get(scope, alert_id)
        if alert is None:
            raise NotFound(_("That question no longer exists."))
        return alert

    async def told_in(self, scope: OwnerScope, message_id: str) -> Alert | None:
        """The alert that a message in the owner's chat was about, for when they quote it."""
        about = await self._outbox.about(scope, message_id)
        return await self._alerts.get(scope, about[1]) if about else None

    async def is_list(self, scope: OwnerScope, message_id: str) -> bool:
        """Whether a message in the owner's chat was the list of open questions."""
        about = await self._outbox.about(scope, message_id)
        return about is not None and about[1] == OPEN_LIST

    async def seen(self, scope: OwnerScope, alert_ids: Sequence[str]) -> None:
        """The owner has these before their eyes, or settled them: they are not told of them on top.

        In the caller's transaction.
        """
        await self._held.withdraw(scope, alert_ids)

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
        lang: Tag,
        entry: EntryRef | None = None,
    ) -> Alert:
        before = await self._alerts.about(scope, message_id)
        for alert in before:
            if alert.state is AlertState.OPEN:
                return alert
        now = self._clock.now()
        app = await self._apps.get(scope)
        until = now + timedelta(days=app.kept_days if app else KEPT_DAYS)
        settled = next((alert for alert in before if alert.kind is kind), None)
        raised = await self._alerts.reopen(scope, settled.id, now, until) if settled else None
        if raised is None:
            # What visitors tell about themselves stays in their conversation.
            asked = (await self._pii.redact(question, lang)).text
            where = ConversationId(conversation_id), MessageId(message_id)
            raised = Alert(scope, kind, *where, asked, lang, now, until, entry=entry)
            await self._alerts.add(scope, raised)
        await self._tell(raised)
        return raised

    async def _tell(self, alert: Alert) -> None:
        if app := await self._apps.get(alert.scope):
            await self._put(alert.scope, alert.kind, alert.id, alert_card(alert, app))

    async def _put(self, scope: OwnerScope, kind: AlertKind, subject: str, card: Card) -> bool:
        """The row that carries it to the owner, if they want to hear of this kind."""
        owner = await self._owners.get(scope.owner_id)
        settings = await self._settings.get(scope)
        if owner is None or not is_wanted(kind, settings):
            return False
        row = OutboxRow(
            Channel.LINE,
            owner.line_user_id or "",
            to_body(Replies(owner.lang, (card,))),
            created_at=self._clock.now(),
            owner_id=owner.id,
            subject=subject,
            kind=kind,
            urgency=urgency_of(kind, settings),
            state=RowState.HELD,
        )
        await self._outbox.put(row)
        return True


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
