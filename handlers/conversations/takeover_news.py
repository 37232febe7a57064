"""What an owner hears in LINE of the conversations they have taken over."""

from datetime import datetime, timedelta

from guardrail.pii import Pii
from handlers.alerts.cards import BEGIN_TALK
from handlers.buttons import Button, Shortcut
from handlers.messages import Choice, Replies, Text
from handlers.outgoing import to_body
from handlers.ports import Clock
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.conversations.conversations import Conversation, ConversationId, TakeoverRepository
from knowledge.store.database import Database
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow, RowState

END_TALK = Button("takeover.end", _("Hand back to mimi"), ConversationId)
LIST_TALKS = Shortcut("takeover.list", _("All my chats"))

# A push costs as much for five messages as for one, so that what a visitor writes in a row travels together.
PACE = timedelta(seconds=10)
MOST_TOGETHER = 5


class TakeoverNews:
    """Outbox rows about a taken over conversation, written in the transaction of what they tell."""

    def __init__(self, db: Database, pii: Pii, clock: Clock) -> None:
        self._takeovers = TakeoverRepository(db)
        self._owners = OwnerRepository(db)
        self._held, self._outbox = HeldRows(db), OutboxRepository(db)
        self._pii = pii
        self._clock = clock

    async def visitor_wrote(self, conversation: Conversation, text: str) -> None:
        """The visitor's words, to be answered by quoting them: at once, then at most every ten seconds."""
        takeover = conversation.takeover
        if takeover is None:
            return
        now = self._clock.now()
        # At least PACE after the last one: what comes meanwhile joins the row that waits.
        at = max(now, takeover.told_at + PACE) if takeover.told_at else now
        words = await self._pii.redact(text, conversation.lang)
        said: Phrase = _("{letter}: {words}", letter=takeover.letter, words=words.text)
        if words.findings:
            said = _("{said}\n(Personal details are hidden here; your dashboard shows them.)", said=said)
        reply = Text(said, talking_choices(conversation), about=conversation.id)
        if await self._tell(conversation, reply, at):
            await self._takeovers.told(conversation.scope, conversation.id, at)

    async def visitor_deleted(self, conversation: Conversation) -> None:
        """The visitor has deleted a conversation; told only if the owner was in it."""
        if conversation.takeover:
            gone = _("{letter}: The visitor deleted this conversation.", letter=conversation.takeover.letter)
            await self._tell(conversation, Text(gone), self._clock.now())

    async def fell_silent(self, conversation: Conversation) -> None:
        """The owner said nothing for so long that mimi answers again."""
        if conversation.takeover:
            over = _(
                "{letter}: You wrote nothing for 30 minutes, so mimi answers there again.",
                letter=conversation.takeover.letter,
            )
            again = BEGIN_TALK(conversation.id, label=_("Talk again"))
            await self._tell(conversation, Text(over, (again,), about=conversation.id), self._clock.now())

    async def _tell(self, conversation: Conversation, reply: Text, at: datetime) -> bool:
        """Put it with what waits to be sent about this conversation, or in a row of its own; whether that is new."""
        owner = await self._owners.get(conversation.scope.owner_id)
        if owner is None or owner.line_user_id is None:
            return False
        body = to_body(Replies(owner.lang, (reply,)))
        if await self._held.add_to(owner.scope, conversation.id, AlertKind.TAKEOVER, body["replies"][0], MOST_TOGETHER):
            return False
        row = OutboxRow(
            Channel.LINE,
            owner.line_user_id,
            body,
            created_at=self._clock.now(),
            owner_id=owner.id,
            subject=conversation.id,
            kind=AlertKind.TAKEOVER,
            state=RowState.HELD,
        )
        await self._outbox.put(row, not_before=at)
        return True


def talking_choices(conversation: Conversation) -> tuple[Choice, ...]:
    """What can be tapped under the words of a conversation that is taken over."""
    return (
        END_TALK(conversation.id),
        LIST_TALKS(),
    )
