"""Links that sign an owner in once; only the hash of each token is kept (SECURITY.md S1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.phrases import _
from knowledge.store.accounts.owners import email_key
from knowledge.store.database import Database, Document, OwnerId, OwnerScope
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored, digest, keyed


def _by_address(key: str) -> Document:
    return {"email_key": keyed(key)}


SIGN_IN_LINKS = Stored(
    "sign_in_links",
    Belonging.to_owner(of_address=_by_address),
    indexes=(
        Index((("owner_id", 1), ("created_at", 1))),
        Index((("email_key", 1),), only={"email_key": {"$type": "string"}}),
        Index((("expires_at", 1),), expire=True),
    ),
    lasting=False,  # a link that was used since would work once more (S2)
    kept=Kept(
        _("Sign-in links, as hashes, with the address they were sent to"),
        Subject.ACCOUNT,
        GoneAfter("expires_at", timedelta(minutes=10), MADE),
    ),
)


@dataclass(frozen=True)
class SignInLink:
    """What the owner gets: the secret of the link, and the code that its page shows too, to compare."""

    token: str
    code: str


@dataclass(frozen=True)
class LinkUse:
    """What a link is for: an owner who asked in LINE, or whoever has this `address`."""

    code: str
    owner_id: OwnerId | None
    address: str


class SignInLinkRepository:
    """Links by their token. A used one stays until it expires, so that it still counts."""

    def __init__(self, database: Database) -> None:
        self._links = database.collection(SIGN_IN_LINKS.name)

    async def add(self, scope: OwnerScope, link: SignInLink, created_at: datetime, expires_at: datetime) -> None:
        times = {"created_at": created_at, "expires_at": expires_at, "used_at": None}
        await self._links.insert({"_id": digest(link.token), "code": link.code} | {"owner_id": scope.owner_id} | times)

    async def add_for_address(self, address: str, link: SignInLink, created_at: datetime, expires_at: datetime) -> None:
        """A link for whoever reads the mail to this address; whose it is, is looked up when it is used (S6)."""
        times = {"created_at": created_at, "expires_at": expires_at, "used_at": None}
        whose = {"owner_id": None, "email": address, "email_key": email_key(address)}
        await self._links.insert({"_id": digest(link.token), "code": link.code} | whose | times)

    async def look(self, token: str, now: datetime) -> LinkUse | None:
        """What a link that can still be used is for. Changes nothing."""
        return _maybe(await self._links.find_one(_usable(token, now)))

    async def use(self, token: str, now: datetime) -> LinkUse | None:
        """Whom it signs in; None if it was used, has expired or never was. Of two at once, one wins."""
        return _maybe(await self._links.find_one_and_update(_usable(token, now), {"$set": {"used_at": now}}))

    async def remove_of(self, scope: OwnerScope) -> None:
        """Links that were given to this owner in LINE open nothing any more."""
        await self._links.delete_many({"owner_id": scope.owner_id})

    async def remove_for_address(self, address: str) -> None:
        """Nor do those that were mailed to this address."""
        await self._links.delete_many(_by_address(email_key(address)))

    async def created_since(self, scope: OwnerScope, since: datetime) -> list[datetime]:
        """When the owner's links after `since` were asked for, the oldest first."""
        query = {"owner_id": scope.owner_id} | {"created_at": {"$gt": since}}
        return [document["created_at"] for document in await self._links.find(query, sort=[("created_at", 1)])]


def _maybe(document: Document | None) -> LinkUse | None:
    return LinkUse(document["code"], document["owner_id"], document.get("email", "")) if document else None


def _usable(token: str, now: datetime) -> dict[str, object]:
    return {"_id": digest(token), "used_at": None, "expires_at": {"$gt": now}}
