"""What the guardrail found in an app's knowledge: one document for each value in each entry."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

FINDINGS = Stored(
    "findings",
    Belonging.to_entry("entry_id"),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("entry_id", 1))),
        Index((("owner_id", 1), ("app_id", 1), ("_id", 1))),
    ),
    exported=("_id", "app_id", "entry_kind", "entry_id", "kind", "text"),
    kept=Kept(
        _("What was recognised in your knowledge as personal information, so that it is kept out of answers"),
        Subject.KNOWLEDGE,
        AsLongAs.WANTED,
    ),
)

FindingId = NewType("FindingId", str)


@dataclass(frozen=True)
class EntryRef:
    """A piece of knowledge: its kind ("faq" or "document"), its id, and its title as the owner wrote it."""

    kind: str
    id: str
    title: str


@dataclass(frozen=True)
class FoundValue:
    """One value that visitors do not see. `kind` is the guardrail's (PiiKind), `text` as it stands in the entry."""

    scope: AppScope
    entry: EntryRef
    kind: str
    text: str
    id: FindingId = field(default_factory=lambda: FindingId(new_id()))


class HiddenValueRepository:
    """The values found in one app at a time, in the order they were saved."""

    def __init__(self, database: Database) -> None:
        self._findings = database.collection(FINDINGS.name)

    async def replace(self, scope: AppScope, entry_id: str, found: Sequence[FoundValue]) -> None:
        """Keep what is in an entry now, in the place of what was in it before; in the caller's transaction."""
        await self._findings.delete_many(scope.filter() | {"entry_id": entry_id})
        if found:
            await self._findings.insert_many([_to_document(each) for each in found])

    async def replace_many(self, scope: AppScope, entry_ids: Sequence[str], found: Sequence[FoundValue]) -> None:
        """The same for many entries at once; `found` names the entry of each value."""
        await self._findings.delete_many(scope.filter() | {"entry_id": {"$in": list(entry_ids)}})
        if found:
            await self._findings.insert_many([_to_document(each) for each in found])

    async def get(self, owner: OwnerScope, finding_id: str) -> FoundValue | None:
        document = await self._findings.find_one({"owner_id": owner.owner_id, "_id": finding_id})
        return _to_found(document) if document else None

    async def list(self, scope: AppScope, *, skip: int = 0, limit: int = 0) -> list[FoundValue]:
        """Values after the first `skip`; `limit` 0 gives all."""
        documents = await self._findings.find(scope.filter(), sort=[("_id", 1)], skip=skip, limit=limit)
        return [_to_found(document) for document in documents]

    async def of_entry(self, scope: AppScope, entry_id: str) -> Sequence[FoundValue]:
        """All values found in one entry."""
        documents = await self._findings.find(scope.filter() | {"entry_id": entry_id}, sort=[("_id", 1)])
        return [_to_found(document) for document in documents]

    async def count(self, scope: AppScope) -> int:
        return await self._findings.count(scope.filter())

    async def tell_once(self, scope: AppScope, entry_id: str, now: datetime, last: datetime) -> bool:
        """Note that the owner is told about an entry now; False if they were told later than `last`, or it is gone."""
        untold = {"entry_id": entry_id, "$or": [{"told_at": None}, {"told_at": {"$lte": last}}]}
        if await self._findings.count(scope.filter() | {"entry_id": entry_id, "told_at": {"$gt": last}}):
            return False
        changed = await self._findings.update_many(scope.filter() | untold, {"$set": {"told_at": now}})
        return changed.matched_count > 0


def _to_document(found: FoundValue) -> Document:
    return found.scope.filter() | {
        "_id": found.id,
        "entry_kind": found.entry.kind,
        "entry_id": found.entry.id,
        "entry_title": found.entry.title,
        "kind": found.kind,
        "text": found.text,
        "told_at": None,
    }


def _to_found(document: Document) -> FoundValue:
    return FoundValue(
        scope=AppScope(document["owner_id"], document["app_id"]),
        entry=EntryRef(document["entry_kind"], document["entry_id"], document["entry_title"]),
        kind=document["kind"],
        text=document["text"],
        id=document["_id"],
    )
