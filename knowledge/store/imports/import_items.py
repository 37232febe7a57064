"""What an import found, item by item: what it is, what becomes of it, and what was there before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from knowledge.phrases import Phrase, _, from_plain, to_plain
from knowledge.store.database import AppId, AppScope, Database, Document
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

IMPORT_ITEMS = Stored(
    "import_items",
    Belonging.to_app(),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("job_id", 1), ("n", 1))),
        Index((("expires_at", 1),), expire=True),
    ),
    kept=Kept(
        _("The items of an import, for review and for undoing it"),
        Subject.KNOWLEDGE,
        GoneAfter("expires_at", timedelta(days=30), MADE),
    ),
)
BATCH = 1000


class ItemOutcome(StrEnum):
    """What becomes of an item, or has become of it."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    SKIPPED = "skipped"
    REMOVED = "removed"  # a part of a page's document that the page has no more, or what came from a page that is gone


@dataclass(frozen=True)
class FaqTexts:
    """An entry's texts as its owner wrote them. What is None, or no address, is left as the entry has it."""

    question: str
    answer: str
    phrasings: tuple[str, ...] | None = None
    exact: bool | None = None
    url: str = ""


@dataclass(frozen=True)
class DocumentTexts:
    """A document's."""

    title: str
    text: str
    url: str = ""


Texts = FaqTexts | DocumentTexts


@dataclass(frozen=True)
class Similar:
    """An entry that is there already and asks nearly the same; `contradicts` if both answers cannot be true, `differs`
    if one of them says something that the other does not.
    """

    entry: EntryRef
    contradicts: bool
    differs: bool


@dataclass(frozen=True)
class ImportItem:
    """One item. `texts` is None where nothing could be made of it; `shown` is how it begins, for lists.

    `entry_id` is the entry that it is to become, or is found in; `before` what that entry held before. `page` is the
    address of the web page it was read at.
    """

    scope: AppScope
    job_id: str
    n: int
    row: int
    outcome: ItemOutcome
    shown: str
    expires_at: datetime
    texts: Texts | None = None
    why: Phrase | None = None
    entry_id: str = ""
    before: Texts | None = None
    similar: Similar | None = None
    undone: bool = False
    page: str = ""


class ImportItemRepository:
    """The items of one job at a time, in their order."""

    def __init__(self, database: Database) -> None:
        self._items = database.collection(IMPORT_ITEMS.name)

    async def replace(self, scope: AppScope, job_id: str, items: Sequence[ImportItem]) -> None:
        """Keep these in the place of whatever the job had; in the caller's transaction."""
        await self.remove(scope, job_id)
        for start in range(0, len(items), BATCH):
            await self._items.insert_many([_to_document(item) for item in items[start : start + BATCH]])

    async def list(
        self, scope: AppScope, job_id: str, *, outcome: ItemOutcome | None = None, skip: int = 0, limit: int = 0
    ) -> Sequence[ImportItem]:
        """The items after the first `skip`, of one outcome if it is given; `limit` 0 gives all."""
        query = _of(scope, job_id) | ({"outcome": outcome} if outcome else {})
        found = await self._items.find(query, sort=[("n", 1)], skip=skip, limit=limit)
        return [_to_item(document) for document in found]

    async def similar(self, scope: AppScope, job_id: str, limit: int = 0) -> Sequence[ImportItem]:
        """Those that are like an entry that was there before."""
        query = _of(scope, job_id) | {"similar": {"$ne": None}}
        return [_to_item(document) for document in await self._items.find(query, sort=[("n", 1)], limit=limit)]

    async def mark_undone(self, scope: AppScope, job_id: str, numbers: Sequence[int]) -> None:
        await self._items.update_many(_of(scope, job_id) | {"n": {"$in": list(numbers)}}, {"$set": {"undone": True}})

    async def remove(self, scope: AppScope, job_id: str) -> None:
        await self._items.delete_many(_of(scope, job_id))


def _of(scope: AppScope, job_id: str) -> Document:
    return scope.filter() | {"job_id": job_id}


def _to_document(item: ImportItem) -> Document:
    return item.scope.filter() | {
        "job_id": item.job_id,
        "n": item.n,
        "row": item.row,
        "outcome": item.outcome,
        "shown": item.shown,
        "expires_at": item.expires_at,
        "texts": asdict(item.texts) if item.texts else None,
        "why": to_plain(item.why) if item.why else None,
        "entry_id": item.entry_id,
        "before": asdict(item.before) if item.before else None,
        "similar": asdict(item.similar) if item.similar else None,
        "undone": item.undone,
        "page": item.page,
    }


def _to_item(document: Document) -> ImportItem:
    similar = document["similar"]
    return ImportItem(
        scope=AppScope(document["owner_id"], AppId(document["app_id"])),
        job_id=document["job_id"],
        n=document["n"],
        row=document["row"],
        outcome=ItemOutcome(document["outcome"]),
        shown=document["shown"],
        expires_at=document["expires_at"],
        texts=_to_texts(document["texts"]),
        why=from_plain(document["why"]) if document["why"] else None,
        entry_id=document["entry_id"],
        before=_to_texts(document["before"]),
        similar=Similar(EntryRef(**similar["entry"]), similar["contradicts"], similar.get("differs", True))
        if similar
        else None,
        undone=document["undone"],
        page=document.get("page", ""),
    )


def _to_texts(plain: Mapping[str, Any] | None) -> Texts | None:
    if plain is None:
        return None
    if "question" in plain:
        phrasings = plain["phrasings"]
        return FaqTexts(
            plain["question"],
            plain["answer"],
            None if phrasings is None else tuple(phrasings),
            plain["exact"],
            plain.get("url", ""),
        )
    return DocumentTexts(plain["title"], plain["text"], plain["url"])
