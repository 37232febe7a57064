"""Rich menus that mimi has put into LINE: which are whole, and who is at work on them."""

from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from knowledge.store.database import Database
from knowledge.store.stored import Belonging, Stored

LINE_MENUS = Stored("line_menus", Belonging.to_nobody())
LEASE_ID = "lease"


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
