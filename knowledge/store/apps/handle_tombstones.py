"""Handles that somebody had lately, kept back for a while so that no stranger stands at their address.

Nobody learns from them which handles those were: a tombstone is a hash of the handle with this database's own salt.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from pymongo import ReturnDocument

from knowledge.phrases import _
from knowledge.store.database import Database
from knowledge.store.kept import GoneBySetting, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

HANDLE_TOMBSTONES = Stored(
    "handle_tombstones",
    Belonging.to_nobody(),
    indexes=(Index((("expires_at", 1),), expire=True),),
    kept=Kept(
        _("Handles that were deleted, given up or released, as salted hashes, so that no stranger takes one at once"),
        Subject.APP,
        GoneBySetting("expires_at", "MIMI_HANDLE_COOL_OFF", _("after it stopped leading to its page")),
    ),
)
SALT, SALT_BYTES = "salt", 32


class HandleTombstoneRepository:
    """Knows whether a handle was somebody's lately, and whether that is who asks; nothing else of them."""

    def __init__(self, database: Database) -> None:
        self._tombstones = database.collection(HANDLE_TOMBSTONES.name)

    async def keep(self, handles: Iterable[str], until: datetime, known_as: Sequence[str]) -> None:
        """Nobody takes these before `until` but whoever is `known_as` one of those (an id, LINE user, mail's key)."""
        for handle in handles:
            whose = [await self._mark(handle, each) for each in known_as]
            changed = {"$max": {"expires_at": until}, "$set": {"whose": whose}}
            await self._tombstones.update_one({"_id": await self._mark(handle)}, changed, upsert=True)

    async def is_kept(self, handle: str, now: datetime, known_as: Sequence[str] = ()) -> bool:
        """Whether somebody else had it, and it is not free yet."""
        kept = await self._tombstones.find_one({"_id": await self._mark(handle), "expires_at": {"$gt": now}})
        if kept is None:
            return False
        return not {await self._mark(handle, each) for each in known_as} & set(kept.get("whose", ()))

    async def _mark(self, handle: str, person: str = "") -> str:
        return hashlib.sha256(b"\n".join((await self._salt(), handle.encode(), person.encode()))).hexdigest()

    async def _salt(self) -> bytes:
        kept = await self._tombstones.find_one({"_id": SALT})
        if kept is None:
            new = {"$setOnInsert": {"salt": secrets.token_bytes(SALT_BYTES)}}
            kept = await self._tombstones.find_one_and_update(
                {"_id": SALT}, new, upsert=True, return_document=ReturnDocument.AFTER
            )
        return bytes(kept["salt"]) if kept else b""
