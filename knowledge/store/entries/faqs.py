"""FAQ entries: a question and what to answer, as the owner wrote them and as visitors may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.entries.written_words import holding
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import BY_EXTERNAL_ID, Belonging, Index, Stored, keyed

FAQS = Stored(
    "faqs",
    Belonging.to_entry("_id"),
    indexes=(Index((("owner_id", 1), ("app_id", 1), ("created_at", 1), ("_id", 1))), BY_EXTERNAL_ID),
    former=("owner_id_1_app_id_1_created_at_1",),
    exported=(
        "_id",
        "app_id",
        "question",
        "answer",
        "phrasings",
        "exact",
        "url",
        "external_id",
        "created_at",
        "updated_at",
    ),
    kept=Kept(_("The FAQ entries you register"), Subject.KNOWLEDGE, AsLongAs.WANTED),
)

FaqId = NewType("FaqId", str)
SEARCHED = ("question", "answer", "phrasings")


@dataclass(frozen=True)
class FaqEntry:
    """One entry. The redacted texts are what retrieval and the model get; `finding_kinds` is what was taken out.

    `phrasings` are other ways to ask the same; an `exact` entry's answer is said word for word. `url` is where it
    can be read, if it can; `external_id` is what its owner's programs call it.
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
    external_id: str = ""
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

    async def of_external_id(self, scope: AppScope, external_id: str) -> FaqEntry | None:
        document = await self._faqs.find_one(scope.filter() | {"external_id": keyed(external_id)})
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
        """Entries that hold each of the words somewhere, whichever way it is written."""
        return await self._find(scope.filter() | holding(words, SEARCHED), limit=limit)

    async def how_many(self, scope: AppScope, words: str) -> int:
        """How many entries hold the words."""
        return await self._faqs.count(scope.filter() | holding(words, SEARCHED))

    async def titles(self, scope: AppScope, words: str = "", *, skip: int = 0, limit: int = 0) -> Mapping[str, str]:
        """Id -> question of entries that hold the words, the newest first; `limit` 0 gives all."""
        query, order = scope.filter() | holding(words, SEARCHED), [("created_at", -1), ("_id", -1)]
        found = await self._faqs.find(query, projection={"question": True}, sort=order, skip=skip, limit=limit)
        return {each["_id"]: each["question"] for each in found}

    async def of_ids(self, scope: AppScope, faq_ids: Sequence[str]) -> Sequence[FaqEntry]:
        """Those of these that are there, in their order."""
        found = await self._faqs.find(scope.filter() | {"_id": {"$in": list(faq_ids)}})
        entries = {each["_id"]: _to_entry(each) for each in found}
        return [entries[each] for each in faq_ids if each in entries]

    async def set_exact(self, scope: AppScope, faq_ids: Sequence[str], *, exact: bool, at: datetime) -> int:
        """Have these said word for word, or no longer; how many there are."""
        change = {"$set": {"exact": exact, "updated_at": at}}
        return (await self._faqs.update_many(scope.filter() | {"_id": {"$in": list(faq_ids)}}, change)).matched_count

    async def ids(self, scope: AppScope) -> Sequence[str]:
        """Of all entries, the oldest first."""
        order = [("created_at", 1), ("_id", 1)]
        return [each["_id"] for each in await self._faqs.find(scope.filter(), projection={"_id": True}, sort=order)]

    async def replace(self, scope: AppScope, entry: FaqEntry, seen: FaqEntry | None = None) -> bool:
        """Put `entry` in the place of the one with its id; False if there is none, or none with the texts of `seen`."""
        changed = _to_document(entry)
        del changed["_id"]
        same = _with_texts_of(seen) if seen else {}
        result = await self._faqs.update_one(scope.filter() | {"_id": entry.id} | same, {"$set": changed})
        return result.matched_count == 1

    async def count(self, scope: AppScope) -> int:
        return await self._faqs.count(scope.filter())

    async def _find(self, query: Document, *, skip: int = 0, limit: int = 0) -> Sequence[FaqEntry]:
        documents = await self._faqs.find(query, sort=[("created_at", 1), ("_id", 1)], skip=skip, limit=limit)
        return [_to_entry(document) for document in documents]


def _with_texts_of(entry: FaqEntry) -> Document:
    """The condition that somebody's texts are still these; older entries have no phrasings and no `exact`."""
    asked_too: object = list(entry.phrasings) or {"$in": [[], None]}
    exact = True if entry.exact else {"$ne": True}
    return {"question": entry.question, "answer": entry.answer, "phrasings": asked_too, "exact": exact}


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
    } | ({"external_id": entry.external_id} if entry.external_id else {})


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
        external_id=document.get("external_id", ""),
        url=document.get("url", ""),
        id=document["_id"],
    )
