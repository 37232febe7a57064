"""What a line in plain words was answered with, as a test reads and taps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from owner_chat import OwnerChat, choices_of, words_of

from handlers.messages import Card, Reply, Text
from handlers.outgoing import from_body
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.outbox.outbox import OutboxRepository


@dataclass
class Heard:
    """The answer's card, texts and buttons."""

    replies: Sequence[Reply]

    @classmethod
    def of(cls, replies: Sequence[Reply]) -> "Heard":
        return cls(tuple(replies))

    @property
    def card(self) -> Card:
        return next(reply for reply in self.replies if isinstance(reply, Card))

    @property
    def title(self) -> str:
        return str(self.card.title)

    @property
    def rows(self) -> dict[str, str]:
        return {str(name): str(value) for name, value in self.card.rows}

    @property
    def texts(self) -> list[str]:
        return [str(reply.text) for reply in self.replies if isinstance(reply, Text)]

    @property
    def words(self) -> list[str]:
        return [str(words) for reply in self.replies for words in words_of(reply)]

    @property
    def labels(self) -> list[str]:
        return [str(choice.label) for choice in choices_of(self.replies)]

    @property
    def proposal(self) -> str:
        return self.card.about

    async def taps(self, chat: OwnerChat, label: str) -> list[str]:
        action = next(choice.action for choice in choices_of(self.replies) if str(choice.label) == label)
        return await chat.posts(action)


async def answered(chat: OwnerChat) -> Heard:
    """Let the line that waits be understood; the answer as LINE gets it."""
    assert await chat.core.answer_a_line()
    rows = OutboxRepository(chat.core.db)
    row = await rows.take(chat.core.clock.now(), lease=timedelta(seconds=30))
    assert row
    await rows.sent(row, ["answer"], chat.core.clock.now())
    return Heard(from_body(row.body))


async def state(chat: OwnerChat) -> dict[str, Any]:
    """What proposed changes would change."""
    app, owner = await chat.app(), await chat.owner()
    faqs = await chat.core.faqs.list(app.scope)
    wanted = await chat.core.alert_preferences.of(owner.scope)
    return {
        "faq": [(each.question, each.answer) for each in faqs],
        "tone": app.tone,
        "bio": app.bio,
        "links": app.links,
        "suggestions": app.suggestions,
        "paused": app.paused,
        "alerts": wanted.wanted.get(AlertKind.THUMBS_DOWN, True),
        "handle": app.handle,
    }
