"""What visitors asked in vain is kept, redacted, in the transaction in which it happens."""

from guardrail.pii import Pii
from handlers.conversations.turns import asked_in
from handlers.messages import AnswerState
from handlers.ports import Clock
from handlers.written import shortened
from knowledge.phrases import Tag
from knowledge.store.alerts.askings import Asking, AskingRepository, Why
from knowledge.store.conversations.messages import Feedback, Message, MessageRepository
from knowledge.store.database import Database
from knowledge.store.learning.gaps import GapRepository

LONGEST_QUESTION = 300  # as long as an entry's: it may become one
LONGEST_ANSWER = 2_000
_SAID_SOMETHING: dict[str, Why] = {AnswerState.PARTLY: Why.PARTLY, AnswerState.QUOTED: Why.QUOTED}


class Askings:
    """The visitor's side of getting better; what becomes of it is `Gaps`."""

    def __init__(self, db: Database, pii: Pii, clock: Clock) -> None:
        self._askings = AskingRepository(db)
        self._gaps = GapRepository(db)
        self._messages = MessageRepository(db)
        self._pii = pii
        self._clock = clock

    async def noticed(self, asked: Message, answer: Message, question: str) -> None:
        """`question` is what the knowledge does not say: kept in the caller's transaction.

        It is the visitor's message, or what that means where it leans on the conversation.
        """
        why = _SAID_SOMETHING.get(answer.state)
        await self._keep(asked, question, why or Why.UNANSWERED, answer if why else None)

    async def judged(self, answer: Message, thought: Feedback) -> None:
        """A thumb went up or down: what is disliked is kept with what was answered, in the caller's transaction."""
        known = await self._askings.of_message(answer.scope, answer.reply_to)
        # The thumb was all there was, or the doubt that it settles; with it goes what was kept for it.
        if known and known.why in (Why.DISLIKED, Why.QUOTED) and thought is Feedback.UP:
            await self._forget(known)
        elif known:
            await self._askings.set_disliked(answer.scope, answer.reply_to, thought is Feedback.DOWN)
        elif thought is Feedback.DOWN:
            await self._dislike(answer)

    async def _dislike(self, answer: Message) -> None:
        if asked := await asked_in(self._messages, answer):
            await self._keep(asked, asked.text, Why.DISLIKED, answer)

    async def _forget(self, asking: Asking) -> None:
        await self._askings.remove(asking.scope, asking.message_id)
        if asking.gap_id and not await self._askings.of_gap(asking.scope, asking.gap_id, 1):
            await self._gaps.remove(asking.scope, [asking.gap_id])

    async def _keep(self, asked: Message, question: str, why: Why, answer: Message | None = None) -> None:
        """`answer` is what was said, as far as something was."""
        asking = Asking(
            scope=asked.scope,
            conversation_id=asked.conversation_id,
            message_id=asked.id,
            question=await self._redacted(" ".join(question.split()), LONGEST_QUESTION, asked.lang),
            lang=asked.lang,
            why=why,
            asked_at=self._clock.now(),
            expires_at=asked.expires_at,
            disliked=why is Why.DISLIKED,
            answer=await self._redacted(answer.text, LONGEST_ANSWER, answer.lang) if answer else "",
            sources=answer.sources if answer else (),
        )
        await self._askings.add(asked.scope, asking)

    async def _redacted(self, text: str, longest: int, lang: Tag) -> str:
        return shortened((await self._pii.redact(text, lang)).text, longest)
