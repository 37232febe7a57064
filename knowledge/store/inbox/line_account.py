"""What is kept of mimi's own account with LINE: its rich menus and who makes them, and groups it was invited to."""

from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from knowledge.phrases import _
from knowledge.store.database import Database
from knowledge.store.kept import RUNNING, AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Stored

LINE_MENUS = Stored("line_menus", Belonging.to_nobody(), kept=RUNNING)
LEASE_ID = "lease"
LINE_GROUPS = Stored(
    "line_groups",
    Belonging.to_nobody(),
    kept=Kept(
        _("LINE's IDs of groups that mimi was invited to, so that it introduces itself only once"),
        Subject.DELIVERY,
        AsLongAs.SERVICE,
    ),
)


class LineMenuRepository:
    """Menus by name, with LINE's id of each; and the lease that lets one process at a time change them."""

    def __init__(self, database: Database) -> None:
        self._menus = database.collection(LINE_MENUS.name)

    async def whole(self) -> dict[str, str]:
        """Name -> LINE's id, of the menus that have their picture."""
        return {each["_id"]: each["menu_id"] for each in await self._menus.find({"_id": {"$ne": LEASE_ID}})}

    async def add(self, name: str, menu_id: str) -> None:
        await self._menus.update_one({"_id": name}, {"$set": {"menu_id": menu_id}}, upsert=True)

    async def remove(self, name: str) -> None:
        await self._menus.delete_one({"_id": name})

    async def lease(self, holder: str, now: datetime, lasts: timedelta) -> bool:
        """Whether `holder` may change the menus until `lasts` is over. Of several at once, one may."""
        free = {"_id": LEASE_ID, "$or": [{"until": {"$lte": now}}, {"holder": holder}]}
        try:
            await self._menus.update_one(free, {"$set": {"holder": holder, "until": now + lasts}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def release(self, holder: str) -> None:
        await self._menus.delete_one({"_id": LEASE_ID, "holder": holder})


class LineGroupRepository:
    """Groups and rooms by LINE's id."""

    def __init__(self, database: Database) -> None:
        self._groups = database.collection(LINE_GROUPS.name)

    async def is_first(self, group_id: str, now: datetime) -> bool:
        """True once for each; in a transaction only if it is committed."""
        if await self._groups.find_one({"_id": group_id}):
            return False
        try:
            await self._groups.insert({"_id": group_id, "at": now})
        except DuplicateKeyError:
            return False
        return True
