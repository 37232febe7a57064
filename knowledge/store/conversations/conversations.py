"""Conversations: who talks with which app, by a key of which the hash is kept (SECURITY.md S14); takeovers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import NewType

from pymongo import ReturnDocument

from knowledge.phrases import Tag, _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import BY_VISITOR, GoneByApp, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

CONVERSATIONS = Stored(
    "conversations",
    Belonging.to_conversation("_id"),
    indexes=(
        Index((("key_hash", 1),), unique=True),
        Index((("owner_id", 1), ("app_id", 1), ("last_at", -1), ("_id", -1))),
        Index((("expires_at", 1),), expire=True),
        # Two takeovers of one owner that begin at once cannot have one letter.
        Index((("owner_id", 1), ("takeover.letter", 1)), unique=True, only={"takeover.letter": {"$exists": True}}),
        Index((("takeover.until", 1),), only={"takeover.until": {"$exists": True}}),
        Index((("mask_at", 1),), only={"mask_at": {"$type": "date"}}),
    ),
    former=("owner_id_1_app_id_1_last_at_-1",),
    exported=("_id", "app_id", "lang", "created_at", "last_at", "masked_at", "blocked_at"),
    until_setting=True,
    leaves=("_id",),
    kept=Kept(
        _(
            "Conversations: language, times, a hash of the key that reopens one, whether its owner blocked it, and "
            "marks for recognising spam, from which nothing can be read"
        ),
        Subject.CONVERSATIONS,
        GoneByApp("expires_at", 180),
        BY_VISITOR,
    ),
)

ConversationId = NewType("ConversationId", str)
THERE = {"$exists": True}

MASKED_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Takeover:
    """The owner talks in a conversation in mimi's place: until `until`, moved on by each word of theirs.

    `letter` tells an owner's takeovers apart. `told_at` is when the visitor's words were last sent to the owner.
    """

    letter: str
    since: datetime
    until: datetime
    spoke: bool = False  # whether the owner has said anything since
    told_at: datetime | None = None


@dataclass(frozen=True)
class Conversation:
    """One visitor's talk with one app. `seq` is the number of the last message that is complete.

    What visitors wrote of themselves is masked when nothing was said for so long (`mask_after`). Up to the message
    `masked_seq` it is, last done at `masked_at`.
    `earlier`: what its messages have left for judging the next one as spam (guardrail/spam), nothing that can be read.
    """

    scope: AppScope
    key_hash: str
    lang: Tag
    created_at: datetime
    last_at: datetime
    expires_at: datetime
    seq: int = 0
    takeover: Takeover | None = None
    mask_after: timedelta = MASKED_AFTER
    masked_seq: int = 0
    masked_at: datetime | None = None
    earlier: bytes = field(default=b"", repr=False)
    blocked_at: datetime | None = None  # since when its owner takes no more messages in it
    id: ConversationId = field(default_factory=lambda: ConversationId(new_id()))

    def with_next(self, now: datetime, more: int = 1) -> "Conversation":
        """With so many messages more, the last of which has the `seq` as its number."""
        return replace(self, seq=self.seq + more, last_at=now, expires_at=self.expires_at + (now - self.last_at))


@dataclass(frozen=True)
class TalkPlace:
    """Where a conversation stands among an app's, the one in which something was said last first."""

    last_at: datetime
    id: str


