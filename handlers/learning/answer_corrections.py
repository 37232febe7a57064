"""An answer of mimi's that was not right, put right from the conversation it stands in: what is said next time."""

from dataclasses import dataclass

from guardrail.pii import Pii
from handlers.conversations.conversations import gone_for_owner
from handlers.entries.doubles import Chosen, NewEntries
from handlers.entries.faqs import LONGEST_QUESTION, SavedFaq
from handlers.learning.gaps import Gaps
from handlers.written import shortened
from knowledge.store.conversations.messages import PENDING, Message, MessageRepository, Role
from knowledge.store.database import Database, OwnerScope


@dataclass(frozen=True)
class GivenAnswer:
    """mimi's answer, what was asked, and the question as it may become an entry's: without personal details."""

    answer: Message
    asked: Message
    question: str


class AnswerCorrections:
    """What its owner reads in a conversation teaches mimi, as an answer to an open question does."""

    def __init__(
        self, db: Database, messages: MessageRepository, pii: Pii, new_entries: NewEntries, gaps: Gaps
    ) -> None:
        self._db = db
        self._messages = messages
        self._pii = pii
        self._new_entries = new_entries
        self._gaps = gaps

    async def given(self, owner: OwnerScope, message_id: str) -> GivenAnswer:
        """Raises NotFound for what is no complete answer in a conversation with one of the owner's apps."""
        answer = await self._messages.by_id(owner, message_id)
        if answer is None or answer.role is not Role.MIMI or answer.state == PENDING:
            raise gone_for_owner()
        asked = await self._messages.by_id(owner, answer.reply_to)
        if asked is None:
            raise gone_for_owner()
        plain = await self._pii.redact(asked.text, asked.lang)
        return GivenAnswer(answer, asked, shortened(" ".join(plain.text.split()), LONGEST_QUESTION))

    async def save(
        self, owner: OwnerScope, message_id: str, texts: tuple[str, str], place: Chosen | None = None
    ) -> SavedFaq:
        """Keep question and answer as an entry, at a place if that was chosen; the question is open no longer.

        Raises NotFound, BadInput, AsksTheSame.
        """

        async def keep() -> SavedFaq:
            given = await self.given(owner, message_id)
            saved = await self._new_entries.keep(given.asked.scope, *texts, place)
            return await self._gaps.learned(given.asked.scope, given.asked.id, saved)

        return await self._db.transaction(keep)
