"""Invitation codes, for a service where not everybody may sign up; only their hashes are kept."""

from datetime import datetime, timedelta

from knowledge.phrases import _
from knowledge.store.database import Database, Document, OwnerId
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored, digest


def _used_by(owner_id: OwnerId, line_user_id: str | None) -> Document:
    return {"used_by": owner_id}


INVITES = Stored(
    "invites",
    Belonging.to_owner(_used_by),
    indexes=(Index((("used_by", 1),)), Index((("expires_at", 1),), expire=True)),
    kept=Kept(
        _("Invitation codes, as hashes, and which account used one"),
        Subject.ACCOUNT,
        GoneAfter("expires_at", timedelta(days=30), MADE),
    ),
)


class InviteRepository:
    """Codes that let one person in, each once."""

    def __init__(self, database: Database) -> None:
        self._invites = database.collection(INVITES.name)

    async def add(self, code: str, created_at: datetime, expires_at: datetime) -> None:
        await self._invites.insert(
            {"_id": digest(code), "created_at": created_at, "expires_at": expires_at, "used_by": None}
        )

    async def use(self, code: str, owner_id: OwnerId, now: datetime) -> bool:
        """True for the first who comes with a code that has not expired."""
        usable = {"_id": digest(code), "used_by": None, "expires_at": {"$gt": now}}
        return (await self._invites.update_one(usable, {"$set": {"used_by": owner_id}})).matched_count == 1
