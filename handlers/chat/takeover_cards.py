"""A taken over conversation as a card in the owner's chat: its letter, the app, and what was said last."""

from guardrail.pii import Pii
from handlers.answers.feed import words_of
from handlers.conversations.past_conversations import SPEAKERS
from handlers.conversations.takeover_news import talking_choices
from handlers.messages import Card, Words
from handlers.written import shortened
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import AppRepository
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.conversations.messages import Message, MessageRepository, Role
from knowledge.store.database import Database

LAST = 5  # messages
LONGEST_LINE = 160
LONGEST_LABEL = 16


class TakeoverCards:
    """Reads what a card shows. Visitors' words leave their conversation only without personal information."""

    def __init__(self, db: Database, pii: Pii) -> None:
        self._apps = AppRepository(db)
        self._messages = MessageRepository(db)
        self._pii = pii

    async def of(self, owner: Owner, conversation: Conversation) -> Card:
        """The card, with what can be done."""
        app = await self._apps.get(conversation.scope)
        said = [
            each for each in await self._messages.last(conversation.scope, conversation.id) if each.role in SPEAKERS
        ]
        rows = [(SPEAKERS[each.role], await self._line(each)) for each in said[-LAST:]]
        letter = conversation.takeover.letter if conversation.takeover else ""
        title = _("{letter}: You are talking with a visitor", letter=letter)
        first: tuple[tuple[Words, Words], ...] = ((_("App"), app.name if app else ""),)
        return Card(title, "", (*first, *rows), talking_choices(conversation)[:1], conversation.id)

    async def label(self, conversation: Conversation) -> str:
        """A button's words: the letter, and how the visitor's last message begins."""
        asked = await self._messages.last_of_visitor(conversation.scope, conversation.id)
        letter = conversation.takeover.letter if conversation.takeover else ""
        return f"{letter}: {shortened(await self._line(asked), LONGEST_LABEL)}" if asked else letter

    async def _line(self, message: Message) -> str:
        words = words_of(message)
        if message.role is Role.VISITOR:
            words = (await self._pii.redact(words, message.lang)).text
        return shortened(" ".join(words.split()), LONGEST_LINE)
