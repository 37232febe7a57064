"""What is to be told to every owner: drafted, asked for, and given to one after another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pymongo import ReturnDocument

from knowledge.store.accounts.owners import OWNERS
from knowledge.store.database import Database, Document, OwnerId
from knowledge.store.kept import RUNNING
from knowledge.store.stored import Belonging, Index, Stored

NOTICES = Stored(
    "notices",
    Belonging.to_nobody(),
    indexes=(Index((("state", 1), ("give_at", 1))),),
    kept=RUNNING,
)


class NoticeState(StrEnum):
    DRAFT = "draft"
    GIVING = "giving"  # asked for; a worker goes from owner to owner
    GIVEN = "given"


@dataclass(frozen=True)
class NoticeToAll:
    """`subject` and `text` in every language. Whoever had an account at `asked_at` is told, the last one at `given_at`.

    `policy` is the version it announces, if it does. `reached` is the owner up to whom all were told, in the order of
    their ids.
    """

    id: str
    subject: Mapping[str, str]
    text: Mapping[str, str]
    created_at: datetime
    policy: str = ""
    state: NoticeState = NoticeState.DRAFT
    asked_at: datetime | None = None
    given_at: datetime | None = None
    reached: str = ""


class NoticeRepository:
    """Notices, and the owners they go to; for the operator and the sweep."""

    def __init__(self, database: Database) -> None:
        self._notices = database.collection(NOTICES.name)
        self._owners = database.collection(OWNERS.name)

    async def add(self, notice: NoticeToAll) -> bool:
        """Keep a draft; False if there is one of this id."""
        kept = {
            "subject": dict(notice.subject),
            "text": dict(notice.text),
            "created_at": notice.created_at,
            "policy": notice.policy,
            "state": notice.state,
        }
        result = await self._notices.update_one({"_id": notice.id}, {"$setOnInsert": kept}, upsert=True)
        return result.upserted_id is not None

    async def get(self, notice_id: str) -> NoticeToAll | None:
        return _maybe(await self._notices.find_one({"_id": notice_id}))

    async def list_all(self) -> list[NoticeToAll]:
        """All of them, the newest last."""
        return sorted(map(_to_notice, await self._notices.find({})), key=lambda each: each.created_at)

    async def drop(self, notice_id: str) -> bool:
        """Remove a draft; False if it is none (any more)."""
        query = {"_id": notice_id, "state": NoticeState.DRAFT}
        return (await self._notices.delete_one(query)).deleted_count == 1

    async def ask(self, notice_id: str, now: datetime) -> bool:
        """From draft to giving; False if that was asked for before."""
        asked = {"$set": {"state": NoticeState.GIVING, "asked_at": now, "give_at": now}}
        query = {"_id": notice_id, "state": NoticeState.DRAFT}
        return (await self._notices.update_one(query, asked)).matched_count == 1

    async def take(self, now: datetime, lease_until: datetime) -> NoticeToAll | None:
        """One that is being given and that nobody has in hand; nobody else takes it before `lease_until`."""
        return _maybe(
            await self._notices.find_one_and_update(
                {"state": NoticeState.GIVING, "give_at": {"$lte": now}},
                {"$set": {"give_at": lease_until}},
                sort=[("give_at", 1)],
                return_document=ReturnDocument.AFTER,
            )
        )

    async def reach(self, notice_id: str, owner: OwnerId, lease_until: datetime) -> None:
        """All up to this owner have been told; the lease goes on."""
        reached = {"$max": {"reached": owner}, "$set": {"give_at": lease_until}}
        await self._notices.update_one({"_id": notice_id, "state": NoticeState.GIVING}, reached)

    async def close(self, notice_id: str, now: datetime) -> None:
        """All have been told."""
        given = {"$set": {"state": NoticeState.GIVEN, "given_at": now}, "$unset": {"give_at": 1}}
        await self._notices.update_one({"_id": notice_id, "state": NoticeState.GIVING}, given)

    async def next_owners(self, notice: NoticeToAll, limit: int) -> list[OwnerId]:
        """Who is to be told next, in the order of their ids."""
        query = {"_id": {"$gt": notice.reached}, "created_at": {"$lte": notice.asked_at}}
        found = await self._owners.find(query, sort=[("_id", 1)], limit=limit, projection=["_id"])
        return [OwnerId(each["_id"]) for each in found]

    async def count_owners(self) -> int:
        """How many accounts there are."""
        return await self._owners.count({"_id": {"$gt": ""}})

    async def count_left(self, notice: NoticeToAll) -> int:
        """How many are still to be told, of a notice that is being given."""
        return await self._owners.count({"_id": {"$gt": notice.reached}, "created_at": {"$lte": notice.asked_at}})

    async def hold_owner(self, owner_id: OwnerId) -> bool:
        """Be in conflict with this owner's erasure until the caller's transaction ends; False if it has begun."""
        query = {"_id": owner_id, "erasing": {"$ne": True}}
        return (await self._owners.update_one(query, {"$inc": {"held": 1}})).matched_count == 1


def _maybe(document: Document | None) -> NoticeToAll | None:
    return _to_notice(document) if document else None


def _to_notice(document: Document) -> NoticeToAll:
    return NoticeToAll(
        id=document["_id"],
        subject=document["subject"],
        text=document["text"],
        created_at=document["created_at"],
        policy=document["policy"],
        state=NoticeState(document["state"]),
        asked_at=document.get("asked_at"),
        given_at=document.get("given_at"),
        reached=document.get("reached", ""),
    )
