"""What is said in a conversation, as events: while it is said, or again from a client's Last-Event-ID on."""

from collections.abc import AsyncGenerator

from handlers.answers.answers import Accepted, with_owner
from handlers.answers.live import LiveAnswers
from handlers.answers.told import Told
from handlers.conversations.conversations import Conversations
from handlers.messages import Done, Opened, Sent
from knowledge.store.apps.apps import App
from knowledge.store.conversations.conversations import ConversationRepository
from knowledge.store.conversations.messages import Message, MessageRepository
from knowledge.store.database import AppScope, Database

PAGE = 100


class ConversationFeed:
    """Streams of one conversation. Close the generators (`contextlib.aclosing`) when a client goes away."""

    def __init__(self, db: Database, conversations: Conversations, live: LiveAnswers) -> None:
        self._repository = ConversationRepository(db)
        self._messages = MessageRepository(db)
        self._conversations = conversations
        self._live = live

    async def answer_events(self, app: App, accepted: Accepted) -> AsyncGenerator[Sent, None]:
        """The events of one answer: Opened first, Done last; where the owner answers, a Notice that says so instead.

        Ends early only if the conversation is deleted.

        Its cursors say what this stream told; a client that follows the conversation too keeps that stream's own.
        """
        yield Sent(Opened(accepted.key))
        if not accepted.answer_id:
            yield Sent(with_owner())
            return
        asked = await self._messages.get(app.scope, accepted.conversation_id, accepted.message_id)
        told = Told((asked.seq if asked else None) or 0, only=accepted.answer_id)
        async for sent in self._follow(app.scope, accepted.conversation_id, told):
            yield sent
            if isinstance(sent.event, Done):
                return

    async def events(
        self, app: App, key: str, last_event_id: str | None, *, wait: bool = True
    ) -> AsyncGenerator[Sent, None]:
        """What mimi and the owner said since then, and what they say from now on, until the stream is closed.

        Without `wait` it ends with what there is now. Raises NotFound for a key that opens nothing here (S14),
        Unavailable when too many follow already.
        """
        conversation = await self._conversations.by_key(app, key)
        told = Told.read(last_event_id, conversation.seq)
        async for sent in self._follow(app.scope, conversation.id, told, wait=wait):
            yield sent

    async def transcript(self, app: App, key: str) -> list[Message]:
        """Everything said so far, the visitor's own words too, answers still being written last. Raises NotFound."""
        conversation = await self._conversations.by_key(app, key)
        return await self._conversations.messages(app.scope, conversation.id)

    async def _follow(
        self, scope: AppScope, conversation_id: str, told: Told, *, wait: bool = True
    ) -> AsyncGenerator[Sent, None]:
        read = told.seq
        with self._live.follow(conversation_id) as follower:
            while True:
                while follower.look:
                    follower.look = False
                    if await self._repository.get(scope, conversation_id) is None:
                        return
                    stored = await self._messages.after(scope, conversation_id, read, PAGE)
                    follower.look = follower.look or len(stored) == PAGE
                    for message in stored:
                        read = message.seq or read
                        for sent in told.message(message):
                            yield sent
                # An answer leaves this list before it is stored, so none is told from both.
                for answer in self._live.of(conversation_id):
                    for sent in told.live(answer):
                        yield sent
                if not wait:
                    return
                await follower.wait()
