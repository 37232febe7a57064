"""Gaps: groups of alike questions that the knowledge does not answer, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from pymongo import ReturnDocument

from knowledge.phrases import _
from knowledge.store.alerts.askings import ASKINGS
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.kept import GoneByApp, Kept, Subject
from knowledge.store.stored import Belonging, Gone, Index, Stored


async def _follow(database: Database, scope: AppScope, gone: Gone) -> None:
    """A group of which no question is left goes."""
    askings = database.collection(ASKINGS.name)
    touched = {each["gap_id"] for each in gone.get(ASKINGS.name, ())} - {""}
    empty = [each for each in touched if not await askings.count(scope.filter() | {"gap_id": each}, limit=1)]
    if empty:
        await GapRepository(database).remove(scope, empty)


GAPS = Stored(
    "gaps",
    Belonging.to_app(),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("words", 1)), unique=True),
        Index((("owner_id", 1), ("app_id", 1), ("state", 1))),
        Index((("expires_at", 1),), expire=True),
    ),
    exported=("_id", "app_id", "state", "draft", "faq_id", "opened_at", "settled_at"),
    until_setting=True,
    follow=_follow,
    kept=Kept(
        _("Frequent questions that have no answer yet, with drafts of answers"),
        Subject.CONVERSATIONS,
        GoneByApp("expires_at", 180),
    ),
    quotes=("draft.answer", "draft.missing"),
)

GapId = NewType("GapId", str)


class GapState(StrEnum):
    OPEN = "open"
    LEARNED = "learned"  # it became an entry, or another way to ask for one
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class DraftAnswer:
    """What the knowledge says already, and `missing`: what it does not."""

    answer: str
    missing: str
    rests_on: tuple[EntryRef, ...]


@dataclass(frozen=True)
class Gap:
    """One group. Its questions are its askings; `words` is a digest of the first one's, so that no two are the same.

    `settled_with`: by how many conversations it had been asked when it was settled. What the knowledge has about it:
    a draft, the entries that are `near`, the best first, and whether that one asks the same (`alike`); `studied` is a
    digest of what that was seen in. `later_at`: since then its owner keeps it for later, unless it is asked again.
    """

    scope: AppScope
    words: str
    opened_at: datetime
    expires_at: datetime
    state: GapState = GapState.OPEN
    settled_at: datetime | None = None
    settled_with: int = 0
    faq_id: str = ""
    draft: DraftAnswer | None = None
    near: tuple[EntryRef, ...] = ()
    alike: bool = False
    studied: str = ""
    later_at: datetime | None = None
    id: GapId = field(default_factory=lambda: GapId(new_id()))


class GapRepository:
    """The groups of one app at a time."""

    def __init__(self, database: Database) -> None:
        self._gaps = database.collection(GAPS.name)

    async def add(self, scope: AppScope, gap: Gap) -> None:
        """Keep a new one. Raises DuplicateKeyError if there is one of the same words."""
        await self._gaps.insert(scope.filter() | _to_document(gap))

    async def get(self, scope: OwnerScope, gap_id: str) -> Gap | None:
        document = await self._gaps.find_one({"owner_id": scope.owner_id, "_id": gap_id})
        return _to_gap(document) if document else None

    async def of_words(self, scope: AppScope, words: str) -> Gap | None:
        document = await self._gaps.find_one(scope.filter() | {"words": words})
        return _to_gap(document) if document else None

    async def list(self, scope: AppScope, state: GapState | None = None) -> Sequence[Gap]:
        """All of them, or those in one state."""
        documents = await self._gaps.find(scope.filter() | ({"state": state} if state else {}))
        return sorted(map(_to_gap, documents), key=lambda gap: gap.id)

    async def settle(self, scope: AppScope, gap_id: str, state: GapState, now: datetime, **changed: Any) -> Gap | None:
        """From open to learned or dismissed; None if it is not open (any more)."""
        return await self._change(
            scope, {"_id": gap_id, "state": GapState.OPEN}, {"state": state, "settled_at": now, **changed}
        )

    async def reopen(self, scope: AppScope, gap_id: str) -> Gap | None:
        """Back to open; None if it is open already, or gone."""
        anew = {"state": GapState.OPEN, "settled_at": None, "faq_id": ""}
        return await self._change(scope, {"_id": gap_id, "state": {"$ne": GapState.OPEN}}, anew)

    async def keep_until(self, scope: AppScope, gap_id: str, until: datetime) -> None:
        """Keep it at least as long as the newest of its questions, which brings it back from those for later."""
        await self._gaps.update_one(
            scope.filter() | {"_id": gap_id}, {"$max": {"expires_at": until}, "$set": {"later_at": None}}
        )

    async def set_later(self, scope: AppScope, gap_id: str, at: datetime | None) -> Gap | None:
        """Keep an open one for later, or no longer; None if it is not open (any more)."""
        return await self._change(scope, {"_id": gap_id, "state": GapState.OPEN}, {"later_at": at})

    async def count_open(self, owner: OwnerScope) -> int:
        """Of all apps, without those for later."""
        return await self._gaps.count({"owner_id": owner.owner_id, "state": GapState.OPEN, "later_at": None})

    async def set_studied(self, scope: AppScope, gap: Gap) -> None:
        """Note what the knowledge has about it: its draft, and what is near."""
        await self._gaps.update_one(scope.filter() | {"_id": gap.id}, {"$set": _found(gap)})

    async def remove(self, scope: AppScope, gap_ids: Sequence[str]) -> None:
        await self._gaps.delete_many(scope.filter() | {"_id": {"$in": list(gap_ids)}})

    async def count(self, scope: AppScope, since: Mapping[str, datetime], state: GapState | None = None) -> int:
        """How many have a time (`opened_at`, `settled_at`) not before the one in `since`."""
        times: Document = {name: {"$gte": at} for name, at in since.items()}
        return await self._gaps.count(scope.filter() | times | ({"state": state} if state else {}))

    async def _change(self, scope: AppScope, only: Document, changed: Document) -> Gap | None:
        document = await self._gaps.find_one_and_update(
            scope.filter() | only, {"$set": changed}, return_document=ReturnDocument.AFTER
        )
        return _to_gap(document) if document else None


def _to_document(gap: Gap) -> Document:
    return {
        "_id": gap.id,
        "words": gap.words,
        "opened_at": gap.opened_at,
        "expires_at": gap.expires_at,
        "state": gap.state,
        "settled_at": gap.settled_at,
        "settled_with": gap.settled_with,
        "faq_id": gap.faq_id,
        "later_at": gap.later_at,
    } | _found(gap)


def _found(gap: Gap) -> Document:
    return {
        "draft": asdict(gap.draft) if gap.draft else None,
        "near": [asdict(each) for each in gap.near],
        "alike": gap.alike,
        "studied": gap.studied,
    }


def _to_gap(document: Document) -> Gap:
    return Gap(
        scope=AppScope(document["owner_id"], document["app_id"]),
        words=document["words"],
        opened_at=document["opened_at"],
        expires_at=document["expires_at"],
        state=GapState(document["state"]),
        settled_at=document["settled_at"],
        settled_with=document["settled_with"],
        faq_id=document["faq_id"],
        draft=_to_draft(document["draft"]),
        near=tuple(EntryRef(**each) for each in document["near"]),
        alike=document["alike"],
        studied=document["studied"],
        later_at=document.get("later_at"),
        id=document["_id"],
    )


def _to_draft(document: Document | None) -> DraftAnswer | None:
    if document is None:
        return None
    rests_on = tuple(EntryRef(**each) for each in document["rests_on"])
    return DraftAnswer(document["answer"], document["missing"], rests_on)
