"""Exports on their way back: the file in parts, what is in it, and how far mimi is with putting it in its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bson import Binary
from pymongo import ReturnDocument

from knowledge.phrases import Phrase, _, from_plain, to_plain
from knowledge.store.database import Database, Document, OwnerScope, new_id
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

# Not exported: what is in it will be. Not in a backup: it is asked for again by whoever still wants it.
RETURNS = Stored(
    "returns",
    Belonging.to_owner(),
    indexes=(
        Index((("state", 1), ("lease_until", 1))),
        Index((("owner_id", 1), ("created_at", -1))),
        Index((("expires_at", 1),), expire=True),
    ),
    lasting=False,
    kept=Kept(
        _("What you are restoring from an export, and how far that is"),
        Subject.KNOWLEDGE,
        GoneAfter("expires_at", timedelta(days=1), _("after you sent it")),
    ),
)
RETURN_PARTS = Stored(
    "return_parts",
    Belonging.to_owner(),
    indexes=(
        Index((("owner_id", 1), ("return_id", 1), ("n", 1)), unique=True),
        Index((("expires_at", 1),), expire=True),
    ),
    lasting=False,
    kept=Kept(
        _("Export files that you upload to restore"),
        Subject.KNOWLEDGE,
        GoneAfter("expires_at", timedelta(days=1), _("after you sent it")),
    ),
)
PART = 4 * 1024 * 1024  # bytes


class ReturnState(StrEnum):
    READY = "ready"  # waits for the owner's word
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"  # what was put in its place stays there
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Return:
    """One of them. `apps` are names and former handles of those that are not here yet; `counts` is what is in the file.

    `attempt` counts the times a worker took it.
    """

    owner: OwnerScope
    name: str
    apps: Sequence[tuple[str, str]]
    counts: Mapping[str, int]
    created_at: datetime
    expires_at: datetime
    lease_until: datetime
    state: ReturnState = ReturnState.READY
    done: int = 0
    problem: Phrase | None = None
    attempt: int = 0
    id: str = field(default_factory=new_id)


class ReturnRepository:
    """The returns of one owner at a time; `take` alone looks across owners."""

    def __init__(self, database: Database) -> None:
        self._returns = database.collection(RETURNS.name)
        self._parts = database.collection(RETURN_PARTS.name)

    async def add(self, each: Return, data: bytes) -> None:
        """Keep it with its file, its parts first, so that whoever finds it finds all of it."""
        whose = _whose(each.owner) | {"return_id": each.id, "expires_at": each.expires_at}
        for n, start in enumerate(range(0, len(data), PART)):
            await self._parts.insert(whose | {"_id": new_id(), "n": n, "data": Binary(data[start : start + PART])})
        await self._returns.insert(_to_document(each))

    async def get(self, owner: OwnerScope, return_id: str) -> Return | None:
        document = await self._returns.find_one(_one(owner, return_id))
        return _to_return(document) if document else None

    async def count_since(self, owner: OwnerScope, since: datetime) -> int:
        """How many were begun since then."""
        return await self._returns.count(_whose(owner) | {"created_at": {"$gt": since}})

    async def data(self, owner: OwnerScope, return_id: str) -> bytes:
        """The file; empty if it is gone."""
        query = _whose(owner) | {"return_id": return_id}
        return b"".join([bytes(part["data"]) for part in await self._parts.find(query, sort=[("n", 1)])])

    async def forget_data(self, owner: OwnerScope, return_id: str) -> None:
        """The file is not needed any more."""
        await self._parts.delete_many(_whose(owner) | {"return_id": return_id})

    async def decide(self, owner: OwnerScope, return_id: str, becomes: ReturnState, now: datetime) -> bool:
        """The owner's word about one that waits for it; False if it does not."""
        waiting = _one(owner, return_id) | {"state": ReturnState.READY}
        changed = {"$set": {"state": becomes, "lease_until": now}}
        return (await self._returns.update_one(waiting, changed)).matched_count == 1

    async def take(self, now: datetime, lease_until: datetime) -> Return | None:
        """The one that has waited longest, leased to the caller."""
        document = await self._returns.find_one_and_update(
            {"state": ReturnState.APPLYING, "lease_until": {"$lte": now}},
            {"$set": {"lease_until": lease_until}, "$inc": {"attempt": 1}},
            sort=[("lease_until", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return _to_return(document) if document else None

    async def went_on(self, each: Return, done: int, lease_until: datetime) -> bool:
        """So much is in its place; False if another worker has it by now, or it is gone."""
        changed = {"$set": {"done": done, "lease_until": lease_until}}
        return (await self._returns.update_one(_as_taken(each), changed)).matched_count == 1

    async def end(self, each: Return, state: ReturnState, problem: Phrase | None = None) -> bool:
        """How it ended."""
        changed = {"$set": {"state": state, "problem": to_plain(problem) if problem else None}}
        return (await self._returns.update_one(_as_taken(each), changed)).matched_count == 1


def _whose(owner: OwnerScope) -> Document:
    return {"owner_id": owner.owner_id}


def _one(owner: OwnerScope, return_id: str) -> Document:
    return {"_id": return_id, "owner_id": owner.owner_id}


def _as_taken(each: Return) -> Document:
    return _one(each.owner, each.id) | {"state": ReturnState.APPLYING, "attempt": each.attempt}


def _to_document(each: Return) -> Document:
    return _whose(each.owner) | {
        "_id": each.id,
        "name": each.name,
        "apps": [list(app) for app in each.apps],
        "counts": dict(each.counts),
        "created_at": each.created_at,
        "expires_at": each.expires_at,
        "lease_until": each.lease_until,
        "state": each.state,
        "done": each.done,
        "problem": to_plain(each.problem) if each.problem else None,
        "attempt": each.attempt,
    }


def _to_return(document: dict[str, Any]) -> Return:
    return Return(
        owner=OwnerScope(document["owner_id"]),
        name=document["name"],
        apps=tuple((name, handle) for name, handle in document["apps"]),
        counts=document["counts"],
        created_at=document["created_at"],
        expires_at=document["expires_at"],
        lease_until=document["lease_until"],
        state=ReturnState(document["state"]),
        done=document["done"],
        problem=from_plain(document["problem"]) if document["problem"] else None,
        attempt=document["attempt"],
        id=document["_id"],
    )
