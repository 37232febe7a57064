"""Messages: what visitor, mimi and owner said, answers still being written, how they are looked through."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError

from knowledge.phrases import Tag, _
from knowledge.store.conversations.answer_facts import NOTHING_MADE, AnswerFacts
from knowledge.store.conversations.conversations import CONVERSATIONS, MASKED_AFTER, Conversation, to_conversation
from knowledge.store.database import DUPLICATE_KEY, AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import BY_VISITOR, GoneByApp, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

PENDING = "pending"
WITH_OWNER = "with_owner"  # of a visitor's message: the owner answers it, so that mimi does not
HELD = "held"  # of a visitor's message and its answer: taken for spam, until its owner releases it
# A run of an answer makes a few attempts and numbers them; the next run's numbers start clear of them.
ATTEMPTS_OF_A_RUN = 10
MOST_SHOWN = 1_000  # messages of one conversation
NOBODYS = datetime(1970, 1, 1, tzinfo=UTC)  # the lease of an answer whose process is gone

MESSAGES = Stored(
    "messages",
    Belonging.to_conversation("conversation_id"),
    indexes=(
        Index((("conversation_id", 1), ("seq", 1))),
        Index((("conversation_id", 1), ("client_id", 1)), unique=True, only={"role": "visitor"}),
        Index((("reply_to", 1),), unique=True, only={"role": "mimi"}),
        Index((("lease_until", 1),), only={"state": PENDING}),
        Index((("owner_id", 1), ("app_id", 1), ("role", 1), ("created_at", 1))),
        Index((("owner_id", 1), ("said_in", 1)), only={"role": "owner"}),
        Index((("expires_at", 1),), expire=True),
    ),
    former=("owner_id_1_app_id_1",),
    exported=(
        *("_id", "app_id", "conversation_id", "seq", "role", "lang", "text", "state", "sources", "made", "reply_to"),
        *("joined", "feedback", "created_at"),
    ),
    until_setting=True,
    kept=Kept(
        _("What visitors, mimi and the owner say in a conversation, and ratings of answers"),
        Subject.CONVERSATIONS,
        GoneByApp("expires_at", 180),
        _(
            "What visitors wrote about themselves is masked once nobody has written for the time that the app's "
            "owner has set: {days} days unless they changed it. {deletion}",
            days=MASKED_AFTER.days,
            deletion=BY_VISITOR,
        ),
    ),
)

MessageId = NewType("MessageId", str)
LONGEST_WORDS = 100


class Role(StrEnum):
    VISITOR = "visitor"
    MIMI = "mimi"
    OWNER = "owner"
    PRESENCE = "presence"  # nobody's words: the owner came or left, as `state` says


class Presence(StrEnum):
    """The state of a message that tells of the owner's coming and going."""

    CAME = "came"
    LEFT = "left"


