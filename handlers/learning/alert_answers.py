"""Answers to alerts: the owner answers what mimi could not, to the visitor and for good."""

from dataclasses import dataclass

from handlers.alerts.alerts import Alerts
from handlers.conversations.conversations import Conversations
from handlers.entries.doubles import Chosen, NewEntries
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, Faqs, SavedFaq
from handlers.learning.gaps import Gaps
from handlers.written import shortened, written
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.alerts.alerts import Alert, AlertRepository, AlertState
from knowledge.store.conversations.messages import Message
from knowledge.store.database import Database, OwnerScope
from knowledge.store.learning.gaps import GapId


@dataclass(frozen=True)
class Answered:
    """The alert as it is now, and whether there was still a conversation to say it in."""

    alert: Alert
    delivered: bool


class AlertAnswers:
    """An alert's way from open to answered or dismissed, and from answered into the knowledge."""

    def __init__(
        self,
        db: Database,
        store: AlertRepository,
        alerts: Alerts,
        conversations: Conversations,
        faqs: Faqs,
        new_entries: NewEntries,
        gaps: Gaps,
    ) -> None:
        self._db = db
        self._store = store
        self._alerts = alerts
        self._conversations = conversations
        self._faqs = faqs
        self._new_entries = new_entries
        self._gaps = gaps

    async def answer(self, owner: OwnerScope, alert_id: str, text: str, said_in: str = "") -> Answered:
        """Say `text` to the visitor and close the alert, or neither. Raises BadInput; NotFound if it is settled.

        `said_in` is the door's id of the owner's message: by it the words can be taken back.
        """
        said = written(text, LONGEST_ANSWER)

        async def say() -> Answered:
            await self.open_alert(owner, alert_id)
            alert = await self._store.answer(owner, alert_id, said, said_in)
            if alert is None:
                raise NotFound(_("That question no longer exists."))
            await self._alerts.seen(owner, [alert_id])
            return Answered(alert, await self._delivered(alert, said, said_in))

        return await self._db.transaction(say)

    async def take_back(self, owner: OwnerScope, said_in: str) -> None:
        """Remove an owner's words from the chat and the alert they answered, in the caller's transaction."""
        await self._store.take_back(owner, said_in)
        await self._conversations.take_back(owner, said_in)

    async def dismiss(self, owner: OwnerScope, alert_id: str) -> Alert:
        """Close the alert without an answer. Raises NotFound if it is settled."""

        async def close() -> Alert:
            alert = await self.open_alert(owner, alert_id)
            await self._alerts.seen(owner, [alert_id])
            return await self._store.dismiss(owner, alert_id) or alert

        return await self._db.transaction(close)

    async def open_alert(self, owner: OwnerScope, alert_id: str) -> Alert:
        """The alert if it still waits. Raises NotFound that says what became of it."""
        alert = await self._alerts.get(owner, alert_id)
        if alert.state is AlertState.ANSWERED:
            raise NotFound(_("You have already answered this question."))
        if alert.state is AlertState.DISMISSED:
            raise NotFound(_("You have already dismissed this question."))
        if alert.state is AlertState.TALKED:
            raise NotFound(_("You have already talked about this with the visitor."))
        return alert

    async def conversation(self, owner: OwnerScope, alert_id: str) -> tuple[Alert, list[Message]]:
        """The alert, and what was said in the conversation it came from. Raises NotFound."""
        alert = await self._alerts.get(owner, alert_id)
        said = await self._conversations.messages(alert.scope, alert.conversation_id)
        if not said:
            raise NotFound(_("That conversation no longer exists."))
        return alert, said

    async def savable(self, owner: OwnerScope, alert_id: str) -> tuple[str, str]:
        """Question and answer as they may become a FAQ entry. Raises NotFound, BadInput."""
        alert = await self._savable(owner, alert_id)
        return shortened(alert.question, LONGEST_QUESTION), alert.answer

    async def save_as_faq(
        self, owner: OwnerScope, alert_id: str, texts: tuple[str, str] | None = None, place: Chosen | None = None
    ) -> SavedFaq:
        """Keep question and answer, or `texts` instead of them, as a FAQ entry, once, at a place if that was chosen.

        Raises NotFound, BadInput, AsksTheSame.
        """

        async def keep() -> SavedFaq:
            alert = await self._savable(owner, alert_id)
            question, answer = texts or (shortened(alert.question, LONGEST_QUESTION), alert.answer)
            saved = await self._new_entries.keep(alert.scope, question, answer, place)
            await self._store.set_faq(owner, alert_id, saved.entry.id)
            return await self._gaps.learned(alert.scope, alert.message_id, saved)

        return await self._db.transaction(keep)

    async def save_as_phrasing(self, owner: OwnerScope, alert_id: str, faq_id: str, words: str = "") -> SavedFaq:
        """Note the question, or `words` in its place, as another way to ask an entry. Raises NotFound, BadInput."""

        async def keep() -> SavedFaq:
            alert = await self._savable(owner, alert_id)
            asked = words or shortened(alert.question, LONGEST_QUESTION)
            saved = await self._faqs.add_phrasing(alert.scope, faq_id, asked)
            await self._store.set_faq(owner, alert_id, faq_id)
            return await self._gaps.learned(alert.scope, alert.message_id, saved)

        return await self._db.transaction(keep)

    async def is_gap(self, alert: Alert) -> bool:
        """Whether there is something to see of what the knowledge has about the question."""
        return await self._gaps.of_message(alert.scope, alert.message_id) is not None

    async def gap_of_known(self, alert: Alert) -> GapId | None:
        """The gap the question belongs to, if an entry asks almost the same."""
        found = await self._gaps.of_message(alert.scope, alert.message_id)
        return found.gap.id if found and found.gap.alike else None

    async def _savable(self, owner: OwnerScope, alert_id: str) -> Alert:
        alert = await self._alerts.get(owner, alert_id)
        if alert.state is not AlertState.ANSWERED:
            raise BadInput(_("This question has no answer yet that could be saved."))
        if not alert.answer:
            raise BadInput(_("You unsent this answer, so there is nothing to save."))
        if alert.faq_id:
            raise BadInput(_("This answer is already saved as FAQ."))
        return alert

    async def _delivered(self, alert: Alert, said: str, said_in: str) -> bool:
        try:
            await self._conversations.owner_says(alert.scope, alert.conversation_id, said, said_in)
        except NotFound:
            return False  # the visitor deleted the conversation, or its time is over; the answer may still be saved
        return True
