"""Studies: who looks at what follows from an app's knowledge, by lease, and since when the knowledge is as it is."""

from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from knowledge.store.apps import AppRepository
from knowledge.store.database import AppScope, Database
from knowledge.store.stored import Stored

# Says nothing that the knowledge itself does not, so not in the export.
STUDIES = Stored("studies")


class StudyRepository:
    """One document for each app; its id is the app's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._studies = database.collection(STUDIES.name)
        self._apps = AppRepository(database)

    async def take(self, scope: AppScope, now: datetime, lease: timedelta) -> bool:
        """Lease the app to the caller; False if somebody has it, or it is gone."""

        async def work() -> bool:
            if not await self._apps.hold(scope):
                return False
            free = scope.filter() | {"_id": scope.app_id, "lease_until": {"$not": {"$gt": now}}}
            await self._studies.update_one(free, {"$set": {"lease_until": now + lease}}, upsert=True)
            return True

        try:
            return await self._database.transaction(work)
        except DuplicateKeyError:
            return False

    async def give_back(self, scope: AppScope, now: datetime) -> None:
        """Somebody else may have it."""
        await self._studies.update_one(scope.filter() | {"_id": scope.app_id}, {"$set": {"lease_until": now}})

    async def unchanged_since(self, scope: AppScope, knowledge_version: int, now: datetime) -> datetime:
        """When this state of the knowledge was first seen: now, if it has not been before. The caller has the lease."""
        query = scope.filter() | {"_id": scope.app_id}
        document = await self._studies.find_one(query) or {}
        if document.get("version") == knowledge_version:
            since: datetime = document["since"]
            return since
        await self._studies.update_one(query, {"$set": {"version": knowledge_version, "since": now}})
        return now
