"""What is kept elsewhere because of a conversation: what goes with it when it is deleted."""

from handlers.ports import Clock
from knowledge.store.alerts.alerts import AlertRepository
from knowledge.store.alerts.askings import AskingRepository
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.conversations.return_addresses import ReturnAddressRepository
from knowledge.store.database import Database
from knowledge.store.learning.gaps import GapRepository
from knowledge.store.outbox.outbox import OutboxRepository


class ConversationTraces:
    """Alerts about it, where its visitor is written to, what is unsent of both, and what it asked in vain."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._alerts = AlertRepository(db)
        self._addresses = ReturnAddressRepository(db)
        self._outbox = OutboxRepository(db)
        self._askings = AskingRepository(db)
        self._gaps = GapRepository(db)
        self._clock = clock

    async def remove(self, conversation: Conversation) -> None:
        """Remove them all, in the caller's transaction."""
        scope = conversation.scope
        alerts = await self._alerts.remove_conversation(scope, conversation.id)
        await self._addresses.take(scope, conversation.id, self._clock.now())
        await self._outbox.withdraw(scope, [conversation.id, *alerts])
        await self._gaps.remove(scope, await self._askings.remove_conversation(scope, conversation.id))
