"""What happens in a conversation, as its owner follows it: everything said, whoever said it, and who speaks."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from handlers.answers.progress import LiveAnswers
from knowledge.store.conversations.conversations import Conversation, ConversationRepository
from knowledge.store.conversations.messages import Message, MessageRepository, Role
from knowledge.store.database import Database

PAGE = 100


@dataclass(frozen=True)
class TalkNews:
    """The conversation as it is now, what is new in it in order, and what mimi is still writing."""

    conversation: Conversation
    said: tuple[Message, ...]
    writing: tuple[Message, ...]


class OwnerFeed:
    """Whole messages, not pieces of them. Close the generators (`contextlib.aclosing`) when a browser goes away."""

    def __init__(self, db: Database, live: LiveAnswers) -> None:
        self._conversations = ConversationRepository(db)
        self._messages = MessageRepository(db)
        self._live = live

    async def news(self, conversation: Conversation, read: int, *, wait: bool = True) -> AsyncGenerator[TalkNews, None]:
        """How it stands, and what was said after the message with the number `read`; then again at each change of it.

        The store is asked when somebody says that there is a change, and never because time passes. Without `wait` it
        ends with what there is now; it ends when the conversation is deleted. Raises Unavailable when too many follow.
        """
        with self._live.follow(conversation.id, read) as follower:
            while True:
                while follower.look or follower.following:
                    follower.look, follower.following = False, None
                    now = await self._conversations.get(conversation.scope, conversation.id)
                    if now is None:
                        return
                    said = await self._messages.after(now.scope, now.id, follower.read, PAGE)
                    follower.read = (said[-1].seq if said else None) or follower.read
                    follower.look = follower.look or len(said) == PAGE
                    yield TalkNews(now, tuple(said), await self._writing(now, said))
                if not wait:
                    return
                await follower.wait()

    async def _writing(self, conversation: Conversation, said: list[Message]) -> tuple[Message, ...]:
        """Only who has just asked is being answered."""
        if conversation.takeover or not said or said[-1].role is not Role.VISITOR:
            return ()
        return tuple(await self._messages.pending(conversation.scope, conversation.id))
