"""Visitors who asked what the knowledge did not say and were told that the reply will appear: now it does."""

from collections.abc import Sequence

from handlers.alerts.alerts import Alerts
from handlers.conversations.conversations import Conversations
from knowledge.errors import NotFound
from knowledge.store.alerts.alerts import AlertRepository
from knowledge.store.alerts.askings import Asking
from knowledge.store.database import AppScope

MOST_TOLD = 50  # chats in one transaction, the newest; what is older stays in the list of open questions


class WaitingVisitors:
    """Those whose question is still open with the owner."""

    def __init__(self, store: AlertRepository, alerts: Alerts, conversations: Conversations) -> None:
        self._store = store
        self._alerts = alerts
        self._conversations = conversations

    async def tell(self, scope: AppScope, askings: Sequence[Asking], answer: str, *, but: str = "") -> int:
        """Say it in each of their chats, once, and close what the owner was asked; in how many chats it was said.

        In the caller's transaction. `answer` is as any visitor may read it; the chat `but` has heard it already.
        """
        told = dict.fromkeys((but,), False)
        for alert in await self._store.open_about(scope, [asking.message_id for asking in askings]):
            if alert.conversation_id not in told and len(told) > MOST_TOLD:
                continue
            await self._store.answer(scope, alert.id, answer, "")
            await self._alerts.seen(scope, [alert.id])
            if alert.conversation_id not in told:
                told[alert.conversation_id] = await self._said(scope, alert.conversation_id, answer)
        return sum(told.values())

    async def dismiss(self, scope: AppScope, askings: Sequence[Asking]) -> None:
        """Close what the owner was asked about these, without an answer. In the caller's transaction."""
        alerts = await self._store.open_about(scope, [asking.message_id for asking in askings])
        await self._alerts.seen(scope, [alert.id for alert in alerts])
        for alert in alerts:
            await self._store.dismiss(scope, alert.id)

    async def _said(self, scope: AppScope, conversation_id: str, answer: str) -> bool:
        try:
            await self._conversations.owner_says(scope, conversation_id, answer)
        except NotFound:
            return False  # deleted by the visitor, or its time is over
        return True
