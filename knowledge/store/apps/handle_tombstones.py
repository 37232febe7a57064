"""Handles of deleted accounts and apps, kept back for a while so that no stranger stands at their address.

Nobody learns from them which handles those were: a tombstone is a hash of the handle with this database's own salt.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from pymongo import ReturnDocument

from knowledge.store.database import Database
from knowledge.store.stored import Belonging, Index, Stored

HANDLE_TOMBSTONES = Stored(
    "handle_tombstones", Belonging.to_nobody(), indexes=(Index((("expires_at", 1),), expire=True),)
)
SALT, SALT_BYTES = "salt", 32


class HandleTombstoneRepository:
    """Knows whether a handle was somebody's lately, and nothing else of them."""

    def __init__(self, database: Database) -> None:
        self._tombstones = database.collection(HANDLE_TOMBSTONES.name)

    async def keep(self, handles: Iterable[str], until: datetime) -> None:
        """Nobody takes these before `until`; one that is kept longer already stays so."""
        for handle in handles:
            changed = {"$max": {"expires_at": until}}
            await self._tombstones.update_one({"_id": await self._mark(handle)}, changed, upsert=True)

    async def is_kept(self, handle: str, now: datetime) -> bool:
        """Whether it was taken by somebody who has left, and is not free yet."""
        query = {"_id": await self._mark(handle), "expires_at": {"$gt": now}}
        return await self._tombstones.find_one(query) is not None

    async def _mark(self, handle: str) -> str:
        return hashlib.sha256(await self._salt() + handle.encode()).hexdigest()

    async def _salt(self) -> bytes:
        kept = await self._tombstones.find_one({"_id": SALT})
        if kept is None:
            new = {"$setOnInsert": {"salt": secrets.token_bytes(SALT_BYTES)}}
            kept = await self._tombstones.find_one_and_update(
                {"_id": SALT}, new, upsert=True, return_document=ReturnDocument.AFTER
            )
        return bytes(kept["salt"]) if kept else b""
