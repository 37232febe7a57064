"""Imports: what an owner brought along, how far mimi is with it, and what came of it.

A job is worked on by lease, like everything that takes longer than a request; each step that changes its state
names the attempt it began as, so that of two workers only one gets its way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from bson import Binary
from pymongo import ReturnDocument

from knowledge.phrases import Phrase, _, from_plain, to_plain
from knowledge.store.database import AppId, AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

IMPORTS = Stored(
    "imports",
    Belonging.to_app(),
    indexes=(
        Index((("state", 1), ("lease_until", 1))),
        Index((("owner_id", 1), ("app_id", 1), ("created_at", -1), ("_id", -1))),
        Index((("expires_at", 1),), expire=True),
    ),
    former=("owner_id_1_app_id_1_created_at_-1",),
    exported=("_id", "app_id", "source", "name", "state", "counts", "created_at"),
    kept=Kept(
        _("What was imported, from where, and how it ended"),
        Subject.KNOWLEDGE,
        GoneAfter("expires_at", timedelta(days=30), MADE),
    ),
)
IMPORT_FILES = Stored(
    "import_files",
    Belonging.to_app(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
    kept=Kept(
        _("Files you sent for an import"),
        Subject.KNOWLEDGE,
        GoneAfter("expires_at", timedelta(days=1), _("after you sent it")),
    ),
)

ImportId = NewType("ImportId", str)
# A document of MongoDB's holds 16 MB at most.
LARGEST = 10 * 1024 * 1024


class ImportState(StrEnum):
    READING = "reading"  # fetched, read and compared with what is known
    READY = "ready"  # waits for the owner's word
    APPLYING = "applying"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"  # nothing was changed
    CANCELLED = "cancelled"


# What a worker has to do something about.
AT_WORK = (ImportState.READING, ImportState.APPLYING, ImportState.UNDOING)


class ImportSource(StrEnum):
    FILE = "file"  # kept when it was uploaded
    MESSAGE = "message"  # a file in chat, still to be fetched from there
    URL = "url"
    TEXT = "text"
    RENEWAL = "renewal"  # a page that is known already, looked at again


class ImportDoor(StrEnum):
    """Where it was begun, and so where its outcome is told."""

    CHAT = "chat"
    WEB = "web"
    SCHEDULE = "schedule"


@dataclass(frozen=True)
class ImportJob:
    """One import. `name` is the file's, the page's address or the text's title; `message` the chat's id of a file.

    `whole`: its owner wants questions inside of documents left there; `divided`: there are such questions.
    `roles` are the columns the owner chose, `columns` those of the table as they were read. `total` is 0 while
    nobody knows it. `counts` are items by outcome. `attempt` counts the times a worker took it in this state. `seen`
    are digests of all that stands on a page that is looked at again.
    """

    scope: AppScope
    source: ImportSource
    name: str
    door: ImportDoor
    created_at: datetime
    expires_at: datetime
    lease_until: datetime
    state: ImportState = ImportState.READING
    message: str = ""
    url: str = ""
    roles: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, Any] | None = None
    done: int = 0
    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    problem: Phrase | None = None
    attempt: int = 0
    seen: Sequence[str] = ()
    whole: bool = False
    divided: bool = False
    id: ImportId = field(default_factory=lambda: ImportId(new_id()))


class ImportRepository:
    """The jobs; `take` alone looks across owners."""

    def __init__(self, database: Database) -> None:
        self._jobs = database.collection(IMPORTS.name)

    async def add(self, job: ImportJob) -> None:
        await self._jobs.insert(_to_document(job))

    async def get(self, scope: OwnerScope, job_id: str) -> ImportJob | None:
        document = await self._jobs.find_one(scope.filter() | {"_id": job_id})
        return _to_job(document) if document else None

    async def list(self, scope: AppScope, limit: int) -> Sequence[ImportJob]:
        """The latest jobs, the newest first."""
        documents = await self._jobs.find(scope.filter(), sort=[("created_at", -1), ("_id", -1)], limit=limit)
        return [_to_job(document) for document in documents]

    async def count_since(self, scope: OwnerScope, since: datetime) -> int:
        """How many an owner has begun since then, in all apps; what was begun by itself does not count."""
        by_hand = {"created_at": {"$gt": since}, "door": {"$ne": ImportDoor.SCHEDULE}}
        return await self._jobs.count({"owner_id": scope.owner_id} | by_hand)

    async def take(self, now: datetime, lease_until: datetime, *, awaited: bool = False) -> ImportJob | None:
        """The job that has waited longest, leased to the caller: one of an app at a time, and one of an owner.

        What an owner has begun does not wait for what began by itself in their other apps. `awaited`: only of those
        that somebody has begun.
        """
        query = {"state": {"$in": AT_WORK}, "lease_until": {"$gt": now}}
        busy = await self._jobs.find(query, projection=["owner_id", "app_id", "door"])
        begun = [job["owner_id"] for job in busy if job["door"] != ImportDoor.SCHEDULE]
        by_hand: Document = {"door": {"$ne": ImportDoor.SCHEDULE}, "owner_id": {"$nin": begun}}
        by_itself: Document = {"door": ImportDoor.SCHEDULE, "owner_id": {"$nin": [job["owner_id"] for job in busy]}}
        document = await self._jobs.find_one_and_update(
            {
                "state": {"$in": AT_WORK},
                "lease_until": {"$lte": now},
                "app_id": {"$nin": [job["app_id"] for job in busy]},
                "$or": [by_hand] if awaited else [by_hand, by_itself],
            },
            {"$set": {"lease_until": lease_until}, "$inc": {"attempt": 1}},
            sort=[("lease_until", 1)],
            hint=[("state", 1), ("lease_until", 1)],  # what is excluded by owner makes MongoDB prefer owners' index
            return_document=ReturnDocument.AFTER,
        )
        return _to_job(document) if document else None

    async def hold(self, job: ImportJob, lease_until: datetime) -> None:
        """Move the lease of a job the caller works on."""
        await self._jobs.update_one(_as_taken(job), {"$set": {"lease_until": lease_until}})

    async def progress(self, job: ImportJob, done: int, total: int) -> None:
        await self._jobs.update_one(_as_taken(job), {"$set": {"done": done, "total": total}})

    async def move(self, job: ImportJob, state: ImportState, **changed: Any) -> bool:
        """The outcome of a step; False if another worker has the job now, or its owner did away with it."""
        fields = {name: to_plain(value) if isinstance(value, Phrase) else value for name, value in changed.items()}
        update = {"$set": fields | {"state": state, "attempt": 0}}
        return (await self._jobs.update_one(_as_taken(job), update)).matched_count == 1

    async def decide(
        self, scope: OwnerScope, job_id: str, was: tuple[ImportState, ...], becomes: ImportState, **changed: Any
    ) -> ImportJob | None:
        """The owner's word: the job as it is now, or None if it was in none of these states."""
        document = await self._jobs.find_one_and_update(
            scope.filter() | {"_id": job_id, "state": {"$in": was}},
            {"$set": changed | {"state": becomes, "attempt": 0}},
            return_document=ReturnDocument.AFTER,
        )
        return _to_job(document) if document else None

    async def of_message(self, scope: OwnerScope, message: str) -> Sequence[ImportJob]:
        """The jobs of a file that was sent in this message."""
        return [_to_job(each) for each in await self._jobs.find({"owner_id": scope.owner_id, "message": message})]

    async def remove(self, scope: OwnerScope, job_id: str) -> None:
        await self._jobs.delete_one(scope.filter() | {"_id": job_id})


