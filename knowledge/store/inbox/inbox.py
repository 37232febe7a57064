"""Webhook events, kept before LINE gets its 200, and taken by lease, one person's in the order they happened.

A lane is one person's queue: whoever holds its lease handles that person's events, oldest first.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from knowledge.phrases import _
from knowledge.store.database import DUPLICATE_KEY, Database, Document, OwnerId
from knowledge.store.kept import AsLongAs, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

# LINE redelivers for an unpublished time; ids are remembered well beyond anything seen.
KEPT_AFTER_DONE = timedelta(days=14)
KEPT_WHEN_PARKED = timedelta(days=30)


def _of_line_user(owner_id: OwnerId, line_user_id: str | None) -> Document:
    return {"lane": line_user_id or owner_id}


INBOX = Stored(
    "inbox",
    Belonging.to_owner(_of_line_user),
    indexes=(
        # What waits, person by person: the heads of all lanes are found by skipping through it.
        Index((("lane", 1), ("happened_at", 1), ("_id", 1)), only={"state": "new"}),
        Index((("lane", 1), ("message_id", 1))),
        Index((("state", 1), ("not_before", 1))),
        # Only what is there is indexed: each index is written for every event before LINE gets its 200.
        Index((("unsent_id", 1),), only={"unsent_id": {"$exists": True}}),
        Index((("expires_at", 1),), expire=True, only={"expires_at": {"$exists": True}}),
    ),
    kept=Kept(
        _("What you write and tap in LINE, as LINE delivers it"),
        Subject.DELIVERY,
        GoneAfter("expires_at", KEPT_WHEN_PARKED, _("after it could not be handled")),
        _("Once it is handled, its content is deleted at once and its record after 14 days."),
    ),
)
LANES = Stored(
    "lanes",
    Belonging.to_owner(lambda owner_id, line_user_id: {"_id": line_user_id or owner_id}),
    lasting=False,
    kept=Kept(
        _("The order in which messages from LINE are handled, by LINE user ID"), Subject.DELIVERY, AsLongAs.ACCOUNT
    ),
)


class EventState(StrEnum):
    NEW = "new"
    DONE = "done"
    PARKED = "parked"


class InboxEvent(NamedTuple):
    """One webhook event as LINE sent it. `lane` is whose it is, `received_at` when its reply token began to age.

    `text` is the JSON it came as; where it is empty, the event is written as JSON when it is kept. What was said in it
    may have been `taken_back` by its sender before its turn came.
    """

    id: str
    lane: str
    event: Mapping[str, Any]
    happened_at: datetime
    received_at: datetime
    attempts: int = 0
    text: str = ""
    taken_back: bool = False

    @property
    def kind(self) -> str:
        """LINE's word for what happened: message, follow ..."""
        kind = self.event.get("type")
        return kind if isinstance(kind, str) and kind.isascii() else ""


@dataclass(frozen=True)
class Head:
    """The oldest event that waits in a lane; `kind` is LINE's word for what happened, `message` its id of a message."""

    lane: str
    event: str
    message: str
    not_before: datetime
    received_at: datetime
    kind: str


