"""Mailed codes that prove an address, and how many letters somebody asked for; only hashes are kept, for an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument

from knowledge.phrases import _
from knowledge.store.database import Database, OwnerScope
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored, by_owner_id, digest

# One per owner: the owner's id is its `_id`, and is kept once more under the name that every scope uses.
EMAIL_CODES = Stored(
    "email_codes",
    Belonging.to_owner(by_owner_id),
    indexes=(Index((("expires_at", 1),), expire=True),),
    lasting=False,
    kept=Kept(
        _("Codes that prove an e-mail address, as hashes, with the address"),
        Subject.ACCOUNT,
        GoneAfter("expires_at", timedelta(minutes=10), MADE),
    ),
)
ONE_HOUR = timedelta(hours=1)
# Hashes and numbers, gone within the hour: nothing of an owner's that could be erased or exported.
MAIL_COUNTS = Stored(
    "mail_counts",
    Belonging.to_nobody(),
    indexes=(Index((("expires_at", 1),), expire=True),),
    lasting=False,
    kept=Kept(
        _("How many e-mails were requested in an hour, by hashes of the address and of the network"),
        Subject.PROTECTION,
        GoneAfter("expires_at", ONE_HOUR, _("after the hour began")),
    ),
)


@dataclass(frozen=True)
class EmailCode:
    """What an owner must write to prove that an address is theirs; `digest` is the code's hash."""

    address: str
    digest: str
    expires_at: datetime


class EmailCodeRepository:
    """The code each owner was sent last: the ones before it are worth nothing."""

    def __init__(self, database: Database) -> None:
        self._codes = database.collection(EMAIL_CODES.name)

    async def put(self, scope: OwnerScope, code: EmailCode) -> None:
        kept = {"address": code.address, "digest": code.digest, "expires_at": code.expires_at, "tries": 0}
        await self._codes.update_one(
            {"_id": scope.owner_id}, {"$set": {"owner_id": scope.owner_id} | kept}, upsert=True
        )

    async def address(self, scope: OwnerScope, now: datetime) -> str | None:
        """The address that waits for its code."""
        document = await self._codes.find_one({"_id": scope.owner_id, "expires_at": {"$gt": now}})
        return document["address"] if document else None

    async def guess(self, scope: OwnerScope, now: datetime, most: int) -> EmailCode | None:
        """The code to compare a guess with; None if it has expired, or was guessed at `most` times before."""
        open_ = {"_id": scope.owner_id, "expires_at": {"$gt": now}, "tries": {"$lt": most}}
        document = await self._codes.find_one_and_update(
            open_, {"$inc": {"tries": 1}}, return_document=ReturnDocument.AFTER
        )
        return EmailCode(document["address"], document["digest"], document["expires_at"]) if document else None

    async def use(self, scope: OwnerScope, digest: str) -> bool:
        """Use a code up; False if it was already, or another one has taken its place."""
        return (await self._codes.delete_one({"_id": scope.owner_id, "digest": digest})).deleted_count == 1

    async def remove(self, scope: OwnerScope) -> None:
        await self._codes.delete_one({"_id": scope.owner_id})


class MailCountRepository:
    """One counter for each of them and hour."""

    def __init__(self, database: Database) -> None:
        self._hours = database.collection(MAIL_COUNTS.name)

    async def count(self, kind: str, who: str, now: datetime) -> int:
        """One more; how many there were in this hour."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        document = await self._hours.find_one_and_update(
            {"_id": f"{kind}:{digest(who)}:{hour:%Y-%m-%dT%H}"},
            {"$inc": {"count": 1}, "$set": {"expires_at": hour + ONE_HOUR}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(document["count"]) if document else 0
