"""Studies: who looks at what follows from an app's knowledge, by lease, and since when the knowledge is as it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from knowledge.phrases import _
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import AppId, AppScope, Database
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

# Says nothing that the knowledge itself does not, so not in the export.
STUDIES = Stored(
    "studies",
    Belonging.to_app(),
    indexes=(Index((("asked", 1),)), Index((("owner_id", 1),))),
    kept=Kept(_("When an app's open questions were last reviewed"), Subject.APP, AsLongAs.APP),
)


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

    async def ask(self, scope: AppScope) -> None:
        """The owner wants the app's checks tried with the model."""
        await self._studies.update_one(
            scope.filter() | {"_id": scope.app_id}, {"$set": {"asked": True, "asked_tries": 0}}, upsert=True
        )

    async def list_asked(self, limit: int) -> Sequence[AppScope]:
        """Apps whose owners wait for that, of any owner."""
        found = await self._studies.find({"asked": True}, limit=limit)
        return [AppScope(each["owner_id"], AppId(each["app_id"])) for each in found]

    async def is_asked(self, scope: AppScope, most_tries: int) -> bool:
        """Whether the owner waits for that, and this is not one try too many. The caller has the lease."""
        query = scope.filter() | {"_id": scope.app_id, "asked": True}
        document = await self._studies.find_one_and_update(
            query, {"$inc": {"asked_tries": 1}}, return_document=ReturnDocument.AFTER
        )
        if document and document["asked_tries"] > most_tries:
            await self.asked(scope)
            return False
        return document is not None

    async def asked(self, scope: AppScope) -> None:
        """It is done."""
        await self._studies.update_one(scope.filter() | {"_id": scope.app_id}, {"$set": {"asked": False}})

    async def unchanged_since(self, scope: AppScope, knowledge_version: int, now: datetime) -> datetime:
        """When this state of the knowledge was first seen: now, if it has not been before. The caller has the lease."""
        query = scope.filter() | {"_id": scope.app_id}
        document = await self._studies.find_one(query) or {}
        if document.get("version") == knowledge_version:
            since: datetime = document["since"]
            return since
        await self._studies.update_one(query, {"$set": {"version": knowledge_version, "since": now}})
        return now
