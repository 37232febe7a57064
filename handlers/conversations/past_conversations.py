"""Conversations as their app's owner reads them: the latest, those with certain words, one of them, and its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from babel.dates import format_date

from guardrail.pii import hidden
from handlers.clock import JAPAN
from handlers.conversations.conversations import Conversations, gone_for_owner
from handlers.ports import Clock
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.conversations.conversations import Conversation, ConversationRepository, TalkPlace
from knowledge.store.conversations.messages import Message, MessageRepository, MessageSearch, Role
from knowledge.store.database import AppScope, Database, OwnerScope

MOST_FOUND = 8
PAGE = 25
LOOKED_THROUGH = 2_000  # conversations at once, so that looking for words takes as long in any list
MASKED = _("Personal details that the visitor had written here were masked on {day}.")
SPEAKERS: Mapping[Role, Phrase] = {Role.VISITOR: _("Visitor"), Role.MIMI: _("mimi"), Role.OWNER: _("You")}


@dataclass(frozen=True)
class Glimpse:
    """A conversation in a list: how it began, and how long it is."""

    conversation: Conversation
    first: str
    count: int


@dataclass(frozen=True)
class TalkPage:
    """Some of a list of conversations, and the place behind which it goes on; None at its end."""

    talks: Sequence[Glimpse]
    behind: TalkPlace | None


@dataclass(frozen=True)
class SaidPiece:
    """Messages in order, and whether there are earlier ones."""

    said: tuple[Message, ...]
    earlier: bool


def masked_words(conversation: Conversation, lang: Lang, zone: tzinfo = JAPAN) -> Phrase | None:
    """What an owner reads above a conversation in which details were masked; None where none were yet."""
    if conversation.masked_at is None:
        return None
    day = format_date(conversation.masked_at.astimezone(zone), "long", locale=lang)
    return replace(MASKED, params={"day": day})


def hidden_in(answer: Message) -> str:
    """What a visitor reads in this answer in the place of what the guardrail held back; empty where it held nothing."""
    words = hidden(answer.lang)
    return words if words in answer.text else ""


class PastConversations:
    """Nobody but the owner reaches an app's conversations here; a visitor's key is not asked for (S39)."""

    def __init__(self, db: Database, conversations: Conversations, clock: Clock) -> None:
        self._clock = clock
        self._all = conversations
        self._conversations = ConversationRepository(db)
        self._messages = MessageRepository(db)
        self._search = MessageSearch(db)

    async def count(self, scope: AppScope) -> int:
        return await self._conversations.how_many(scope)

    async def is_any(self, scope: AppScope) -> bool:
        """Whether anybody has ever asked, as far as it is still kept."""
        return bool(await self._conversations.how_many(scope, limit=1))

    async def latest(self, scope: AppScope, *, skip: int = 0, limit: int) -> Sequence[Glimpse]:
        """One page of them, the latest first."""
        return await self._glimpses(scope, await self._conversations.latest(scope, skip=skip, limit=limit))

    async def page(self, scope: AppScope, place: TalkPlace | None, words: str = "", limit: int = PAGE) -> TalkPage:
        """Those behind `place`, the latest first; with `words`, those in which they were said.

        Words are looked for in so many conversations at once: `behind` is where to go on, whether or not any was found.
        """
        if words.split():
            places = await self._conversations.before(scope, place, LOOKED_THROUGH)
            said = await self._search.said_in(scope, [each.id for each in places], words)
            found = [each for each in places if each.id in said]
            more, last = len(places) == LOOKED_THROUGH, places[-1:]
        else:
            found, more, last = await self._conversations.before(scope, place, limit + 1), False, []
        shown = found[:limit]
        behind = shown[-1:] if len(found) > limit else last if more else []
        talks = await self._conversations.some(scope, [each.id for each in shown])
        return TalkPage(await self._glimpses(scope, talks), behind[0] if behind else None)

    async def find(self, scope: AppScope, words: str, limit: int = MOST_FOUND) -> Sequence[Glimpse]:
        """The latest in which these words were said, however far back."""
        found: list[Glimpse] = []
        place: TalkPlace | None = None
        while words.split() and len(found) < limit:
            page = await self.page(scope, place, words, limit - len(found))
            found, place = [*found, *page.talks], page.behind
            if place is None:
                break
        return found

    async def get(self, owner: OwnerScope, conversation_id: str) -> Conversation:
        """One of the owner's. Raises NotFound."""
        conversation = await self._conversations.of_owner(owner, conversation_id)
        if conversation is None:
            raise gone_for_owner()
        return conversation

    async def read(self, conversation: Conversation) -> Sequence[Message]:
        """What was said in it, in order."""
        return await self._all.messages(conversation.scope, conversation.id)

    async def piece(self, conversation: Conversation, limit: int, before: int | None = None) -> SaidPiece:
        """The end of it, or what was said before the message with that number, and whether there is more before."""
        found = await self._messages.last(conversation.scope, conversation.id, limit + 1, before=before)
        writing = [] if before else await self._messages.pending(conversation.scope, conversation.id)
        return SaidPiece((*found[-limit:], *writing), len(found) > limit)

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
        return [Glimpse(each, began.get(each.id, ""), each.seq) for each in conversations]