class Feedback(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Source:
    """A piece of knowledge an answer rests on: `item` is what it was then, and may be gone since."""

    title: str
    url: str = ""
    item: str = field(default="", compare=False)


@dataclass(frozen=True)
class Message:
    """One message. `seq` is None while it is an answer being written; what follows it, up to `feedback`, is answers'.

    It answers the message `reply_to`, and those that `joined` it before anything of it was shown. `made` says how;
    `suggestions` are questions that may come next. `attempt` is the one that wrote the text: a reader
    who has part of another attempt's text starts over.
    """

    scope: AppScope
    conversation_id: str
    role: Role
    text: str
    lang: Tag
    created_at: datetime
    expires_at: datetime
    seq: int | None = None
    state: str = ""
    sources: tuple[Source, ...] = ()
    suggestions: tuple[str, ...] = ()
    made: AnswerFacts = NOTHING_MADE
    reply_to: str = ""
    joined: tuple[str, ...] = ()
    attempt: int = 0
    lease_until: datetime | None = None
    client_id: str = ""
    feedback: str = ""
    said_in: str = ""  # of an owner's words: the LINE message they came in
    faq_id: str = ""  # and the FAQ entry they became
    id: MessageId = field(default_factory=lambda: MessageId(new_id()))


class MessageRepository:
    """The messages of conversations. Answers being written are held by lease, as the inbox's events are."""

    def __init__(self, database: Database) -> None:
        self._messages = database.collection(MESSAGES.name)
        self._process = database.process

    async def add(self, scope: AppScope, message: Message) -> None:
        """Keep a new one."""
        await self._messages.insert(self._document(scope, message))

    async def add_all(self, scope: AppScope, messages: Sequence[Message]) -> None:
        """Keep new ones in one write. Raises DuplicateKeyError for a visitor's message sent before."""
        try:
            await self._messages.insert_many([self._document(scope, message) for message in messages])
        except BulkWriteError as error:
            first = error.details["writeErrors"][0] if error.details.get("writeErrors") else {}
            if first.get("code") != DUPLICATE_KEY:
                raise
            # As one insert says it, which a transaction begins again for.
            raise DuplicateKeyError(first["errmsg"], DUPLICATE_KEY, first) from error

    async def put_many(self, scope: AppScope, messages: Sequence[Message]) -> None:
        """Keep these, also in the place of the same ones, in the caller's transaction."""
        if messages:
            await self._messages.delete_many(scope.filter() | {"_id": {"$in": [each.id for each in messages]}})
            await self._messages.insert_many([self._document(scope, each) for each in messages])

    async def get(self, scope: AppScope, conversation_id: str, message_id: str) -> Message | None:
        return await self._one(scope, conversation_id, {"_id": message_id})

    async def of_owner(self, scope: AppScope, conversation_id: str, client_id: str, text: str) -> Message | None:
        """What the owner said in these words with a form of this id."""
        return await self._one(scope, conversation_id, {"role": Role.OWNER, "client_id": client_id, "text": text})

    async def answer_to(self, scope: AppScope, conversation_id: str, message_id: str) -> Message | None:
        """mimi's answer to a visitor's message, whether or not it is complete."""
        own = await self._one(scope, conversation_id, {"role": Role.MIMI, "reply_to": message_id})
        return own or await self._one(scope, conversation_id, {"role": Role.MIMI, "joined": message_id})

    async def client_ids(self, scope: AppScope, conversation_id: str) -> list[str]:
        """Under which ids the visitor's messages were sent."""
        query = scope.filter() | {"conversation_id": conversation_id, "role": Role.VISITOR}
        return [each["client_id"] for each in await self._messages.find(query, projection=["client_id"])]

    async def count(self, scope: AppScope, conversation_id: str) -> int:
        """How many there are, complete or being written."""
        return await self._messages.count(scope.filter() | {"conversation_id": conversation_id})

    async def last_of_visitor(self, scope: AppScope, conversation_id: str) -> Message | None:
        """What the visitor said last, spam aside."""
        said = {"role": Role.VISITOR, "state": {"$ne": HELD}}
        query = scope.filter() | {"conversation_id": conversation_id} | said
        documents = await self._messages.find(query, sort=[("seq", -1)], limit=1)
        return to_message(documents[0]) if documents else None

    async def after(self, scope: AppScope, conversation_id: str, seq: int, limit: int) -> list[Message]:
        """Complete messages numbered higher than `seq`, in order; at most `limit`."""
        query = scope.filter() | {"conversation_id": conversation_id, "seq": {"$gt": seq}}
        return [to_message(each) for each in await self._messages.find(query, sort=[("seq", 1)], limit=limit)]

    async def last(
        self, scope: AppScope, conversation_id: str, limit: int = MOST_SHOWN, *, before: int | None = None
    ) -> list[Message]:
        """The last complete messages, in order; with `before`, of those numbered lower."""
        below = {"$gt": 0} | ({} if before is None else {"$lt": before})
        query = scope.filter() | {"conversation_id": conversation_id, "seq": below}
        documents = await self._messages.find(query, sort=[("seq", -1)], limit=limit)
        return [to_message(each) for each in reversed(documents)]

    async def pending(self, scope: AppScope, conversation_id: str) -> list[Message]:
        """Answers being written, the oldest first."""
        query = scope.filter() | {"conversation_id": conversation_id, "seq": None, "state": PENDING}
        found = await self._messages.find(query, limit=MOST_SHOWN)
        return sorted(map(to_message, found), key=lambda message: message.id)

    async def complete(self, answer: Message, *, started_at: int) -> bool:
        """Keep a pending answer as what it has become; False if another run has it now, or it is gone."""
        done = {
            "text": answer.text,
            "lang": answer.lang,
            "state": answer.state,
            "sources": [asdict(source) for source in answer.sources],
            "suggestions": list(answer.suggestions),
            "made": answer.made.to_document(),
            "seq": answer.seq,
            "attempt": answer.attempt,
            "lease_until": None,
        }
        query = answer.scope.filter() | {"_id": answer.id, "state": PENDING, "attempt": started_at}
        return (await self._messages.update_one(query, {"$set": done})).matched_count == 1

    async def join(self, answer: Message, asked: Message) -> bool:
        """A pending answer is one to this message too, in the caller's transaction; False if it is complete, or gone.

        Whoever was writing it without this message cannot complete it any more.
        """
        changed = await self._messages.update_one(
            answer.scope.filter() | {"_id": answer.id, "state": PENDING},
            {"$push": {"joined": asked.id}, "$set": {"lang": asked.lang}, "$inc": {"attempt": 1}},
        )
        return changed.matched_count == 1

    async def take_abandoned(self, now: datetime, lease_until: datetime) -> Message | None:
        """A pending answer of any app whose lease is over, leased to the caller for another run."""
        document = await self._messages.find_one_and_update(
            {"state": PENDING, "lease_until": {"$lte": now}},
            {"$set": {"lease_until": lease_until, "held_by": self._process}, "$inc": {"attempt": ATTEMPTS_OF_A_RUN}},
            sort=[("lease_until", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return to_message(document) if document else None

    async def hold(self, answers: Iterable[Message], lease_until: datetime) -> None:
        """Move the leases of answers this process is writing: on while it works, to now when it hands them back."""
        for answer in answers:
            query = answer.scope.filter() | {"_id": answer.id, "state": PENDING, "attempt": answer.attempt}
            await self._messages.update_one(query, {"$set": {"lease_until": lease_until}})

    async def release(self, process: str) -> None:
        """Answers that this process was writing are nobody's now; it is gone."""
        leased: Document = {"state": PENDING, "lease_until": {"$gt": NOBODYS}, "held_by": process}
        await self._messages.update_many(leased, {"$set": {"lease_until": NOBODYS}})

    async def set_feedback(self, scope: AppScope, conversation_id: str, answer_id: str, feedback: Feedback) -> bool:
        """Note what the visitor thought of a complete answer; False if there is no such answer."""
        query = scope.filter() | {"_id": answer_id, "conversation_id": conversation_id, "role": Role.MIMI}
        changed = await self._messages.update_one(query | {"seq": {"$ne": None}}, {"$set": {"feedback": feedback}})
        return changed.matched_count == 1

    async def unhold(self, asked: Message, lease_until: datetime) -> Message | None:
        """A message that was held is one like any other; its answer, to be written now. None where it is not held."""
        mine = asked.scope.filter()
        freed = await self._messages.update_one(mine | {"_id": asked.id, "state": HELD}, {"$set": {"state": ""}})
        if not freed.matched_count:
            return None
        held_by: Document = {"state": PENDING, "lease_until": lease_until, "held_by": self._process}
        document = await self._messages.find_one_and_update(
            mine | {"role": Role.MIMI, "reply_to": asked.id},
            {"$set": held_by | {"text": "", "seq": None, "made": None}, "$inc": {"attempt": ATTEMPTS_OF_A_RUN}},
            return_document=ReturnDocument.AFTER,
        )
        return to_message(document) if document else None

    async def by_id(self, scope: OwnerScope, message_id: str) -> Message | None:
        """Any message in a conversation with one of the owner's apps."""
        document = await self._messages.find_one({"owner_id": scope.owner_id, "_id": message_id})
        return to_message(document) if document else None

    async def mask(self, scope: AppScope, masked: Sequence[tuple[Message, str]]) -> None:
        """Put these words in place of messages', as far as those are still as they were."""
        if not masked:
            return
        await self._messages.update_each(
            [(scope.filter() | {"_id": was.id, "text": was.text}, {"$set": {"text": text}}) for was, text in masked]
        )

    async def set_faq(self, scope: OwnerScope, message_id: str, faq_id: str) -> None:
        """Note which entry the owner's words became."""
        said = {"owner_id": scope.owner_id, "_id": message_id}
        await self._messages.update_one(said, {"$set": {"faq_id": faq_id}})

    async def take_back(self, scope: OwnerScope, said_in: str) -> None:
        """Remove the words the owner said in this message; that something was said there stays."""
        said = {"owner_id": scope.owner_id, "role": Role.OWNER, "said_in": said_in}
        await self._messages.update_many(said, {"$set": {"text": ""}})

    async def keep_on(self, scope: AppScope, conversation_id: str, keep_until: datetime) -> None:
        """Keep what a conversation has until `keep_until`."""
        behind = {"conversation_id": conversation_id, "expires_at": {"$lt": keep_until}}
        await self._messages.update_many(scope.filter() | behind, {"$set": {"expires_at": keep_until}})

    def _document(self, scope: AppScope, message: Message) -> Document:
        held_by = {"held_by": self._process} if message.state == PENDING else {}
        return scope.filter() | _to_document(message) | held_by

    async def _one(self, scope: AppScope, conversation_id: str, which: Document) -> Message | None:
        query = scope.filter() | {"conversation_id": conversation_id} | which
        document = await self._messages.find_one(query)
        return to_message(document) if document else None


def _to_document(message: Message) -> Document:
    return {
        "_id": message.id,
        "conversation_id": message.conversation_id,
        "role": message.role,
        "text": message.text,
        "lang": message.lang,
        "created_at": message.created_at,
        "expires_at": message.expires_at,
        "seq": message.seq,
        "state": message.state,
        "sources": [asdict(source) for source in message.sources],
        "suggestions": list(message.suggestions),
        "made": message.made.to_document() if message.role is Role.MIMI else None,
        "reply_to": message.reply_to,
        "joined": list(message.joined),
        "attempt": message.attempt,
        "lease_until": message.lease_until,
        "client_id": message.client_id,
        "feedback": message.feedback,
        "said_in": message.said_in,
        "faq_id": message.faq_id,
    }


def to_message(document: Document) -> Message:
    """A stored document as the value."""
    return Message(
        scope=AppScope(document["owner_id"], document["app_id"]),
        conversation_id=document["conversation_id"],
        role=Role(document["role"]),
        text=document["text"],
        lang=document["lang"],
        created_at=document["created_at"],
        expires_at=document["expires_at"],
        seq=document["seq"],
        state=document["state"],
        sources=tuple(Source(**source) for source in document["sources"]),
        suggestions=tuple(document.get("suggestions", ())),
        made=AnswerFacts.of(document.get("made")),
        reply_to=document["reply_to"],
        joined=tuple(document.get("joined", ())),
        attempt=document["attempt"],
        lease_until=document["lease_until"],
        client_id=document["client_id"],
        feedback=document["feedback"],
        faq_id=document.get("faq_id", ""),
        id=document["_id"],
    )


class MessageSearch:
    """Reads across conversations, always of one app."""

    def __init__(self, database: Database) -> None:
        self._messages = database.collection(MESSAGES.name)

    async def said_in(self, scope: AppScope, conversation_ids: Sequence[str], words: str) -> set[str]:
        """Those of these conversations in which every word was said in one message (S26)."""
        wanted = [{"text": {"$regex": re.escape(word), "$options": "i"}} for word in words[:LONGEST_WORDS].split()]
        mine = {**scope.filter(), "conversation_id": {"$in": list(conversation_ids)}, "seq": {"$ne": None}}
        found = await self._messages.aggregate(
            [{"$match": mine | {"$and": wanted}}, {"$group": {"_id": "$conversation_id"}}]
        )
        return {each["_id"] for each in found}

    async def openings(self, scope: AppScope, conversation_ids: Sequence[str]) -> Mapping[str, str]:
        """Conversation id -> what the visitor asked first."""
        first = {"conversation_id": {"$in": list(conversation_ids)}, "seq": 1, "role": Role.VISITOR}
        found = await self._messages.find(scope.filter() | first, projection=["conversation_id", "text"])
        return {each["conversation_id"]: each["text"] for each in found}


@dataclass(frozen=True)
class Post:
    """`asked` is the message itself where it was sent before; `last` the last complete messages, in order.

    `writing`: answers that are being written, or wait for one.
    """

    conversation: Conversation
    asked: Message | None
    last: tuple[Message, ...]
    writing: tuple[Message, ...]


class PostRepository:
    """Reads in one command what four finds would say."""

    def __init__(self, database: Database) -> None:
        self._conversations = database.collection(CONVERSATIONS.name)

    async def find(self, scope: AppScope, key_hash: str, client_id: str, now: datetime, last: int) -> Post | None:
        """With `last` messages at most; None where the key opens no conversation of this app, or it has expired."""
        found = await self._conversations.aggregate(
            [
                {"$match": scope.filter() | {"key_hash": key_hash, "expires_at": {"$gt": now}}},
                _joined(scope, "asked", {"role": Role.VISITOR, "client_id": client_id}, {"$limit": 1}),
                _joined(scope, "last", {"seq": {"$gt": 0}}, {"$sort": {"seq": -1}}, {"$limit": last}),
                _joined(scope, "writing", {"seq": None, "state": PENDING}),
            ]
        )
        if not found:
            return None
        asked, latest, writing = found[0].pop("asked"), found[0].pop("last"), found[0].pop("writing")
        return Post(
            to_conversation(found[0]),
            to_message(asked[0]) if asked else None,
            tuple(to_message(each) for each in reversed(latest)),
            tuple(map(to_message, writing)),
        )


def _joined(scope: AppScope, name: str, which: Document, *further: Document) -> Document:
    """The stage that adds some of the conversation's messages as `name`."""
    joined = {"from": MESSAGES.name, "localField": "_id", "foreignField": "conversation_id"}
    return {"$lookup": joined | {"as": name, "pipeline": [{"$match": scope.filter() | which}, *further]}}
