"""What the owner answered while talking with a visitor, kept for everybody who asks next."""

from dataclasses import dataclass

from guardrail.pii import Pii
from handlers.conversations.conversations import gone_for_owner
from handlers.conversations.said_changes import LOOKED_THROUGH, answered_pairs, is_asked, of_last_takeover
from handlers.entries.doubles import Chosen, NewEntries
from handlers.entries.faqs import LONGEST_QUESTION, Faqs, SavedFaq
from handlers.learning.gaps import Gaps
from handlers.written import shortened
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.conversations.messages import Message, MessageId, MessageRepository, Role
from knowledge.store.database import Database, OwnerScope

SHORTEST = 8  # characters; "Hello!" teaches nobody anything


@dataclass(frozen=True)
class TakeoverAnswer:
    """An owner's message, and what the visitor had written before it, without personal information."""

    message_id: MessageId
    question: str
    answer: str


class TakeoverAnswers:
    """Pairs of question and answer in a conversation, and their way into the knowledge."""

    def __init__(
        self, db: Database, messages: MessageRepository, pii: Pii, faqs: Faqs, new_entries: NewEntries, gaps: Gaps
    ) -> None:
        self._db = db
        self._messages = messages
        self._pii = pii
        self._faqs = faqs
        self._new_entries = new_entries
        self._gaps = gaps

    async def of(self, conversation: Conversation, most: int) -> list[TakeoverAnswer]:
        """The last answers of the last takeover that are long enough to teach something and not kept yet."""
        said = of_last_takeover(await self._messages.last(conversation.scope, conversation.id, LOOKED_THROUGH))
        pairs = [pair for pair in answered_pairs(said) if len(pair[1].text) >= SHORTEST and not pair[1].faq_id]
        return [TakeoverAnswer(said.id, await self._plain(asked), said.text) for asked, said in pairs[-most:]]

    async def savable(self, owner: OwnerScope, message_id: str) -> tuple[str, str]:
        """Question and answer as they may become a FAQ entry. Raises NotFound, BadInput."""
        asked, said = await self._savable(owner, message_id)
        return await self._plain(asked), said.text

    async def save(
        self, owner: OwnerScope, message_id: str, texts: tuple[str, str] | None = None, place: Chosen | None = None
    ) -> SavedFaq:
        """Keep an owner's message and the question before it, or these `texts`, as a FAQ entry, once, at a place if
        that was chosen.

        Raises NotFound, BadInput, AsksTheSame.
        """

        async def keep() -> SavedFaq:
            asked, said = await self._savable(owner, message_id)
            question, answer = texts or (await self._plain(asked), said.text)
            saved = await self._new_entries.keep(said.scope, question, answer, place)
            await self._messages.set_faq(owner, message_id, saved.entry.id)
            return await self._gaps.learned(said.scope, asked.id, saved)

        return await self._db.transaction(keep)

    async def save_as_phrasing(self, owner: OwnerScope, message_id: str, faq_id: str, words: str = "") -> SavedFaq:
        """Note the question before an owner's message, or `words`, as another way to ask an entry, once.

        Raises NotFound, BadInput.
        """

        async def keep() -> SavedFaq:
            asked, said = await self._savable(owner, message_id)
            saved = await self._faqs.add_phrasing(said.scope, faq_id, words or await self._plain(asked))
            await self._messages.set_faq(owner, message_id, faq_id)
            return await self._gaps.learned(said.scope, asked.id, saved)

        return await self._db.transaction(keep)

    async def _savable(self, owner: OwnerScope, message_id: str) -> tuple[Message, Message]:
        """What was asked, and what the owner said to it."""
        said = await self._messages.by_id(owner, message_id)
        asked = await self._question_of(said) if said and said.role is Role.OWNER else None
        if said is None or asked is None:
            raise gone_for_owner()
        if not said.text:
            raise BadInput(_("You unsent this answer, so there is nothing to save."))
        if said.faq_id:
            raise BadInput(_("This answer is already saved as FAQ."))
        return asked, said

    async def _question_of(self, said: Message) -> Message | None:
        before = await self._messages.last(said.scope, said.conversation_id, LOOKED_THROUGH, before=said.seq)
        return next((each for each in reversed(before) if is_asked(each)), None)

    async def _plain(self, asked: Message) -> str:
        return shortened((await self._pii.redact(asked.text, asked.lang)).text, LONGEST_QUESTION)
