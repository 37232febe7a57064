"""Conversations as their app's owner reads them: the latest, those with certain words, one of them, and its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel.dates import format_date

from handlers.clock import JAPAN
from handlers.conversations.conversations import Conversations, gone_for_owner
from handlers.ports import Clock
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.conversations.conversations import Conversation, ConversationRepository
from knowledge.store.conversations.messages import Message, MessageSearch, Role
from knowledge.store.database import AppScope, Database, OwnerScope

MOST_FOUND = 8
MASKED = _("Personal details that the visitor had written here were replaced on {day}.")
SPEAKERS: Mapping[Role, Phrase] = {Role.VISITOR: _("Visitor"), Role.MIMI: _("mimi"), Role.OWNER: _("You")}


@dataclass(frozen=True)
class Glimpse:
    """A conversation in a list: how it began, and how long it is."""

    conversation: Conversation
    first: str
    count: int


def masked_words(conversation: Conversation, lang: Lang) -> Phrase | None:
    """What an owner reads above a conversation in which details were masked; None where none were yet."""
    if conversation.masked_at is None:
        return None
    day = format_date(conversation.masked_at.astimezone(JAPAN), "long", locale=lang)
    return replace(MASKED, params={"day": day})


class PastConversations:
    """Nobody but the owner reaches an app's conversations here; a visitor's key is not asked for (S39)."""

    def __init__(self, db: Database, conversations: Conversations, clock: Clock) -> None:
        self._clock = clock
        self._all = conversations
        self._conversations = ConversationRepository(db)
        self._search = MessageSearch(db)

    async def count(self, scope: AppScope) -> int:
        return await self._conversations.how_many(scope)

    async def is_any(self, scope: AppScope) -> bool:
        """Whether anybody has ever asked, as far as it is still kept."""
        return bool(await self._conversations.how_many(scope, limit=1))

    async def latest(self, scope: AppScope, *, skip: int = 0, limit: int) -> Sequence[Glimpse]:
        """One page of them, the latest first."""
        return await self._glimpses(scope, await self._conversations.latest(scope, skip=skip, limit=limit))

    async def find(self, scope: AppScope, words: str, limit: int = MOST_FOUND) -> Sequence[Glimpse]:
        """The latest in which these words were said."""
        ids = await self._search.conversations_with(scope, words, limit) if words.split() else []
        return await self._glimpses(scope, await self._conversations.some(scope, ids))

    async def get(self, owner: OwnerScope, conversation_id: str) -> Conversation:
        """One of the owner's. Raises NotFound."""
        conversation = await self._conversations.of_owner(owner, conversation_id)
        if conversation is None:
            raise gone_for_owner()
        return conversation

    async def read(self, conversation: Conversation) -> Sequence[Message]:
        """What was said in it, in order."""
        return await self._all.messages(conversation.scope, conversation.id)

    async def delete(self, owner: OwnerScope, conversation_id: str) -> Conversation:
        """Remove it with everything that quotes it; what it was. Raises NotFound, also the second time."""
        conversation = await self.get(owner, conversation_id)
        await self._all.remove(conversation)
        return conversation

    async def block(self, owner: OwnerScope, conversation_id: str) -> Conversation:
        """Take no more of the visitor's messages in it; what was said stays. Raises NotFound."""
        return await self._blocked(owner, conversation_id, self._clock.now())

    async def unblock(self, owner: OwnerScope, conversation_id: str) -> Conversation:
        """Take them again. Raises NotFound."""
        return await self._blocked(owner, conversation_id, None)

    async def _blocked(self, owner: OwnerScope, conversation_id: str, at: datetime | None) -> Conversation:
        conversation = await self._conversations.set_blocked(owner, conversation_id, at)
        if conversation is None:
            raise gone_for_owner()
        return conversation

    async def _glimpses(self, scope: AppScope, conversations: Sequence[Conversation]) -> Sequence[Glimpse]:
        began = await self._search.openings(scope, [each.id for each in conversations])
        return [Glimpse(each, *began.get(each.id, ("", 0))) for each in conversations]
