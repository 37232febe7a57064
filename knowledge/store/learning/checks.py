"""Checks: questions whose answer an owner wants to stay as it is, and how each of them fared last."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from knowledge.phrases import Tag, _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

CHECKS = Stored(
    "checks",
    Belonging.to_app(),
    indexes=(Index((("owner_id", 1), ("app_id", 1), ("question", 1)), unique=True),),
    exported=("_id", "app_id", "question", "lang", "expected", "problem", "created_at"),
    kept=Kept(_("Questions you pinned to check their answers"), Subject.KNOWLEDGE, AsLongAs.WANTED),
    quotes=("question",),
)

CheckId = NewType("CheckId", str)


class Problem(StrEnum):
    """Why a check does not hold."""

    GONE = "gone"  # the entry does not exist any more
    CHANGED = "changed"  # its answer states something else than when the check was pinned
    NOT_FOUND = "not_found"  # it exists, and is not among the first that are found
    ANSWERED = "answered"  # it must be refused, and something is said
    NOT_USED = "not_used"  # the model was shown it, and answered from something else
    REFUSED = "refused"  # the model said that it does not know
    FAILED = "failed"  # the model gave no answer at all


@dataclass(frozen=True)
class Check:
    """One question, redacted, and the entries of which one must answer it; none: it must be refused.

    `problem` is how it fared when the knowledge had `version`; None is well, and version -1 is not yet tried. `right`
    is the entry's answer as it was when it was found to be well first; pinned again, what it says then is right.
    """

    scope: AppScope
    question: str
    lang: Tag
    expected: tuple[EntryRef, ...]
    created_at: datetime
    problem: Problem | None = None
    version: int = -1
    right: str = ""
    id: CheckId = field(default_factory=lambda: CheckId(new_id()))


class CheckRepository:
    """The checks of one app at a time, the oldest first."""

    def __init__(self, database: Database) -> None:
        self._checks = database.collection(CHECKS.name)

    async def put(self, scope: AppScope, check: Check) -> None:
        """Keep it in place of one with the same question, if there is one."""
        changed = _to_document(check)
        new = {"_id": changed.pop("_id")}
        query = scope.filter() | {"question": changed.pop("question")}
        await self._checks.update_one(query, {"$set": changed, "$setOnInsert": new}, upsert=True)

    async def get(self, scope: OwnerScope, check_id: str) -> Check | None:
        document = await self._checks.find_one({"owner_id": scope.owner_id, "_id": check_id})
        return _to_check(document) if document else None

    async def list(self, scope: AppScope) -> Sequence[Check]:
        return sorted(map(_to_check, await self._checks.find(scope.filter())), key=lambda check: check.id)

    async def count(self, scope: AppScope) -> int:
        return await self._checks.count(scope.filter())

    async def fared(self, scope: AppScope, check_id: str, problem: Problem | None, version: int, right: str) -> None:
        """Note how it fared with this version of the knowledge, and what is right from now on."""
        noted = {"problem": problem, "version": version, "right": right}
        await self._checks.update_one(scope.filter() | {"_id": check_id}, {"$set": noted})

    async def remove(self, scope: AppScope, check_id: str) -> bool:
        return (await self._checks.delete_one(scope.filter() | {"_id": check_id})).deleted_count == 1


def _to_document(check: Check) -> Document:
    return {
        "_id": check.id,
        "question": check.question,
        "lang": check.lang,
        "expected": [asdict(entry) for entry in check.expected],
        "created_at": check.created_at,
        "problem": check.problem,
        "version": check.version,
        "right": check.right,
    }


def _to_check(document: Document) -> Check:
    return Check(
        scope=AppScope(document["owner_id"], document["app_id"]),
        question=document["question"],
        lang=document["lang"],
        expected=tuple(EntryRef(**entry) for entry in document["expected"]),
        created_at=document["created_at"],
        problem=Problem(document["problem"]) if document["problem"] else None,
        version=document["version"],
        right=document.get("right", ""),  # checks of before have none
        id=document["_id"],
    )
