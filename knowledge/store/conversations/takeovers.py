"""Takeovers: which conversations an owner talks in at the moment, kept in the conversations themselves."""

from dataclasses import asdict
from datetime import datetime

from pymongo import ReturnDocument

from knowledge.store.conversations.conversations import CONVERSATIONS, Conversation, Takeover, to_conversation
from knowledge.store.database import Database, Document, OwnerScope

THERE = {"$exists": True}


class TakeoverRepository:
    """Each change is one atomic write on the conversation, so that two devices or processes cannot disagree."""

    def __init__(self, database: Database) -> None:
        self._conversations = database.collection(CONVERSATIONS.name)

    async def open(self, scope: OwnerScope) -> list[Conversation]:
        """The conversations an owner talks in, by their letters."""
        query = scope_of(scope) | {"takeover.letter": THERE}
        documents = await self._conversations.find(query, sort=[("takeover.letter", 1)])
        return [to_conversation(document) for document in documents]

    async def get(self, scope: OwnerScope, conversation_id: str) -> Conversation | None:
        """A conversation of the owner's, taken over or not."""
        document = await self._conversations.find_one(scope_of(scope) | {"_id": conversation_id})
        return to_conversation(document) if document else None

    async def begin(self, scope: OwnerScope, conversation_id: str, takeover: Takeover) -> bool:
        """False if it is taken over already, or gone. Raises DuplicateKeyError if the letter is in use."""
        free = scope_of(scope) | {"_id": conversation_id, "takeover.letter": {"$exists": False}}
        return (await self._conversations.update_one(free, {"$set": {"takeover": asdict(takeover)}})).matched_count == 1

    async def keep_on(self, scope: OwnerScope, conversation_id: str, until: datetime) -> Conversation | None:
        """The owner has said something: it lasts until then. None if it is not taken over (any more)."""
        return await self._change(
            scope_of(scope) | {"_id": conversation_id, "takeover.letter": THERE},
            {"$set": {"takeover.until": until, "takeover.spoke": True}},
        )

    async def told(self, scope: OwnerScope, conversation_id: str, at: datetime) -> None:
        """The visitor's words go to the owner at this time."""
        taken = scope_of(scope) | {"_id": conversation_id, "takeover.letter": THERE}
        await self._conversations.update_one(taken, {"$set": {"takeover.told_at": at}})

    async def end(self, scope: OwnerScope, conversation_id: str) -> Conversation | None:
        """The conversation as it was before; None if it was not taken over."""
        taken = scope_of(scope) | {"_id": conversation_id, "takeover.letter": THERE}
        return await self._end(taken)

    async def end_idle(self, now: datetime) -> Conversation | None:
        """End one of any owner's whose time is over; the conversation as it was before."""
        return await self._end({"takeover.until": {"$lte": now}})

    async def _end(self, which: Document) -> Conversation | None:
        document = await self._conversations.find_one_and_update(which, {"$unset": {"takeover": ""}})
        return to_conversation(document) if document else None

    async def _change(self, which: Document, change: Document) -> Conversation | None:
        document = await self._conversations.find_one_and_update(which, change, return_document=ReturnDocument.AFTER)
        return to_conversation(document) if document else None


def scope_of(scope: OwnerScope) -> Document:
    """Every app of the owner's, also where the scope names one of them."""
    return {"owner_id": scope.owner_id}
