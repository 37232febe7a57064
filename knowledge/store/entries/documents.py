"""Reference documents: longer texts of an owner's, kept whole and in passages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NewType

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, OwnerScope, new_id
from knowledge.store.database import Document as Fields
from knowledge.store.entries.written_words import holding
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import BY_EXTERNAL_ID, Belonging, Index, Stored, keyed

DOCUMENTS = Stored(
    "documents",
    Belonging.to_entry("_id"),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("created_at", 1), ("_id", 1))),
        BY_EXTERNAL_ID,
        Index(
            (("owner_id", 1), ("app_id", 1), ("released_on", -1), ("_id", -1)),
            only={"released_on": {"$type": "string"}},
        ),
    ),
    former=("owner_id_1_app_id_1_created_at_1",),
    exported=("_id", "app_id", "title", "text", "url", "external_id", "created_at", "updated_at", "released_on"),
    kept=Kept(_("The reference documents and release notes you register"), Subject.KNOWLEDGE, AsLongAs.WANTED),
)

DocumentId = NewType("DocumentId", str)
SEARCHED = ("title", "text")
GLANCED = 200  # characters of a document's text in a list
NOTES: Fields = {"released_on": {"$type": "string"}}  # as the index of them alone says it
NO_NOTES: Fields = {"released_on": None}


@dataclass(frozen=True)
class Passage:
    """A part of a document small enough to quote; `redacted_text` is what retrieval and the model get."""

    n: int
    text: str
    redacted_text: str


@dataclass(frozen=True)
class Release:
    """What makes a document a release note: the day of its release, where that is known."""

    day: date | None = None


@dataclass(frozen=True)
class Document:
    """One text with its title, and where it can be read, if it can.

    `external_id` is what its owner's programs call it. One with a `release` is a release note, which visitors read too.
    """

    title: str
    text: str
    passages: tuple[Passage, ...]
    redacted_title: str
    finding_kinds: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    url: str = ""
    external_id: str = ""
    release: Release | None = None
    id: DocumentId = field(default_factory=lambda: DocumentId(new_id()))


@dataclass(frozen=True)
class DocumentGlimpse:
    """A document as it stands in a list: how it begins, and how many characters and passages it has."""

    id: DocumentId
    title: str
    begins: str
    length: int
    passages: int
    finding_kinds: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    url: str = ""


class DocumentRepository:
    """The documents of one app at a time, the oldest first."""

    def __init__(self, database: Database) -> None:
        self._documents = database.collection(DOCUMENTS.name)

    async def add(self, scope: AppScope, document: Document) -> None:
        await self._documents.insert(scope.filter() | _to_stored(document))

    async def put_many(self, scope: AppScope, documents: Sequence[Document]) -> None:
        """Keep these documents, also in the place of older ones, in the caller's transaction."""
        if documents:
            await self._documents.delete_many(scope.filter() | {"_id": {"$in": [each.id for each in documents]}})
            await self._documents.insert_many([scope.filter() | _to_stored(document) for document in documents])

    async def get(self, scope: AppScope, document_id: str) -> Document | None:
        stored = await self._documents.find_one(scope.filter() | {"_id": document_id})
        return _to_document(stored) if stored else None

    async def of_external_id(self, scope: AppScope, external_id: str) -> Document | None:
        stored = await self._documents.find_one(scope.filter() | {"external_id": keyed(external_id)})
        return _to_document(stored) if stored else None

    async def scope_of(self, owner: OwnerScope, document_id: str) -> AppScope | None:
        """Which of the owner's apps a document belongs to: a button in chat names the document alone."""
        query = {"owner_id": owner.owner_id, "_id": document_id}
        stored = await self._documents.find_one(query, projection={"app_id": True})
        return AppScope(owner.owner_id, stored["app_id"]) if stored else None

    async def list(self, scope: AppScope, *, skip: int = 0, limit: int = 0) -> Sequence[Document]:
        """Documents after the first `skip`; `limit` 0 gives all."""
        order = [("created_at", 1), ("_id", 1)]
        found = await self._documents.find(scope.filter(), sort=order, skip=skip, limit=limit)
        return [_to_document(stored) for stored in found]

    async def ids(self, scope: AppScope) -> Sequence[str]:
        """Of all documents, the oldest first."""
        order = [("created_at", 1), ("_id", 1)]
        return [
            each["_id"] for each in await self._documents.find(scope.filter(), projection={"_id": True}, sort=order)
        ]

    async def how_many(self, scope: AppScope, words: str) -> int:
        """How many documents but release notes hold the words."""
        return await self._documents.count(scope.filter() | holding(words, SEARCHED) | NO_NOTES)

    async def titles(self, scope: AppScope, words: str = "", *, skip: int = 0, limit: int = 0) -> Mapping[str, str]:
        """Id -> title of documents but release notes that hold the words, the newest first; `limit` 0 gives all."""
        query, order = scope.filter() | holding(words, SEARCHED) | NO_NOTES, [("created_at", -1), ("_id", -1)]
        found = await self._documents.find(query, projection={"title": True}, sort=order, skip=skip, limit=limit)
        return {each["_id"]: each["title"] for each in found}

    async def notes(self, scope: AppScope, *, skip: int = 0, limit: int = 0) -> Sequence[Document]:
        """Release notes after the first `skip`, the latest first, and at last those whose day nobody knows; `limit` 0
        gives all."""
        order = [("released_on", -1), ("_id", -1)]
        found = await self._documents.find(scope.filter() | NOTES, sort=order, skip=skip, limit=limit)
        return [_to_document(stored) for stored in found]

    async def count_notes(self, scope: AppScope) -> int:
        return await self._documents.count(scope.filter() | NOTES)

    async def glimpses(self, scope: AppScope, document_ids: Sequence[str]) -> Sequence[DocumentGlimpse]:
        """Those of these that are there, in their order; their texts stay in the store."""
        shown = dict.fromkeys(("title", "url", "finding_kinds", "created_at", "updated_at"), True)
        counted: Fields = {
            "begins": {"$substrCP": ["$text", 0, GLANCED]},
            "length": {"$strLenCP": "$text"},
            "passages": {"$size": "$passages"},
        }
        query = scope.filter() | {"_id": {"$in": list(document_ids)}}
        found = await self._documents.aggregate([{"$match": query}, {"$project": shown | counted}])
        glimpses = {each["_id"]: _to_glimpse(each) for each in found}
        return [glimpses[each] for each in document_ids if each in glimpses]

    async def of_url(self, scope: AppScope, url: str) -> Sequence[Document]:
        """What came from this page."""
        found = await self._documents.find(scope.filter() | {"url": url}, sort=[("created_at", 1), ("_id", 1)])
        return [_to_document(stored) for stored in found]

    async def has_some(self, scope: AppScope, document_ids: Sequence[str]) -> bool:
        """Whether any of these is there."""
        return await self._documents.find_one(scope.filter() | {"_id": {"$in": list(document_ids)}}) is not None

    async def replace(self, scope: AppScope, document: Document, seen: Document | None = None) -> bool:
        """Put it in the place of the one with its id; False if there is none, or none with the texts of `seen`."""
        changed = _to_stored(document)
        del changed["_id"]
        same = {"title": seen.title, "text": seen.text, "url": seen.url} if seen else {}
        result = await self._documents.update_one(scope.filter() | {"_id": document.id} | same, {"$set": changed})
        return result.matched_count == 1

    async def count(self, scope: AppScope) -> int:
        return await self._documents.count(scope.filter())


