"""What the guardrail found in an app's knowledge: one document for each value in each entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    exported=("_id", "app_id", "entry_kind", "entry_id", "kind", "text", "doubtful"),
    kept=Kept(
        _("What was recognised as personal information in your knowledge, so that it is kept out of answers"),
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
    """One value that visitors do not see. `kind` is the guardrail's (PiiKind), `text` as it stands in the entry.

    `doubtful`: the guardrail is not sure of it. `times`: how often it stands there. `asked`: its owner was asked of it.
    """

    scope: AppScope
    entry: EntryRef
    kind: str
    text: str
    doubtful: bool = False
    times: int = 1
    asked: bool = False
    id: FindingId = field(default_factory=lambda: FindingId(new_id()))


class HiddenValueRepository:
    """The values found in one app at a time, in the order they were saved."""

    def __init__(self, database: Database) -> None:
        self._findings = database.collection(FINDINGS.name)

    async def replace(self, scope: AppScope, entry_id: str, found: Sequence[FoundValue]) -> None:
        """Keep what is in an entry now, in the place of what was in it before; in the caller's transaction."""
        await self.replace_many(scope, [entry_id], found)

    async def replace_many(self, scope: AppScope, entry_ids: Sequence[str], found: Sequence[FoundValue]) -> None:
        """The same for many entries at once; `found` names the entry of each value."""
        there = scope.filter() | {"entry_id": {"$in": list(entry_ids)}}
        before = {_place(each): each for each in map(_to_found, await self._findings.find(there))}
        if before:
            await self._findings.delete_many(there)
        if found:
            await self._findings.insert_many([_to_document(_as_before(each, before)) for each in found])

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

    async def of_texts(self, scope: AppScope, kind: str, texts: Sequence[str]) -> Sequence[FoundValue]:
        """Where each of these values of a kind stands, in any entry."""
        query = scope.filter() | {"kind": kind, "text": {"$in": list(texts)}}
        return [_to_found(document) for document in await self._findings.find(query, sort=[("_id", 1)])]

    async def of_ids(self, scope: AppScope, ids: Sequence[str]) -> Sequence[FoundValue]:
        """Those of the values that are still there."""
        documents = await self._findings.find(scope.filter() | {"_id": {"$in": list(ids)}}, sort=[("_id", 1)])
        return [_to_found(document) for document in documents]

    async def set_asked(self, scope: AppScope, ids: Sequence[str]) -> None:
        """Note that their owner is asked about these values now; in the caller's transaction."""
        await self._findings.update_many(scope.filter() | {"_id": {"$in": list(ids)}}, {"$set": {"asked": True}})

    async def count(self, scope: AppScope) -> int:
        return await self._findings.count(scope.filter())

    async def tell_once(self, scope: AppScope, entry_id: str, now: datetime, last: datetime) -> bool:
        """Note that the owner is told about an entry now; False if they were told later than `last`, or it is gone."""
        untold = {"entry_id": entry_id, "$or": [{"told_at": None}, {"told_at": {"$lte": last}}]}
        if await self._findings.count(scope.filter() | {"entry_id": entry_id, "told_at": {"$gt": last}}):
            return False
        changed = await self._findings.update_many(scope.filter() | untold, {"$set": {"told_at": now}})
        return changed.matched_count > 0


def _place(found: FoundValue) -> tuple[str, str, str]:
    return found.entry.id, found.kind, found.text


def _as_before(found: FoundValue, before: Mapping[tuple[str, str, str], FoundValue]) -> FoundValue:
    """The value under the id it had: buttons that name it stand in chats for long."""
    same = before.get(_place(found))
    return replace(found, id=same.id, asked=same.asked) if same else found


def _to_document(found: FoundValue) -> Document:
    return found.scope.filter() | {
        "_id": found.id,
        "entry_kind": found.entry.kind,
        "entry_id": found.entry.id,
        "entry_title": found.entry.title,
        "kind": found.kind,
        "text": found.text,
        "doubtful": found.doubtful,
        "times": found.times,
        "asked": found.asked,
        "told_at": None,
    }


def _to_found(document: Document) -> FoundValue:
    return FoundValue(
        scope=AppScope(document["owner_id"], document["app_id"]),
        entry=EntryRef(document["entry_kind"], document["entry_id"], document["entry_title"]),
        kind=document["kind"],
        text=document["text"],
        # Of one found before there was a confidence nobody knows: its owner may be asked.
        doubtful=document.get("doubtful", True),
        times=document.get("times", 1),
        asked=document.get("asked", False),
        id=document["_id"],
    )
