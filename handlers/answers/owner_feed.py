"""What happens in a conversation, as its owner follows it: everything said, whoever said it, and who speaks."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from handlers.answers.progress import LiveAnswers
from knowledge.store.conversations.conversations import Conversation, ConversationRepository
from knowledge.store.conversations.messages import Message, MessageRepository, Role
from knowledge.store.database import Database

PAGE = 100
GATHERED = 0.3  # seconds: as often as an owner sees an answer grow, however many pieces it comes in


@dataclass(frozen=True)
class TalkNews:
    """The conversation as it is now, what is new in it in order, and what mimi is still writing."""

    conversation: Conversation
    said: tuple[Message, ...]
    writing: tuple[Message, ...]


class OwnerFeed:
    """Whole messages; of an answer that this process writes, all of it so far: what is listed as being written has
    passed the guardrail. Close the generators (`contextlib.aclosing`) when a browser goes away.
    """

    def __init__(self, db: Database, live: LiveAnswers) -> None:
        self._conversations = ConversationRepository(db)
        self._messages = MessageRepository(db)
        self._live = live

    async def news(self, conversation: Conversation, read: int, *, wait: bool = True) -> AsyncGenerator[TalkNews, None]:
        """How it stands, and what was said after the message with the number `read`; then again at each change of it.

        The store is asked when somebody says that there is a change, and never because time passes. Without `wait` it
        ends with what there is now; it ends when the conversation is deleted. Raises Unavailable when too many follow.
        """
        writing: dict[str, Message] = {}
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
                    conversation, pending = now, await self._writing(now, said)
                    writing |= {each.id: each for each in pending}
                    yield TalkNews(now, tuple(said), pending)
                if grown := await self._grown(conversation, writing):
                    yield TalkNews(conversation, (), grown)
                if not wait:
                    return
                await follower.wait()
                if not (follower.look or follower.following):
                    await asyncio.sleep(GATHERED)

    async def _writing(self, conversation: Conversation, said: list[Message]) -> tuple[Message, ...]:
        """Only who has just asked is being answered."""
        if conversation.takeover or not said or said[-1].role is not Role.VISITOR:
            return ()
        return tuple(await self._messages.pending(conversation.scope, conversation.id))

    async def _grown(self, conversation: Conversation, writing: dict[str, Message]) -> tuple[Message, ...]:
        """Answers that have grown since they were told, as `writing` holds them, with their text so far."""
        live = {each.id: each.text for each in self._live.of(conversation.id) if each.text}
        if not writing.keys() >= live.keys():
            pending = await self._messages.pending(conversation.scope, conversation.id)
            writing |= {each.id: each for each in pending if each.id not in writing}
        now = [replace(writing[answer], text=text) for answer, text in live.items() if answer in writing]
        told = tuple(each for each in now if each.text != writing[each.id].text)
        writing |= {each.id: each for each in told}
        return told
