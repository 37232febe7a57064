"""The bytes of a file or page while its import may still need them: read again with other columns, after a kill."""

from dataclasses import dataclass
from datetime import datetime

from bson import Binary

from knowledge.store.database import AppScope, Database
from knowledge.store.stored import Belonging, Index, Stored

IMPORT_FILES = Stored(
    "import_files",
    Belonging.to_app(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
)
# A document of MongoDB's holds 16 MB at most.
LARGEST = 10 * 1024 * 1024


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
