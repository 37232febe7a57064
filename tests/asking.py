"""Visitors whose answers are given by hand, for tests of what comes of questions asked in vain."""

from collections.abc import Sequence

from grounds import real_pii
from owner_chat import OwnerChat

from handlers.answers.askings import Askings
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.conversations.messages import Feedback, Message, MessageRepository, Role, Source
from knowledge.store.database import new_id


class Visitor:
    """A visitor's conversation in the store, its answers given by hand."""

    def __init__(self, chat: OwnerChat) -> None:
        self.core = chat.core
        self.askings = Askings(chat.core.db, real_pii(), chat.core.clock)
        self.chat = chat
        self.key = new_id()
        self.messages = MessageRepository(chat.core.db)
        self.conversation: Conversation | None = None

    async def asks_in_vain(self, question: str, said: str = "") -> Message:
        """What `AnswerRuns` does when the knowledge does not say, or says only `said`."""
        asked = await self.says(Role.VISITOR, question)
        answer = await self.says(Role.MIMI, said or "I do not know.", asked.id, state="partly" if said else "unknown")

        async def work() -> None:
            await self.askings.noticed(asked, answer, question)

        await self.core.db.transaction(work)
        return asked

    async def dislikes(self, question: str, answer: str, *sources: Source) -> Message:
        asked = await self.says(Role.VISITOR, question)
        answered = await self.says(Role.MIMI, answer, asked.id, sources)
        await self.judges(answered, Feedback.DOWN)
        return answered

    async def judges(self, answer: Message, thought: Feedback) -> None:
        async def work() -> None:
            await self.askings.judged(answer, thought)

        await self.core.db.transaction(work)

    async def leaves(self) -> None:
        await self.core.conversations.delete(await self.chat.app(), self.key)

    async def says(
        self, role: Role, text: str, reply_to: str = "", sources: Sequence[Source] = (), state: str = "answered"
    ) -> Message:
        app, conversations = await self.chat.app(), self.core.conversations

        async def work() -> Message:
            self.conversation = self.conversation or await conversations.open(app, self.key, "en")
            conversation = await conversations.next_message(app.scope, self.conversation.id)
            message = Message(
                app.scope,
                conversation.id,
                role,
                text,
                "en",
                self.core.clock.now(),
                conversation.expires_at,
                conversation.seq,
                state=state,
                sources=tuple(sources),
                reply_to=reply_to,
                client_id=new_id(),
            )
            await self.messages.add(app.scope, message)
            return message

        return await self.core.db.transaction(work)
