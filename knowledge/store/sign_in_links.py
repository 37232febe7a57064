"""Links that sign an owner in once; only the hash of each token is kept (SECURITY.md S1)."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.store.database import Database, OwnerId, OwnerScope
from knowledge.store.digests import digest
from knowledge.store.stored import Index, Stored

SIGN_IN_LINKS = Stored(
    "sign_in_links",
    indexes=(Index((("owner_id", 1), ("created_at", 1))), Index((("expires_at", 1),), expire=True)),
)


@dataclass(frozen=True)
class SignInLink:
    """What the owner gets: the secret of the link, and the code that its page shows too, to compare."""

    token: str
    code: str


class SignInLinkRepository:
    """Links by their token. A used one stays until it expires, so that it still counts."""

    def __init__(self, database: Database) -> None:
        self._links = database.collection(SIGN_IN_LINKS.name)

    async def add(self, scope: OwnerScope, link: SignInLink, created_at: datetime, expires_at: datetime) -> None:
        times = {"created_at": created_at, "expires_at": expires_at, "used_at": None}
        await self._links.insert({"_id": digest(link.token), "code": link.code} | scope.filter() | times)

    async def code_of(self, token: str, now: datetime) -> str | None:
        """The code of a link that can still be used. Changes nothing."""
        document = await self._links.find_one(_usable(token, now))
        return document["code"] if document else None

    async def use(self, token: str, now: datetime) -> OwnerId | None:
        """Whom it signs in; None if it was used, has expired or never was. Of two at once, one wins."""
        document = await self._links.find_one_and_update(_usable(token, now), {"$set": {"used_at": now}})
        return document["owner_id"] if document else None

    async def created_since(self, scope: OwnerScope, since: datetime) -> list[datetime]:
        """When the owner's links after `since` were asked for, the oldest first."""
        query = scope.filter() | {"created_at": {"$gt": since}}
        return [document["created_at"] for document in await self._links.find(query, sort=[("created_at", 1)])]


def _usable(token: str, now: datetime) -> dict[str, object]:
    return {"_id": digest(token), "used_at": None, "expires_at": {"$gt": now}}
