"""A visitor's message as it comes in: the conversation it belongs to, whether it is known, and what was said before."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.store.conversations.conversations import CONVERSATIONS, Conversation, to_conversation
from knowledge.store.conversations.messages import MESSAGES, Message, Role, to_message
from knowledge.store.database import AppScope, Database, Document


@dataclass(frozen=True)
class Post:
    """`asked` is the message itself where it was sent before; `last` the last complete messages, in order."""

    conversation: Conversation
    asked: Message | None
    last: tuple[Message, ...]


class PostRepository:
    """Reads in one command what three finds would say."""

    def __init__(self, database: Database) -> None:
        self._conversations = database.collection(CONVERSATIONS.name)

    async def find(self, scope: AppScope, key_hash: str, client_id: str, now: datetime, last: int) -> Post | None:
        """With `last` messages at most; None where the key opens no conversation of this app, or it has expired."""
        found = await self._conversations.aggregate(
            [
                {"$match": scope.filter() | {"key_hash": key_hash, "expires_at": {"$gt": now}}},
                _messages(scope, "asked", {"role": Role.VISITOR, "client_id": client_id}, {"$limit": 1}),
                _messages(scope, "last", {"seq": {"$gt": 0}}, {"$sort": {"seq": -1}}, {"$limit": last}),
            ]
        )
        if not found:
            return None
        asked, latest = found[0].pop("asked"), found[0].pop("last")
        return Post(
            to_conversation(found[0]),
            to_message(asked[0]) if asked else None,
            tuple(to_message(each) for each in reversed(latest)),
        )


def _messages(scope: AppScope, name: str, which: Document, *further: Document) -> Document:
    """The stage that adds some of the conversation's messages as `name`."""
    joined = {"from": MESSAGES.name, "localField": "_id", "foreignField": "conversation_id"}
    return {"$lookup": joined | {"as": name, "pipeline": [{"$match": scope.filter() | which}, *further]}}
