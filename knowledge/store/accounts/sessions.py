"""Owners' sessions in the browser; only the hash of each value is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from knowledge.phrases import _
from knowledge.store.database import Database, Document, OwnerId, OwnerScope
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored, digest

SESSIONS = Stored(
    "sessions",
    Belonging.to_owner(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
    lasting=False,  # whoever signed out since would be signed in again (S11)
    kept=Kept(
        _("Your sign-ins on the web: a hash of the cookie, the browser and the kind of device"),
        Subject.ACCOUNT,
        GoneAfter("expires_at", timedelta(days=60), _("after you sign in")),
        _("It ends after two weeks without use, and when you sign out."),
    ),
)


class SignInDoor(StrEnum):
    """How somebody came in."""

    LINE = "line"
    MAIL = "mail"


@dataclass(frozen=True)
class Session:
    """Who is signed in, since when, until when if nothing more is heard, by which door, and with what: `browser` is a
    family and its major version (`Safari 17`), `device` a kind (`iPhone`), either empty where it is not known. The `id`
    is the hash of its value, which opens nothing.
    """

    owner_id: OwnerId
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    door: SignInDoor = SignInDoor.LINE
    browser: str = ""
    device: str = ""
    id: str = ""


class SessionRepository:
    """Sessions by the value in the cookie."""

    def __init__(self, database: Database) -> None:
        self._sessions = database.collection(SESSIONS.name)

    async def add(self, value: str, session: Session) -> None:
        times = {"created_at": session.created_at, "used_at": session.used_at, "expires_at": session.expires_at}
        whose = {"owner_id": session.owner_id, "door": session.door}
        whose |= {"browser": session.browser, "device": session.device}
        await self._sessions.insert({"_id": digest(value)} | whose | times)

    async def get(self, value: str, now: datetime) -> Session | None:
        """The session, unless it has ended."""
        document = await self._sessions.find_one({"_id": digest(value), "expires_at": {"$gt": now}})
        return _to_session(document) if document else None

    async def list(self, scope: OwnerScope, now: datetime) -> Sequence[Session]:
        """The owner's sessions that have not ended, in no order."""
        query = {"owner_id": scope.owner_id, "expires_at": {"$gt": now}}
        return [_to_session(each) for each in await self._sessions.find(query)]

    async def used(self, value: str, at: datetime, expires_at: datetime) -> None:
        """Move the end of a session that is in use."""
        await self._sessions.update_one({"_id": digest(value)}, {"$set": {"used_at": at, "expires_at": expires_at}})

    async def remove(self, value: str) -> None:
        await self._sessions.delete_one({"_id": digest(value)})

    async def remove_of(self, scope: OwnerScope, door: SignInDoor, but: str = "") -> None:
        """End the owner's sessions that came by this door, except the one with the value `but`."""
        await self._sessions.delete_many({"owner_id": scope.owner_id} | {"door": door, "_id": {"$ne": digest(but)}})

    async def remove_one(self, scope: OwnerScope, session_id: str) -> bool:
        """End one of the owner's; False if there is none (any more)."""
        return (await self._sessions.delete_one({"owner_id": scope.owner_id, "_id": session_id})).deleted_count == 1

    async def remove_others(self, scope: OwnerScope, but: str = "") -> int:
        """End all of the owner's except the one with the value `but`; how many there were."""
        others = {"owner_id": scope.owner_id, "_id": {"$ne": digest(but)}}
        return (await self._sessions.delete_many(others)).deleted_count


def _to_session(document: Document) -> Session:
    return Session(
        document["owner_id"],
        document["created_at"],
        document["used_at"],
        document["expires_at"],
        SignInDoor(document.get("door", SignInDoor.LINE)),
        document.get("browser", ""),
        document.get("device", ""),
        document["_id"],
    )