class ConversationRepository:
    """Conversations, and the numbers of their messages."""

    def __init__(self, database: Database) -> None:
        self._conversations = database.collection(CONVERSATIONS.name)

    async def add(self, scope: AppScope, conversation: Conversation) -> None:
        """Keep a new one. Raises DuplicateKeyError if its key is in use."""
        await self._conversations.insert(scope.filter() | _to_document(conversation))

    async def add_missing(self, scope: AppScope, conversations: Sequence[Conversation]) -> None:
        """Keep those of these that are not there, in the caller's transaction."""
        same = scope.filter() | {"_id": {"$in": [each.id for each in conversations]}}
        there = {each["_id"] for each in await self._conversations.find(same, projection=["_id"])}
        if new := [scope.filter() | _to_document(each) for each in conversations if each.id not in there]:
            await self._conversations.insert_many(new)

    async def get(self, scope: AppScope, conversation_id: str) -> Conversation | None:
        return _maybe(await self._conversations.find_one(scope.filter() | {"_id": conversation_id}))

    async def of_owner(self, owner: OwnerScope, conversation_id: str) -> Conversation | None:
        """The same, in whichever of the owner's apps it is."""
        return _maybe(await self._conversations.find_one({"owner_id": owner.owner_id, "_id": conversation_id}))

    async def latest(self, scope: AppScope, *, skip: int = 0, limit: int) -> list[Conversation]:
        """The app's conversations, the one in which something was said last first."""
        documents = await self._conversations.find(
            scope.filter(), sort=[("last_at", -1), ("_id", -1)], skip=skip, limit=limit
        )
        return [to_conversation(document) for document in documents]

    async def before(self, scope: AppScope, place: TalkPlace | None, limit: int) -> list[TalkPlace]:
        """Where so many of them stand in that order behind `place`, or from the first on; read from the index alone."""
        query = scope.filter()
        if place:
            behind = [{"last_at": {"$lt": place.last_at}}, {"_id": {"$lt": place.id}}]
            query |= {"last_at": {"$lte": place.last_at}, "$or": behind}
        documents = await self._conversations.find(
            query, sort=[("last_at", -1), ("_id", -1)], limit=limit, projection=["last_at"]
        )
        return [TalkPlace(document["last_at"], document["_id"]) for document in documents]

    async def some(self, scope: AppScope, ids: Sequence[str]) -> list[Conversation]:
        """Those with these ids, in the same order."""
        documents = await self._conversations.find(scope.filter() | {"_id": {"$in": list(ids)}})
        by_id = {document["_id"]: to_conversation(document) for document in documents}
        return [by_id[each] for each in ids if each in by_id]

    async def how_many(self, scope: AppScope, *, limit: int = 0) -> int:
        """How many there are; not counted further than `limit`, if there is one."""
        return await self._conversations.count(scope.filter(), **({"limit": limit} if limit else {}))

    async def begun_since(self, scope: AppScope, since: datetime, most: int) -> int:
        """How many began after that, `most` at most; an old one in which something is said is none of them."""
        new = {"last_at": {"$gt": since}, "created_at": {"$gt": since}}
        return await self._conversations.count(scope.filter() | new, limit=most)

    async def by_key(self, scope: AppScope, key_hash: str, now: datetime) -> Conversation | None:
        """The app's conversation with this key, if it has not expired: MongoDB removes those up to a minute late."""
        query = scope.filter() | {"key_hash": key_hash, "expires_at": {"$gt": now}}
        return _maybe(await self._conversations.find_one(query))

    async def next_message(
        self,
        scope: AppScope,
        conversation_id: str,
        now: datetime,
        more: int = 1,
        earlier: bytes = b"",
        lang: Tag = "",
    ) -> Conversation | None:
        """Count `more` messages in the caller's transaction; the conversation as it was before, None if it is gone.

        `lang`: the language it is in from now on, where that is known.

        Two transactions that count in one conversation cannot both commit, so numbers become visible in order. It ends
        as long after its last message as before: a retention setting that changes meanwhile (registry.py) is in
        conflict with this, and stays as it was set. `earlier` is kept where there is something to keep.
        """
        ends = {"$add": ["$expires_at", {"$subtract": [now, "$last_at"]}]}
        masks = {"$add": [now, {"$ifNull": ["$mask_after", _milliseconds(MASKED_AFTER)]}]}
        set_: Document = {"seq": {"$add": ["$seq", more]}, "last_at": now, "expires_at": ends, "mask_at": masks}
        set_ |= {"lang": lang} if lang else {}
        document = await self._conversations.find_one_and_update(
            scope.filter() | {"_id": conversation_id},
            [{"$set": set_ | _kept(earlier)}],
        )
        return _maybe(document)

    async def set_mask_after(self, scope: AppScope, after: timedelta) -> None:
        """In all conversations of an app, details are masked so long after the last message.

        In the transaction that changes the app, as registry.py's `move_ends` is.
        """
        waits = {"$eq": [{"$type": "$mask_at"}, "date"]}
        at = {"$cond": [waits, {"$add": ["$last_at", _milliseconds(after)]}, "$mask_at"]}
        await self._conversations.update_many(
            scope.filter(), [{"$set": {"mask_after": _milliseconds(after), "mask_at": at}}]
        )

    async def take_to_mask(self, now: datetime, lease_until: datetime) -> Conversation | None:
        """One of any app's in which details are to be masked now, and nobody else's until then."""
        return _maybe(
            await self._conversations.find_one_and_update(
                {"mask_at": {"$type": "date", "$lte": now}},
                {"$set": {"mask_at": lease_until}},
                sort=[("mask_at", 1)],
                return_document=ReturnDocument.AFTER,
            )
        )

    async def set_blocked(self, owner: OwnerScope, conversation_id: str, at: datetime | None) -> Conversation | None:
        """Take no more of the visitor's messages from `at` on, or again (None); None if it is not the owner's."""
        change: Document = {"$set": {"blocked_at": at}} if at else {"$unset": {"blocked_at": ""}}
        return _maybe(
            await self._conversations.find_one_and_update(
                {"owner_id": owner.owner_id, "_id": conversation_id}, change, return_document=ReturnDocument.AFTER
            )
        )

    async def forgive(self, scope: AppScope, conversation_id: str) -> Conversation | None:
        """Forget what is held against it, in the caller's transaction; None if it is gone."""
        return _maybe(
            await self._conversations.find_one_and_update(
                scope.filter() | {"_id": conversation_id},
                {"$unset": {"earlier": ""}},
                return_document=ReturnDocument.AFTER,
            )
        )

    async def mask_later(self, conversation: Conversation, lease_until: datetime, at: datetime) -> None:
        """Look again at that time, unless something has been said in it meanwhile."""
        await self._conversations.update_one(_leased(conversation, lease_until), {"$set": {"mask_at": at}})

    async def set_masked(self, conversation: Conversation, lease_until: datetime, now: datetime) -> None:
        """Up to what was its last message, all is masked; what has been said meanwhile waits for its own time."""
        done = {"masked_seq": conversation.seq, "masked_at": now}
        await self._conversations.update_one(conversation.scope.filter() | {"_id": conversation.id}, {"$set": done})
        await self._conversations.update_one(_leased(conversation, lease_until), {"$set": {"mask_at": None}})

    async def hold(self, scope: AppScope, conversation_id: str) -> bool:
        """Be in conflict with its deletion until the caller's transaction ends. False if it is gone."""
        query = scope.filter() | {"_id": conversation_id}
        return (await self._conversations.update_one(query, {"$inc": {"held": 1}})).matched_count == 1


