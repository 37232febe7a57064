"""Messages that were taken for spam, and are none: their app's owner has them answered like any others."""

from handlers.answers.runs import LEASE, AnswerRuns, Pending
from handlers.conversations.conversations import gone_for_owner
from handlers.ports import Clock
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.conversations.conversations import Conversation, ConversationRepository
from knowledge.store.conversations.messages import MessageRepository, Role
from knowledge.store.database import Database, OwnerScope


class HeldMessages:
    """Released by the owner alone."""

    def __init__(self, db: Database, runs: AnswerRuns, clock: Clock) -> None:
        self._db = db
        self._apps = AppRepository(db)
        self._conversations = ConversationRepository(db)
        self._messages = MessageRepository(db)
        self._runs = runs
        self._clock = clock

    async def release(self, owner: OwnerScope, message_id: str) -> Conversation:
        """Have it answered, and raised if it cannot be; nothing is held against its conversation any more.

        Raises NotFound; BadInput where it is not held, or mimi does not answer there now.
        """

        async def release() -> tuple[App, Conversation, Pending]:
            asked = await self._messages.by_id(owner, message_id)
            if asked is None or asked.role is not Role.VISITOR:
                raise gone_for_owner()
            app = await self._apps.get(asked.scope)
            conversation = await self._conversations.forgive(asked.scope, asked.conversation_id)
            if app is None or conversation is None:
                raise gone_for_owner()
            if app.paused:
                raise BadInput(_("{app} is paused.", app=app.name))
            if conversation.takeover:
                raise BadInput(
                    _("You are talking in this chat yourself. Hand it back to mimi first, or answer in person.")
                )
            answer = await self._messages.unhold(asked, self._clock.now() + LEASE)
            if answer is None:
                raise BadInput(_("This message is no longer held."))
            return app, conversation, Pending(answer, asked)

        app, conversation, pending = await self._db.transaction(release)
        self._runs.start(app, pending)
        return conversation
