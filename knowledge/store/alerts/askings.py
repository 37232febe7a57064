"""Askings: single questions that mimi could not answer well, as far as they may be kept outside their conversation."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from knowledge.phrases import Tag, _
from knowledge.store.conversations.messages import Source
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import BY_VISITOR, GoneByApp, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

ASKINGS = Stored(
    "askings",
    Belonging.to_conversation("conversation_id"),
    indexes=(
        Index((("message_id", 1),), unique=True),
        Index((("owner_id", 1), ("app_id", 1), ("gap_id", 1), ("asked_at", -1), ("_id", -1))),
        Index((("owner_id", 1), ("app_id", 1), ("asked_at", -1), ("_id", -1))),
        Index((("asked_at", 1),), only={"gap_id": ""}),
        Index((("owner_id", 1), ("app_id", 1), ("conversation_id", 1))),
        Index((("expires_at", 1),), expire=True),
    ),
    former=("owner_id_1_app_id_1_gap_id_1_asked_at_-1",),
    exported=("_id", "app_id", "gap_id", "question", "lang", "why", "disliked", "answer", "sources", "asked_at"),
    until_setting=True,
    leaves=("gap_id",),
    kept=Kept(
        _(
            "Questions that were not answered with certainty, or whose answer was rated badly, with personal "
            "information removed"
        ),
        Subject.CONVERSATIONS,
        GoneByApp("expires_at", 180),
        BY_VISITOR,
    ),
    quotes=("question", "answer"),
)


class Why(StrEnum):
    """What was wrong with the answer."""

    UNANSWERED = "unanswered"  # the knowledge does not say
    PARTLY = "partly"  # it says a part
    QUOTED = "quoted"  # an entry was quoted without a model; whether it answers nobody has said
    DISLIKED = "disliked"  # it was answered, and the visitor's thumb went down


@dataclass(frozen=True)
class Asking:
    """One visitor's question, redacted. `answer` and `sources` are what was answered, where there was something.

    `gap_id` is the group of the alike that it belongs to; empty until somebody has sorted it.
    """

    scope: AppScope
    conversation_id: str
    message_id: str
    question: str
    lang: Tag
    why: Why
    asked_at: datetime
    expires_at: datetime
    disliked: bool = False
    answer: str = ""
    sources: tuple[Source, ...] = ()
    gap_id: str = ""
    id: str = field(default_factory=new_id)


class AskingRepository:
    """At most one asking for each message of a visitor."""

    def __init__(self, database: Database) -> None:
        self._askings = database.collection(ASKINGS.name)

    async def add(self, scope: AppScope, asking: Asking) -> None:
        """Keep a new one. Raises DuplicateKeyError if its message has one."""
        await self._askings.insert(scope.filter() | _to_document(asking))

    async def of_message(self, scope: OwnerScope, message_id: str) -> Asking | None:
        document = await self._askings.find_one({"owner_id": scope.owner_id, "message_id": message_id})
        return _to_asking(document) if document else None

    async def set_disliked(self, scope: AppScope, message_id: str, disliked: bool) -> None:
        """Note what the visitor thinks of the answer now."""
        await self._askings.update_one(scope.filter() | {"message_id": message_id}, {"$set": {"disliked": disliked}})

    async def remove(self, scope: AppScope, message_id: str) -> None:
        await self._askings.delete_one(scope.filter() | {"message_id": message_id})

    async def remove_unsorted(self, scope: AppScope, message_id: str) -> None:
        """Remove it while it belongs to no group yet."""
        await self._askings.delete_one(scope.filter() | {"message_id": message_id, "gap_id": ""})

    async def apps_with_unsorted(self, limit: int) -> Sequence[AppScope]:
        """The apps, of whichever owner, of those unsorted questions that have waited longest."""
        documents = await self._askings.find({"gap_id": ""}, sort=[("asked_at", 1)], limit=limit)
        return list(dict.fromkeys(AppScope(each["owner_id"], each["app_id"]) for each in documents))

    async def unsorted(self, scope: AppScope, limit: int) -> Sequence[Asking]:
        """Those that belong to no group yet, the oldest first."""
        return await self._find(scope.filter() | {"gap_id": ""}, 1, limit)

    async def sort_into(self, scope: AppScope, asking_id: str, gap_id: str) -> None:
        """From now on it belongs to this group; nothing if it is gone, or sorted already."""
        await self._askings.update_one(scope.filter() | {"_id": asking_id, "gap_id": ""}, {"$set": {"gap_id": gap_id}})

    async def newest(self, scope: AppScope, limit: int) -> Sequence[Asking]:
        """The latest that belong to a group, the newest first."""
        return await self._find(scope.filter() | {"gap_id": {"$gt": ""}}, -1, limit)

    async def of_gap(self, scope: AppScope, gap_id: str, limit: int) -> Sequence[Asking]:
        """The latest of one group, the newest first."""
        return await self._find(scope.filter() | {"gap_id": gap_id}, -1, limit)

    async def count_conversations(self, scope: AppScope, gap_id: str, since: datetime) -> int:
        """By how many conversations a group was asked later than that."""
        query = scope.filter() | {"gap_id": gap_id, "asked_at": {"$gt": since}}
        return len(
            {each["conversation_id"] for each in await self._askings.find(query, projection=["conversation_id"])}
        )

    async def _find(self, query: Document, order: int, limit: int) -> Sequence[Asking]:
        documents = await self._askings.find(query, sort=[("asked_at", order), ("_id", order)], limit=limit)
        return [_to_asking(document) for document in documents]


def _to_document(asking: Asking) -> Document:
    return {
        "_id": asking.id,
        "conversation_id": asking.conversation_id,
        "message_id": asking.message_id,
        "question": asking.question,
        "lang": asking.lang,
        "why": asking.why,
        "asked_at": asking.asked_at,
        "expires_at": asking.expires_at,
        "disliked": asking.disliked,
        "answer": asking.answer,
        "sources": [asdict(source) for source in asking.sources],
        "gap_id": asking.gap_id,
    }


def _to_asking(document: Document) -> Asking:
    return Asking(
        scope=AppScope(document["owner_id"], document["app_id"]),
        conversation_id=document["conversation_id"],
        message_id=document["message_id"],
        question=document["question"],
        lang=document["lang"],
        why=Why(document["why"]),
        asked_at=document["asked_at"],
        expires_at=document["expires_at"],
        disliked=document["disliked"],
        answer=document["answer"],
        sources=tuple(Source(**source) for source in document["sources"]),
        gap_id=document["gap_id"],
        id=document["_id"],
    )
