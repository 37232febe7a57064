"""Account links with LINE on their way: a token LINE gave, the owner who takes it up, and how it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from knowledge.phrases import _
from knowledge.store.database import Database, Document, OwnerId, OwnerScope
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored, digest, keyed

KEPT = timedelta(days=1)  # so long the owner's page can say how it ended


def _of_either(owner_id: OwnerId, line_user_id: str | None) -> Document:
    asked = [{"line_user_id": line_user_id}] if line_user_id else []
    return {"$or": [{"owner_id": owner_id}, *asked]}


# Not exported: tokens' hashes, and what they are for.
LINE_LINKS = Stored(
    "line_links",
    Belonging.to_owner(_of_either),
    indexes=(
        Index((("owner_id", 1), ("created_at", -1))),
        Index((("line_user_id", 1),)),
        Index((("nonce", 1),), only={"nonce": {"$type": "string"}}),
        Index((("expires_at", 1),), expire=True),
    ),
    kept=Kept(_("Links that join LINE and an account"), Subject.ACCOUNT, GoneAfter("expires_at", KEPT, MADE)),
)


class LinkState(StrEnum):
    """How far a link has come. All after the second are ends."""

    ASKED = "asked"  # in LINE
    CONFIRMED = "confirmed"  # by the owner on the web; now LINE has to
    LINKED = "linked"
    FAILED = "failed"  # LINE says that it was not the LINE that had asked
    REFUSED = "refused"  # by us: see what the owner was told


@dataclass(frozen=True)
class LineLink:
    """One of them."""

    line_user_id: str
    state: LinkState
    owner_id: OwnerId | None
    good_until: datetime


class LineLinkRepository:
    """Found by the hash of LINE's token while it is taken up, then by that of our own nonce."""

    def __init__(self, database: Database) -> None:
        self._links = database.collection(LINE_LINKS.name)

    async def add(self, token: str, line_user_id: str, now: datetime, good_until: datetime) -> None:
        whose = {"line_user_id": line_user_id, "owner_id": None, "nonce": None, "state": LinkState.ASKED}
        times = {"created_at": now, "good_until": good_until, "expires_at": now + KEPT}
        await self._links.insert({"_id": digest(token)} | whose | times)

    async def look(self, token: str, now: datetime) -> LineLink | None:
        """A link that an owner can take up."""
        return _maybe(await self._links.find_one(_open(token, now)))

    async def confirm(self, scope: OwnerScope, token: str, nonce: str, now: datetime) -> bool:
        """An owner takes it up; again, with another nonce, only the same one. False if it is too late for that."""
        mine = _open(token, now) | {"owner_id": {"$in": [None, scope.owner_id]}}
        changed = {"owner_id": scope.owner_id, "nonce": digest(nonce), "state": LinkState.CONFIRMED}
        return (await self._links.update_one(mine, {"$set": changed})).matched_count == 1

    async def by_nonce(self, nonce: str) -> LineLink | None:
        return _maybe(await self._links.find_one({"nonce": keyed(digest(nonce))}))

    async def end(self, nonce: str, state: LinkState) -> bool:
        """Close it; False if it was closed before."""
        query = {"nonce": keyed(digest(nonce)), "state": LinkState.CONFIRMED}
        return (await self._links.update_one(query, {"$set": {"state": state}})).matched_count == 1

    async def latest(self, scope: OwnerScope) -> LineLink | None:
        """The one the owner took up last."""
        found = await self._links.find({"owner_id": scope.owner_id}, sort=[("created_at", -1)], limit=1)
        return _maybe(found[0]) if found else None


def _open(token: str, now: datetime) -> Document:
    still = {"$in": [LinkState.ASKED, LinkState.CONFIRMED]}
    return {"_id": digest(token), "good_until": {"$gt": now}, "state": still}


def _maybe(document: Document | None) -> LineLink | None:
    if document is None:
        return None
    state = LinkState(document["state"])
    return LineLink(document["line_user_id"], state, document["owner_id"], document["good_until"])
