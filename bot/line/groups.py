"""Group chats: mimi says once what it is for, and is quiet from then on. Owners speak with it alone."""

from collections.abc import Mapping
from typing import Any

from handlers.messages import Replies, Text
from handlers.outgoing import to_body
from handlers.ports import Clock
from knowledge.phrases import LANGS, _
from knowledge.store.database import Database
from knowledge.store.inbox.line_account import LineGroupRepository
from knowledge.store.outbox.outbox import Channel, OutboxRow

WHAT_I_AM = _(
    "Hello, I am mimi. I work with app developers one-to-one, and stay quiet in groups. Add me as a friend to begin."
)


class Groups:
    """Answers the event of having been added to a group."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._groups = LineGroupRepository(database)
        self._clock = clock

    async def greeting(self, event: Mapping[str, Any]) -> OutboxRow | None:
        """What to say, in the caller's transaction: in both languages, as nobody's is known."""
        # Added again it says nothing: a group that throws it out and lets it in hears it once.
        group_id = _joined(event)
        token = event.get("replyToken")
        if not group_id or not isinstance(token, str) or not await self._groups.is_first(group_id, self._clock.now()):
            return None
        words = "\n\n".join(WHAT_I_AM.say(lang) for lang in LANGS)
        body = to_body(Replies("ja", (Text(words),)))
        return OutboxRow(Channel.LINE, group_id, body, created_at=self._clock.now(), reply_token=token)


def _joined(event: Mapping[str, Any]) -> str:
    """The group or room mimi was added to; empty for every other event."""
    source = event.get("source")
    if event.get("type") != "join" or event.get("mode") == "standby" or not isinstance(source, Mapping):
        return ""
    found = source.get("groupId") or source.get("roomId") or ""
    return found if isinstance(found, str) else ""