def _to_stored(document: Document) -> Fields:
    return {
        "_id": document.id,
        "title": document.title,
        "redacted_title": document.redacted_title,
        "text": document.text,
        "url": document.url,
        "passages": [
            {"n": passage.n, "text": passage.text, "redacted_text": passage.redacted_text}
            for passage in document.passages
        ],
        "finding_kinds": list(document.finding_kinds),
        "created_at": document.created_at,
        "updated_at": document.updated_at,
    } | _where_there(document)


def _where_there(document: Document) -> Fields:
    """What only some documents have."""
    fields: Fields = {"external_id": document.external_id} if document.external_id else {}
    if document.release:
        fields["released_on"] = document.release.day.isoformat() if document.release.day else ""
    return fields


def _to_document(stored: Fields) -> Document:
    return Document(
        title=stored["title"],
        text=stored["text"],
        passages=tuple(
            Passage(passage["n"], passage["text"], passage["redacted_text"]) for passage in stored["passages"]
        ),
        redacted_title=stored["redacted_title"],
        finding_kinds=tuple(stored["finding_kinds"]),
        created_at=stored["created_at"],
        updated_at=stored["updated_at"],
        url=stored["url"],
        external_id=stored.get("external_id", ""),
        release=_to_release(stored.get("released_on")),
        id=stored["_id"],
    )


def _to_release(day: str | None) -> Release | None:
    if day is None:
        return None
    return Release(date.fromisoformat(day) if day else None)


def _to_glimpse(stored: Fields) -> DocumentGlimpse:
    return DocumentGlimpse(
        id=stored["_id"],
        title=stored["title"],
        begins=stored["begins"],
        length=stored["length"],
        passages=stored["passages"],
        finding_kinds=tuple(stored["finding_kinds"]),
        created_at=stored["created_at"],
        updated_at=stored["updated_at"],
        url=stored["url"],
    )
