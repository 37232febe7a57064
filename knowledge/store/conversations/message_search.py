"""Looking through the messages of an app: by words, and how each conversation began."""

import re
from collections.abc import Mapping, Sequence

from knowledge.store.conversations.messages import MESSAGES, Role
from knowledge.store.database import AppScope, Database

LONGEST_WORDS = 100


class MessageSearch:
    """Reads across conversations, always of one app."""

    def __init__(self, database: Database) -> None:
        self._messages = database.collection(MESSAGES.name)

    async def conversations_with(self, scope: AppScope, words: str, limit: int) -> list[str]:
        """Ids of conversations in which every word was said in one message, the latest first (S26)."""
        wanted = [{"text": {"$regex": re.escape(word), "$options": "i"}} for word in words[:LONGEST_WORDS].split()]
        found = await self._messages.aggregate(
            [
                {"$match": {**scope.filter(), "seq": {"$ne": None}, "$and": wanted}},
                {"$group": {"_id": "$conversation_id", "last": {"$max": "$_id"}}},
                {"$sort": {"last": -1}},
                {"$limit": limit},
            ]
        )
        return [each["_id"] for each in found]

    async def openings(self, scope: AppScope, conversation_ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """Conversation id -> what the visitor asked first, and how many messages there are."""
        mine = {**scope.filter(), "conversation_id": {"$in": list(conversation_ids)}, "seq": {"$ne": None}}
        first = {"$first": {"$cond": [{"$eq": ["$role", Role.VISITOR.value]}, "$text", ""]}}
        found = await self._messages.aggregate(
            [
                {"$match": mine},
                {"$sort": {"seq": 1}},
                {"$group": {"_id": "$conversation_id", "first": first, "count": {"$sum": 1}}},
            ]
        )
        return {each["_id"]: (each["first"], each["count"]) for each in found}
