"""Where an owner told a visitor something else than an entry says, the entry may be what is wrong: its owner is asked.

Asked once for the same words: a change that was not wanted is not offered again.
"""

from collections.abc import Sequence
from hashlib import sha256

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.buttons import Button
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.checks.checking import SETTLING
from knowledge.checks.facts import turns_round
from knowledge.phrases import _
from knowledge.search.curated import plain
from knowledge.search.fitting import fitting
from knowledge.search.in_talks import MOST_HITS
from knowledge.search.retrieval import Retrieval
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import AppRepository
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.conversations.messages import HELD, Message, MessageId, MessageRepository, Presence, Role
from knowledge.store.database import AppScope, outside_transactions
from knowledge.store.entries.faqs import FaqEntry, FaqId, FaqRepository

LOOKED_THROUGH = 100  # messages of one conversation
MOST_LOOKED_AT = 10  # answers of a takeover, the last: a search each
# Seconds a search waits for meaning where a takeover's end waits for it, in its transaction; elsewhere nobody waits.
AT_THE_END = 1.0

CHANGE_ENTRY = Button("takeover.change", _("Change the entry"), MessageId, FaqId)


class SaidChanges:
    """Looks at what an owner said, when they leave a conversation and when an answer rests on it."""

    def __init__(
        self,
        messages: MessageRepository,
        faqs: FaqRepository,
        apps: AppRepository,
        retrieval: Retrieval,
        alerts: Alerts,
    ) -> None:
        self._messages = messages
        self._faqs = faqs
        self._apps = apps
        self._retrieval = retrieval
        self._alerts = alerts

    async def left(self, conversation: Conversation) -> None:
        """Of the takeover that has just ended."""
        said = await self._messages.last(conversation.scope, conversation.id, LOOKED_THROUGH)
        for asked, answer in answered_pairs(of_last_takeover(said))[-MOST_LOOKED_AT:]:
            await self._offer(asked, answer, AT_THE_END)

    async def cited(self, asked: Message, ids: Sequence[str]) -> None:
        """An answer to this question rests on these words of the owner's."""
        for said in [await self._messages.get(asked.scope, asked.conversation_id, each) for each in ids]:
            if said:
                await self._offer(asked, said, SETTLING)

    async def _offer(self, asked: Message, said: Message, patience: float) -> None:
        entry = await self._entry(asked.scope, asked.text, patience) if said.text and not said.faq_id else None
        if entry is None or not turns_round(entry.answer, said.text, asked.text):
            return
        rows = (
            (_("Question"), shortened(entry.question, LONGEST_SHOWN)),
            (_("{name}, before", name=_("The answer")), shortened(entry.answer, LONGEST_SHOWN)),
            (_("{name}, after", name=_("The answer")), shortened(said.text, LONGEST_SHOWN)),
        )
        words = sha256(plain(said.text).encode()).hexdigest()[:32]
        news = News(
            AlertKind.CHECKS,
            said.conversation_id,  # with which it goes
            _("You told a visitor something different from this entry. Should the entry say that from now on?"),
            rows,
            (CHANGE_ENTRY(said.id, entry.id),),
            once=f"said {entry.id} {words}",
            title=_("Change this entry?"),
        )
        await self._alerts.tell(asked.scope, news)

    async def _entry(self, scope: AppScope, question: str, patience: float) -> FaqEntry | None:
        """The one that would be quoted for the question."""
        app = await self._apps.get(scope)
        if app is None:
            return None
        search = self._retrieval.found(scope, app.knowledge_version, question, MOST_HITS, patience)
        hits = (await outside_transactions(search)).hits
        best = next((hit.item.id for hit in fitting(hits, question).answering[:1] if hit.item.kind == "faq"), "")
        return await self._faqs.get(scope, best) if best else None


def of_last_takeover(said: list[Message]) -> list[Message]:
    """From the visitor's message before the owner came last."""
    came = [place for place, each in enumerate(said) if each.state == Presence.CAME]
    if not came:
        return said
    asked = [place for place in range(came[-1]) if is_asked(said[place])]
    return said[asked[-1] if asked else came[-1] :]


def is_asked(said: Message) -> bool:
    """Whether it is a visitor's message that may be a question."""
    return said.role is Role.VISITOR and said.state != HELD


def answered_pairs(said: list[Message]) -> list[tuple[Message, Message]]:
    """Each owner's message with the visitor's message before it."""
    pairs, asked = [], None
    for each in said:
        if is_asked(each):
            asked = each
        elif each.role is Role.OWNER and asked:
            pairs.append((asked, each))
    return pairs