def _to_document(conversation: Conversation) -> Document:
    return {
        "_id": conversation.id,
        "key_hash": conversation.key_hash,
        "lang": conversation.lang,
        "created_at": conversation.created_at,
        "last_at": conversation.last_at,
        "expires_at": conversation.expires_at,
        "seq": conversation.seq,
        "mask_after": _milliseconds(conversation.mask_after),
        "mask_at": conversation.last_at + conversation.mask_after,
    } | _kept(conversation.earlier)


def _kept(earlier: bytes) -> Document:
    return {"earlier": earlier} if earlier else {}


def _leased(conversation: Conversation, lease_until: datetime) -> Document:
    return conversation.scope.filter() | {"_id": conversation.id, "mask_at": lease_until}


def _milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


def _maybe(document: Document | None) -> Conversation | None:
    return to_conversation(document) if document else None


def to_conversation(document: Document) -> Conversation:
    """A stored document as the value."""
    return Conversation(
        scope=AppScope(document["owner_id"], document["app_id"]),
        key_hash=document["key_hash"],
        lang=document["lang"],
        created_at=document["created_at"],
        last_at=document["last_at"],
        expires_at=document["expires_at"],
        seq=document["seq"],
        takeover=Takeover(**document["takeover"]) if "takeover" in document else None,
        mask_after=timedelta(milliseconds=document["mask_after"]) if "mask_after" in document else MASKED_AFTER,
        masked_seq=document.get("masked_seq", 0),
        masked_at=document.get("masked_at"),
        earlier=bytes(document.get("earlier", b"")),
        blocked_at=document.get("blocked_at"),
        id=document["_id"],
    )


class TakeoverRepository:
    """Each change is one atomic write on the conversation, so that two devices or processes cannot disagree."""

    def __init__(self, database: Database) -> None:
        self._conversations = database.collection(CONVERSATIONS.name)

    async def open(self, scope: OwnerScope) -> list[Conversation]:
        """The conversations an owner talks in, by their letters."""
        query = _of_owner(scope) | {"takeover.letter": THERE}
        documents = await self._conversations.find(query, sort=[("takeover.letter", 1)])
        return [to_conversation(document) for document in documents]

    async def get(self, scope: OwnerScope, conversation_id: str) -> Conversation | None:
        """A conversation of the owner's, taken over or not."""
        document = await self._conversations.find_one(_of_owner(scope) | {"_id": conversation_id})
        return to_conversation(document) if document else None

    async def begin(self, scope: OwnerScope, conversation_id: str, takeover: Takeover) -> bool:
        """False if it is taken over already, or gone. Raises DuplicateKeyError if the letter is in use."""
        free = _of_owner(scope) | {"_id": conversation_id, "takeover.letter": {"$exists": False}}
        return (await self._conversations.update_one(free, {"$set": {"takeover": asdict(takeover)}})).matched_count == 1

    async def keep_on(self, scope: OwnerScope, conversation_id: str, until: datetime) -> Conversation | None:
        """The owner has said something: it lasts until then. None if it is not taken over (any more)."""
        return await self._change(
            _of_owner(scope) | {"_id": conversation_id, "takeover.letter": THERE},
            {"$set": {"takeover.until": until, "takeover.spoke": True}},
        )

    async def told(self, scope: OwnerScope, conversation_id: str, at: datetime) -> None:
        """The visitor's words go to the owner at this time."""
        taken = _of_owner(scope) | {"_id": conversation_id, "takeover.letter": THERE}
        await self._conversations.update_one(taken, {"$set": {"takeover.told_at": at}})

    async def end(self, scope: OwnerScope, conversation_id: str) -> Conversation | None:
        """The conversation as it was before; None if it was not taken over."""
        taken = _of_owner(scope) | {"_id": conversation_id, "takeover.letter": THERE}
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


def _of_owner(scope: OwnerScope) -> Document:
    """Every app of the owner's, also where the scope names one of them."""
    return {"owner_id": scope.owner_id}