class InboxRepository:
    """Events in, by the batch; out, by lane."""

    def __init__(self, database: Database) -> None:
        self._events = database.collection(INBOX.name)
        self._lanes = database.collection(LANES.name)
        self._process = database.process

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

    async def heads(self, most: int = 2_000) -> list[Head]:
        """The oldest waiting event of each lane, due or not: a step in the index for each lane, not for each event."""
        first = {name: {"$first": f"${name}"} for name in ("message_id", "not_before", "received_at", "kind")}
        pipeline: list[Document] = [
            {"$match": {"state": EventState.NEW}},
            {"$sort": {"lane": 1, "happened_at": 1, "_id": 1}},
            {"$group": {"_id": "$lane", "event": {"$first": "$_id"}, **first}},
            {"$limit": most},
        ]
        return [
            Head(
                each["_id"],
                each["event"],
                each["message_id"] or "",
                each["not_before"],
                each["received_at"],
                each["kind"] or "",
            )
            for each in await self._events.aggregate(pipeline)
        ]

    async def lease(self, lanes: Sequence[str], now: datetime, lease: timedelta) -> set[str]:
        """Become the one who handles these lanes for a while; those of them that nobody else is handling."""
        if not lanes:
            return set()
        ours = {"$set": {"holder": self._process, "until": now + lease}}
        free = {"$or": [{"until": {"$lte": now}}, {"holder": self._process}]}
        try:
            await self._lanes.raw.bulk_write(
                [UpdateOne({"_id": lane} | free, ours, upsert=True) for lane in lanes], ordered=False
            )
        except BulkWriteError as error:
            problems = error.details["writeErrors"]
            if any(problem["code"] != DUPLICATE_KEY for problem in problems):
                raise
            return set(lanes) - {lanes[problem["index"]] for problem in problems}
        return set(lanes)

    async def let_go(self, lanes: Sequence[str]) -> None:
        """Hand lanes back."""
        await self._lanes.delete_many({"_id": {"$in": list(lanes)}, "holder": self._process})

    async def let_go_of_all(self) -> None:
        """Hand back every lane this process has: the next worker need not wait for the leases to end."""
        await self._lanes.delete_many({"holder": self._process})

    async def release(self, process: str) -> None:
        """A process is gone: its lanes are free, and what it had in hand counts as tried once more."""
        for lane in await self._lanes.find({"holder": process}):
            oldest = {"lane": lane["_id"], "state": EventState.NEW}
            await self._events.find_one_and_update(
                oldest, {"$inc": {"attempts": 1}}, sort=[("happened_at", 1), ("_id", 1)]
            )
            await self._lanes.delete_one({"_id": lane["_id"], "holder": process})

    async def waiting(self, heads: Sequence[Head]) -> list[InboxEvent]:
        """The events of these heads that still wait for their outcome, in the order of `heads`."""
        if not heads:
            return []
        due: Document = {"_id": {"$in": [head.event for head in heads]}, "state": EventState.NEW}
        # A copy of what was taken back should go (LINE: unsend event), which may come before the message itself does.
        messages = [head.message for head in heads if head.message]
        unsent: list[Document] = [{"unsent_id": {"$in": messages}}] if messages else []
        found = {each["_id"]: each for each in await self._events.find({"$or": [due, *unsent]})}
        taken_back = {(each["lane"], each["unsent_id"]) for each in found.values() if "unsent_id" in each}
        return [
            _to_event(found[head.event])._replace(taken_back=(head.lane, head.message) in taken_back)
            for head in heads
            if head.event in found and found[head.event]["state"] == EventState.NEW
        ]

    async def beyond(self, lane: str, most: int, kinds: Collection[str]) -> list[InboxEvent]:
        """The lane's waiting events of these kinds that came when `most` others were waiting already."""
        query = {"lane": lane, "state": EventState.NEW, "kind": {"$in": list(kinds)}}
        found = await self._events.find(query, sort=[("happened_at", 1), ("_id", 1)], skip=most)
        return [_to_event(document) for document in found]

    async def done(self, event: InboxEvent, now: datetime, reply_token: str = "", *, of_stranger: bool = False) -> bool:
        """Its outcome is decided. The id stays, to know it again, and what can answer it; what was written goes, and of
        a stranger's everything else too.

        False when another worker was first: then nothing that was done for it may stand.
        """
        gone = {"state": EventState.DONE, "problem": "", "event": "{}", "expires_at": now + KEPT_AFTER_DONE}
        changed: Document = {"$set": gone | {"reply_token": "" if of_stranger else reply_token}}
        if of_stranger:
            # Nobody would erase it: whoever has no account (any more) leaves nothing but the id of LINE's event.
            changed["$unset"] = {"lane": True, "message_id": True, "unsent_id": True}
        return (await self._events.update_one({"_id": event.id, "state": EventState.NEW}, changed)).matched_count == 1

    async def park(self, event: InboxEvent, problem: str, now: datetime) -> None:
        """It failed every time: set aside, where `doctor` shows it, so that the lane goes on."""
        await self._events.update_one(
            {"_id": event.id},
            {"$set": {"state": EventState.PARKED, "problem": problem, "expires_at": now + KEPT_WHEN_PARKED}},
        )

    async def retry_at(self, event: InboxEvent, at: datetime, problem: str) -> None:
        """It failed, and is tried again then."""
        again: Document = {"$set": {"not_before": at, "problem": problem}, "$inc": {"attempts": 1}}
        await self._events.update_one({"_id": event.id}, again)

    async def reply_token_of(self, lane: str, message_id: str) -> tuple[str, datetime] | None:
        """With what a message that is done can still be answered, and since when that ages."""
        said = await self._events.find_one({"lane": lane, "message_id": message_id})
        return (said.get("reply_token", ""), said["received_at"]) if said else None

    async def take_back(self, lane: str, message_id: str) -> None:
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
    document = {
        "_id": event.id,
        "lane": event.lane,
        "kind": event.kind,
        "event": event.text or json.dumps(event.event),
        "happened_at": event.happened_at,
        "received_at": event.received_at,
        "state": EventState.NEW,
        "attempts": 0,
        "not_before": event.received_at,
        "problem": "",
    }
    for name, part, its in (("message_id", "message", "id"), ("unsent_id", "unsend", "messageId")):
        inside = event.event.get(part)
        found = inside.get(its) if isinstance(inside, dict) else None
        if isinstance(found, str) and found.isascii():
            document[name] = found
    return document


def _to_event(document: Document) -> InboxEvent:
    return InboxEvent(
        id=document["_id"],
        lane=document["lane"],
        event=json.loads(document["event"]),
        happened_at=document["happened_at"],
        received_at=document["received_at"],
        attempts=document["attempts"],
    )
