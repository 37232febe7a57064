"""FAQ entries: a question and what to answer, as the owner wrote them and as visitors may see them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

FAQS = Stored(
    "faqs",
    Belonging.to_entry("_id"),
    indexes=(Index((("owner_id", 1), ("app_id", 1), ("created_at", 1), ("_id", 1))),),
    former=("owner_id_1_app_id_1_created_at_1",),
    exported=("_id", "app_id", "question", "answer", "phrasings", "exact", "url", "created_at", "updated_at"),
    kept=Kept(_("The FAQ entries you register"), Subject.KNOWLEDGE, AsLongAs.WANTED),
)

FaqId = NewType("FaqId", str)


@dataclass(frozen=True)
class FaqEntry:
    """One entry. The redacted texts are what retrieval and the model get; `finding_kinds` is what was taken out.

    `phrasings` are other ways to ask the same; an `exact` entry's answer is said word for word. `url` is where it
    can be read, if it can.
    """

    question: str
    answer: str
    redacted_question: str
    redacted_answer: str
    finding_kinds: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    phrasings: tuple[str, ...] = ()
    redacted_phrasings: tuple[str, ...] = ()
    exact: bool = False
    url: str = ""
    id: FaqId = field(default_factory=lambda: FaqId(new_id()))


class FaqRepository:
    """The entries of one app at a time, the oldest first."""

    def __init__(self, database: Database) -> None:
        self._faqs = database.collection(FAQS.name)

    async def add(self, scope: AppScope, entry: FaqEntry) -> None:
        await self._faqs.insert(scope.filter() | _to_document(entry))

    async def put_many(self, scope: AppScope, entries: Sequence[FaqEntry]) -> None:
        """Keep these entries, also in the place of older ones, in the caller's transaction: two calls for thousands."""
        if entries:
            await self._faqs.delete_many(scope.filter() | {"_id": {"$in": [entry.id for entry in entries]}})
            await self._faqs.insert_many([scope.filter() | _to_document(entry) for entry in entries])

    async def get(self, scope: AppScope, faq_id: str) -> FaqEntry | None:
        document = await self._faqs.find_one(scope.filter() | {"_id": faq_id})
        return _to_entry(document) if document else None

    async def has_some(self, scope: AppScope, faq_ids: Sequence[str]) -> bool:
        """Whether any of these is there."""
        return await self._faqs.find_one(scope.filter() | {"_id": {"$in": list(faq_ids)}}) is not None

    async def scope_of(self, owner: OwnerScope, faq_id: str) -> AppScope | None:
        """Which of the owner's apps an entry belongs to: a button in chat names the entry alone."""
        document = await self._faqs.find_one({"owner_id": owner.owner_id, "_id": faq_id}, projection={"app_id": True})
        return AppScope(owner.owner_id, document["app_id"]) if document else None

    async def list(self, scope: AppScope, *, skip: int = 0, limit: int = 0) -> Sequence[FaqEntry]:
        """Entries after the first `skip`; `limit` 0 gives all."""
        return await self._find(scope.filter(), skip=skip, limit=limit)

    async def find(self, scope: AppScope, words: str, *, limit: int = 0) -> Sequence[FaqEntry]:
        """Entries that hold each of the words somewhere, in upper or lower case."""
        # Escaped: an owner's words are words, never a pattern (SECURITY.md S26).
        wanted = [{"$regex": re.escape(word), "$options": "i"} for word in words.split()]
        held = [{"$or": [{"question": has}, {"answer": has}]} for has in wanted]
        return await self._find(scope.filter() | ({"$and": held} if held else {}), limit=limit)

    async def ids(self, scope: AppScope) -> Sequence[str]:
        """Of all entries, the oldest first."""
        order = [("created_at", 1), ("_id", 1)]
        return [each["_id"] for each in await self._faqs.find(scope.filter(), projection={"_id": True}, sort=order)]

    async def replace(self, scope: AppScope, entry: FaqEntry) -> bool:
        """Put `entry` in the place of the one with its id; False if there is none."""
        changed = _to_document(entry)
        del changed["_id"]
        result = await self._faqs.update_one(scope.filter() | {"_id": entry.id}, {"$set": changed})
        return result.matched_count == 1

    async def count(self, scope: AppScope) -> int:
        return await self._faqs.count(scope.filter())

    async def _find(self, query: Document, *, skip: int = 0, limit: int = 0) -> Sequence[FaqEntry]:
        documents = await self._faqs.find(query, sort=[("created_at", 1), ("_id", 1)], skip=skip, limit=limit)
        return [_to_entry(document) for document in documents]


def _to_document(entry: FaqEntry) -> Document:
    return {
        "_id": entry.id,
        "question": entry.question,
        "answer": entry.answer,
        "redacted_question": entry.redacted_question,
        "redacted_answer": entry.redacted_answer,
        "finding_kinds": list(entry.finding_kinds),
        "created_at": entry.created_at,
        "updated_at": entry.updated_at,
        "phrasings": list(entry.phrasings),
        "redacted_phrasings": list(entry.redacted_phrasings),
        "exact": entry.exact,
        "url": entry.url,
    }


def _to_entry(document: Document) -> FaqEntry:
    return FaqEntry(
        question=document["question"],
        answer=document["answer"],
        redacted_question=document["redacted_question"],
        redacted_answer=document["redacted_answer"],
        finding_kinds=tuple(document["finding_kinds"]),
        created_at=document["created_at"],
        updated_at=document["updated_at"],
        phrasings=tuple(document.get("phrasings", ())),
        redacted_phrasings=tuple(document.get("redacted_phrasings", ())),
        exact=document.get("exact", False),
        url=document.get("url", ""),
        id=document["_id"],
    )