def _as_taken(job: ImportJob) -> Document:
    return job.scope.filter() | {"_id": job.id, "state": job.state, "attempt": job.attempt}


def _to_document(job: ImportJob) -> Document:
    return job.scope.filter() | {
        "_id": job.id,
        "source": job.source,
        "name": job.name,
        "door": job.door,
        "created_at": job.created_at,
        "expires_at": job.expires_at,
        "lease_until": job.lease_until,
        "state": job.state,
        "message": job.message,
        "url": job.url,
        "roles": dict(job.roles),
        "columns": job.columns,
        "done": job.done,
        "total": job.total,
        "counts": dict(job.counts),
        "left_out": job.left_out,
        "problem": to_plain(job.problem) if job.problem else None,
        "attempt": job.attempt,
        "seen": list(job.seen),
        "whole": job.whole,
        "divided": job.divided,
    }


def _to_job(document: Document) -> ImportJob:
    return ImportJob(
        scope=AppScope(document["owner_id"], AppId(document["app_id"])),
        source=ImportSource(document["source"]),
        name=document["name"],
        door=ImportDoor(document["door"]),
        created_at=document["created_at"],
        expires_at=document["expires_at"],
        lease_until=document["lease_until"],
        state=ImportState(document["state"]),
        message=document["message"],
        url=document["url"],
        roles=document["roles"],
        columns=document["columns"],
        done=document["done"],
        total=document["total"],
        counts=document["counts"],
        left_out=document["left_out"],
        problem=from_plain(document["problem"]) if document["problem"] else None,
        attempt=document["attempt"],
        seen=document.get("seen", ()),
        whole=document.get("whole", False),
        divided=document.get("divided", False),
        id=document["_id"],
    )


@dataclass(frozen=True)
class KeptFile:
    """What was sent or fetched. `url` is where it was found in the end, `charset` what that place said of it."""

    data: bytes
    name: str = ""
    url: str = ""
    charset: str = ""


class ImportFileRepository:
    """One file a job at most: the job's id is its `_id`."""

    def __init__(self, database: Database) -> None:
        self._files = database.collection(IMPORT_FILES.name)

    async def put(self, scope: AppScope, job_id: str, file: KeptFile, expires_at: datetime) -> None:
        kept = {"data": Binary(file.data), "name": file.name, "url": file.url, "charset": file.charset}
        await self._files.update_one(
            scope.filter() | {"_id": job_id}, {"$set": kept | {"expires_at": expires_at}}, upsert=True
        )

    async def get(self, scope: AppScope, job_id: str) -> KeptFile | None:
        document = await self._files.find_one(scope.filter() | {"_id": job_id})
        if document is None:
            return None
        return KeptFile(bytes(document["data"]), document["name"], document["url"], document["charset"])

    async def remove(self, scope: AppScope, job_id: str) -> None:
        await self._files.delete_one(scope.filter() | {"_id": job_id})
