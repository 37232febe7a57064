"""Group chats in which mimi has said once what it is."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from knowledge.store.database import Database
from knowledge.store.stored import Belonging, Stored

LINE_GROUPS = Stored("line_groups", Belonging.to_nobody())


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
