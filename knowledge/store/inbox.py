"""Webhook events, kept before LINE gets its 200, and taken by lease, one person's in the order they happened.

A lane is one person's queue: whoever holds its lease handles that person's events, oldest first.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError

from knowledge.store.database import Database, Document, OwnerId
from knowledge.store.stored import Index, Stored

# LINE redelivers for an unpublished time; ids are remembered well beyond anything seen.
KEPT_AFTER_DONE = timedelta(days=14)
KEPT_WHEN_PARKED = timedelta(days=30)
DUPLICATE_KEY = 11000


def _of_line_user(owner_id: OwnerId, line_user_id: str | None) -> Document:
    return {"lane": line_user_id or owner_id}


INBOX = Stored(
    "inbox",
    indexes=(
        Index((("lane", 1), ("state", 1), ("happened_at", 1))),
        Index((("state", 1), ("not_before", 1))),
        Index((("message_id", 1),)),
        Index((("unsent_id", 1),)),
        Index((("expires_at", 1),), expire=True),
    ),
    of_owner=_of_line_user,
)
LANES = Stored("lanes", of_owner=lambda owner_id, line_user_id: {"_id": line_user_id or owner_id}, lasting=False)


class EventState(StrEnum):
    NEW = "new"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True)
class InboxEvent:
    """One webhook event as LINE sent it. `lane` is whose it is, `received_at` when its reply token began to age."""

    id: str
    lane: str
    event: Mapping[str, Any]
    happened_at: datetime
    received_at: datetime
    attempts: int = 0


class InboxRepository:
    """Events in, by the batch; out, by lane."""

    def __init__(self, database: Database) -> None:
        self._events = database.collection(INBOX.name)
        self._lanes = database.collection(LANES.name)

    async def put(self, events: Sequence[InboxEvent]) -> int:
        """Keep events durably, each id once; how many were new. Raises pymongo's errors if any could not be kept."""
        if not events:
            return 0
        try:
            result = await self._events.insert_many([_to_document(event) for event in events], ordered=False)
        except BulkWriteError as error:
            problems = error.details["writeErrors"]
            if any(problem["code"] != DUPLICATE_KEY for problem in problems) or error.details["writeConcernErrors"]:
                raise
            return len(events) - len(problems)
        return len(result.inserted_ids)

    async def waiting_lanes(self, now: datetime, but: Sequence[str] = (), most: int = 100) -> list[str]:
        """Whose events are due, those who have waited longest first; without the lanes in `but`."""
        due = {"state": EventState.NEW, "not_before": {"$lte": now}, "lane": {"$nin": list(but)}}
        longest_first: list[Document] = [
            {"$match": due},
            {"$group": {"_id": "$lane", "since": {"$min": "$not_before"}}},
            {"$sort": {"since": 1}},
            {"$limit": most},
        ]
        return [document["_id"] for document in await self._events.aggregate(longest_first)]

    async def lease_lane(self, lane: str, holder: str, now: datetime, lease: timedelta) -> bool:
        """Become the one who handles this lane for a while; False when someone else is."""
        mine_or_free = {"_id": lane, "$or": [{"until": {"$lte": now}}, {"holder": holder}]}
        try:
            await self._lanes.update_one(mine_or_free, {"$set": {"holder": holder, "until": now + lease}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def release_lane(self, lane: str, holder: str) -> None:
        await self._lanes.delete_one({"_id": lane, "holder": holder})

    async def release_all(self, holder: str) -> None:
        """Hand back every lane this holder has: the next worker need not wait for the leases to end."""
        await self._lanes.delete_many({"holder": holder})

    async def take(self, lane: str, now: datetime) -> InboxEvent | None:
        """The lane's oldest event, counted as one more attempt; None when it is not due yet or there is none."""
        oldest = await self._events.find(
            {"lane": lane, "state": EventState.NEW}, sort=[("happened_at", 1), ("_id", 1)], limit=1
        )
        if not oldest or oldest[0]["not_before"] > now:
            return None
        document = await self._events.find_one_and_update(
            {"_id": oldest[0]["_id"], "state": EventState.NEW},
            {"$inc": {"attempts": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return _to_event(document) if document else None

    async def done(self, event: InboxEvent, now: datetime) -> bool:
        """Its outcome is decided. The id stays, to know it again; what was written goes.

        False when another worker was first: then nothing that was done for it may stand.
        """
        gone = {"state": EventState.DONE, "problem": "", "event": "{}", "expires_at": now + KEPT_AFTER_DONE}
        return (
            await self._events.update_one({"_id": event.id, "state": EventState.NEW}, {"$set": gone})
        ).matched_count == 1

    async def park(self, event: InboxEvent, problem: str, now: datetime) -> None:
        """It failed every time: set aside, where `doctor` shows it, so that the lane goes on."""
        await self._events.update_one(
            {"_id": event.id},
            {"$set": {"state": EventState.PARKED, "problem": problem, "expires_at": now + KEPT_WHEN_PARKED}},
        )

    async def retry_at(self, event: InboxEvent, at: datetime, problem: str) -> None:
        await self._events.update_one({"_id": event.id}, {"$set": {"not_before": at, "problem": problem}})

    async def is_unsent(self, lane: str, message_id: str) -> bool:
        """Whether its sender has taken this message back; that event may well come first."""
        return await self._events.find_one({"lane": lane, "unsent_id": message_id}) is not None

    async def forget(self, lane: str, message_id: str) -> None:
        """Remove the words of a message its sender has taken back, whatever has become of it."""
        await self._events.update_many({"lane": lane, "message_id": message_id}, {"$set": {"event": "{}"}})

    async def count(self, state: EventState) -> int:
        return await self._events.count({"state": state})

    async def oldest_waiting(self) -> datetime | None:
        """When the event that has waited longest came in."""
        documents = await self._events.find({"state": EventState.NEW}, sort=[("not_before", 1)], limit=1)
        return documents[0]["received_at"] if documents else None

    async def problems(self) -> list[tuple[str, str]]:
        """(event id, what went wrong) of parked events, twenty at most."""
        documents = await self._events.find({"state": EventState.PARKED}, sort=[("received_at", -1)], limit=20)
        return [(document["_id"], document["problem"]) for document in documents]


def _to_document(event: InboxEvent) -> Document:
    # The event is kept as text: a property named "$where" or "a.b" is LINE's business, not MongoDB's (S25).
    return {
        "_id": event.id,
        "lane": event.lane,
        "event": json.dumps(event.event),
        "message_id": _id_in(event.event, "message", "id"),
        "unsent_id": _id_in(event.event, "unsend", "messageId"),
        "happened_at": event.happened_at,
        "received_at": event.received_at,
        "state": EventState.NEW,
        "attempts": 0,
        "not_before": event.received_at,
        "problem": "",
    }


def _id_in(event: Mapping[str, Any], part: str, name: str) -> str | None:
    inside = event.get(part)
    found = inside.get(name) if isinstance(inside, Mapping) else None
    return found if isinstance(found, str) and found.isascii() else None


def _to_event(document: Document) -> InboxEvent:
    return InboxEvent(
        id=document["_id"],
        lane=document["lane"],
        event=json.loads(document["event"]),
        happened_at=document["happened_at"],
        received_at=document["received_at"],
        attempts=document["attempts"],
    )
