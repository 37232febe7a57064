"""Links that give an owner's data once, without signing anybody in; only the hash of each token is kept."""

from datetime import datetime, timedelta

from knowledge.phrases import _
from knowledge.store.database import Database, OwnerId, OwnerScope
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored, digest

DOWNLOAD_LINKS = Stored(
    "download_links",
    Belonging.to_owner(),
    indexes=(Index((("owner_id", 1), ("created_at", 1))), Index((("expires_at", 1),), expire=True)),
    lasting=False,  # a link that was used since would work once more
    kept=Kept(
        _("Links to download your data, as hashes"),
        Subject.ACCOUNT,
        GoneAfter("expires_at", timedelta(minutes=70), MADE),
    ),
)


class DownloadLinkRepository:
    """Links by their token. A used one stays until it expires, so that it still counts."""

    def __init__(self, database: Database) -> None:
        self._links = database.collection(DOWNLOAD_LINKS.name)

    async def add(self, scope: OwnerScope, token: str, created_at: datetime, expires_at: datetime) -> None:
        times = {"created_at": created_at, "expires_at": expires_at, "used_at": None}
        await self._links.insert({"_id": digest(token)} | {"owner_id": scope.owner_id} | times)

    async def is_good(self, token: str, now: datetime) -> bool:
        """Whether it can still be used. Changes nothing."""
        return await self._links.find_one(_usable(token, now)) is not None

    async def use(self, token: str, now: datetime) -> OwnerId | None:
        """Whose data it gives; None if it was used, has expired or never was. Of two at once, one wins."""
        document = await self._links.find_one_and_update(_usable(token, now), {"$set": {"used_at": now}})
        return document["owner_id"] if document else None

    async def give_back(self, token: str, expires_at: datetime) -> None:
        """It did not give all: it can be used once more."""
        used = {"_id": digest(token), "used_at": {"$ne": None}}
        await self._links.update_one(used, {"$set": {"used_at": None, "expires_at": expires_at}})

    async def count_since(self, scope: OwnerScope, since: datetime) -> int:
        """How many the owner asked for after `since`."""
        return await self._links.count({"owner_id": scope.owner_id} | {"created_at": {"$gt": since}})


def _usable(token: str, now: datetime) -> dict[str, object]:
    return {"_id": digest(token), "used_at": None, "expires_at": {"$gt": now}}
