"""Lines in plain words that wait to be understood: taken by lease, and gone once they are answered."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo import ReturnDocument

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

PLAIN_LINES = Stored(
    "plain_lines",
    Belonging.to_app(),
    indexes=(
        Index((("lease_until", 1),)),
        Index((("owner_id", 1), ("app_id", 1))),
        Index((("expires_at", 1),), expire=True),
    ),
    lasting=False,  # it was answered seconds later
    kept=Kept(
        _("What you wrote in LINE, while it is being answered"),
        Subject.DELIVERY,
        GoneAfter("expires_at", timedelta(hours=1), MADE),
    ),
)


@dataclass(frozen=True)
class PlainLine:
    """One line of an owner's chat; `said_in` is the door's id of its message, which is what will be answered."""

    scope: AppScope
    text: str
    said_in: str
    created_at: datetime
    expires_at: datetime
    attempts: int = 0
    id: str = field(default_factory=new_id)


class PlainLineRepository:
    """The lines of all owners, the oldest first."""

    def __init__(self, database: Database) -> None:
        self._lines = database.collection(PLAIN_LINES.name)

    async def add(self, scope: AppScope, line: PlainLine) -> None:
        await self._lines.insert(scope.filter() | _to_document(line))

    async def count(self, scope: OwnerScope) -> int:
        return await self._lines.count({"owner_id": scope.owner_id})

    async def take(self, now: datetime, lease_until: datetime) -> PlainLine | None:
        """One that nobody works on, leased to the caller."""
        document = await self._lines.find_one_and_update(
            {"lease_until": {"$lte": now}},
            {"$set": {"lease_until": lease_until}, "$inc": {"attempts": 1}},
            sort=[("lease_until", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return _to_line(document) if document else None

    async def release(self, line: PlainLine, now: datetime) -> None:
        """Hand it back: whoever looks next may take it."""
        await self._lines.update_one(_as_taken(line), {"$set": {"lease_until": now}, "$inc": {"attempts": -1}})

    async def done(self, line: PlainLine) -> bool:
        """Remove it with what came of it, in the caller's transaction; False if another was first, or it is gone."""
        return (await self._lines.delete_one(_as_taken(line))).deleted_count == 1

    async def take_back(self, scope: OwnerScope, said_in: str) -> None:
        """Forget the words of a message that its sender has taken back."""
        await self._lines.delete_many({"owner_id": scope.owner_id, "said_in": said_in})


def _as_taken(line: PlainLine) -> Document:
    return line.scope.filter() | {"_id": line.id, "attempts": line.attempts}


def _to_document(line: PlainLine) -> Document:
    return {
        "_id": line.id,
        "text": line.text,
        "said_in": line.said_in,
        "created_at": line.created_at,
        "expires_at": line.expires_at,
        "lease_until": line.created_at,
        "attempts": line.attempts,
    }


def _to_line(document: Document) -> PlainLine:
    return PlainLine(
        AppScope(document["owner_id"], document["app_id"]),
        document["text"],
        document["said_in"],
        document["created_at"],
        document["expires_at"],
        document["attempts"],
        document["_id"],
    )
