"""Owners: who runs apps here, known by their LINE user ID, a confirmed e-mail address, or both."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pymongo import ReturnDocument

from knowledge.phrases import Lang, _
from knowledge.store.database import AppId, Database, Document, OwnerId, OwnerScope, new_id
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored, by_owner_id, keyed

OWNERS = Stored(
    "owners",
    Belonging.to_owner(by_owner_id),
    indexes=(
        Index((("line_user_id", 1),), unique=True, only={"line_user_id": {"$type": "string"}}),
        Index((("email_key", 1),), unique=True, only={"email_key": {"$type": "string"}}),
        Index((("leaving_at", 1),), only={"leaving_at": {"$type": "date"}}),
        Index((("digest_at", 1),)),
    ),
    exported=("line_user_id", "email", "lang", "current_app_id", "created_at", "last_seen_at", "leaving_at"),
    kept=Kept(
        _("LINE user ID, e-mail address if you gave one, language, the days you joined and last used mimi"),
        Subject.ACCOUNT,
        AsLongAs.ACCOUNT,
    ),
)


@dataclass(frozen=True)
class Owner:
    """A person who runs apps. `current_app_id` is the app that commands in chat are about.

    `email` is an address that they have confirmed. Whoever has neither that nor LINE could never come in again, so
    one of the two always stays. Whoever is leaving is erased at `leaving_at`, unless they stay.
    """

    line_user_id: str | None
    lang: Lang
    created_at: datetime
    last_seen_at: datetime
    current_app_id: AppId | None = None
    blocked: bool = False  # they have blocked mimi in LINE: what is pushed does not reach them
    email: str = ""
    leaving_at: datetime | None = None
    id: OwnerId = field(default_factory=lambda: OwnerId(new_id()))

    @property
    def scope(self) -> OwnerScope:
        return OwnerScope(self.id)

    @property
    def known_as(self) -> tuple[str, ...]:
        """What they are recognized by, also after another sign-up."""
        return tuple(each for each in (self.line_user_id, email_key(self.email)) if each)


@dataclass(frozen=True)
class Erasure:
    """When an erasure began, and how many documents of each collection there were then."""

    counts: Mapping[str, int]
    begun_at: datetime


class OwnerRepository:
    """The owners themselves."""

    def __init__(self, database: Database) -> None:
        self._owners = database.collection(OWNERS.name)

    async def add(self, owner: Owner) -> None:
        """Keep a new owner. Raises DuplicateKeyError if the LINE user has an account already."""
        await self._owners.insert(_to_document(owner))

    async def get(self, owner_id: OwnerId) -> Owner | None:
        document = await self._owners.find_one({"_id": owner_id})
        return _to_owner(document) if document else None

    async def by_line_user(self, line_user_id: str) -> Owner | None:
        document = await self._owners.find_one(_line(line_user_id))
        return _to_owner(document) if document else None

    async def by_email(self, address: str) -> Owner | None:
        """Whoever has confirmed this address, however it is written."""
        document = await self._owners.find_one({"email_key": keyed(email_key(address))})
        return _to_owner(document) if document else None

    async def set_email(self, scope: OwnerScope, address: str) -> bool:
        """Give an owner a confirmed address; False if the account is gone. Raises DuplicateKeyError if it is taken."""
        changed = {"$set": {"email": address, "email_key": email_key(address)}}
        return (await self._owners.update_one({"_id": scope.owner_id}, changed)).matched_count == 1

    async def clear_email(self, scope: OwnerScope, address: str) -> bool:
        """Take this address off, if LINE remains as a way in; False if not, or if it is another one by now."""
        query = {"_id": scope.owner_id, "email_key": email_key(address), "line_user_id": {"$type": "string"}}
        changed = {"$set": {"email": ""}, "$unset": {"email_key": True}}
        return (await self._owners.update_one(query, changed)).matched_count == 1

    async def set_line_user(self, scope: OwnerScope, line_user_id: str) -> None:
        """Link an account with a LINE; its menu is given anew. Raises DuplicateKeyError if that has another one."""
        changed = {"$set": {"line_user_id": line_user_id, "blocked": False}, "$unset": {"menu_lang": True}}
        await self._owners.update_one({"_id": scope.owner_id}, changed)

    async def clear_line(self, scope: OwnerScope, line_user_id: str) -> bool:
        """Take LINE off an account, if an address remains as a way in; False if not, or if it is another by now."""
        query = {"_id": scope.owner_id, "line_user_id": line_user_id, "email_key": {"$type": "string"}}
        changed = {"$set": {"line_user_id": None, "blocked": False}, "$unset": {"menu_lang": True}}
        return (await self._owners.update_one(query, changed)).matched_count == 1

    async def drop_line(self, scope: OwnerScope) -> None:
        """Take LINE off an account that is about to be erased."""
        await self._owners.update_one({"_id": scope.owner_id}, {"$set": {"line_user_id": None}})

    async def line_users(self, lang: Lang) -> list[str]:
        """The LINE user IDs of all owners who speak this language."""
        query = {"lang": lang, "line_user_id": {"$type": "string"}}
        return [each["line_user_id"] for each in await self._owners.find(query, projection={"line_user_id": True})]

    async def menu_behind(self, line_user_id: str) -> Lang | None:
        """The owner's language, if the rich menu last given to them speaks another or none was given."""
        owner = await self._owners.find_one(_line(line_user_id), projection={"lang": True, "menu_lang": True})
        if owner is None or owner.get("menu_lang") == owner["lang"]:
            return None
        lang: Lang = owner["lang"]
        return lang

    async def set_menu_lang(self, line_user_id: str, lang: Lang) -> None:
        await self._owners.update_one(_line(line_user_id), {"$set": {"menu_lang": lang}})

    async def set_current_app(self, scope: OwnerScope, app_id: AppId) -> None:
        await self._owners.update_one({"_id": scope.owner_id}, {"$set": {"current_app_id": app_id}})

    async def set_lang(self, scope: OwnerScope, lang: Lang) -> None:
        await self._owners.update_one({"_id": scope.owner_id}, {"$set": {"lang": lang}})

    async def set_blocked(self, scope: OwnerScope, blocked: bool) -> None:
        await self._owners.update_one({"_id": scope.owner_id}, {"$set": {"blocked": blocked}})

    async def leave(self, scope: OwnerScope, at: datetime) -> bool:
        """Erase the account at that time; False if it is leaving already, or gone."""
        query = {"_id": scope.owner_id, "leaving_at": None}
        return (await self._owners.update_one(query, {"$set": {"leaving_at": at}})).matched_count == 1

    async def stay(self, scope: OwnerScope) -> bool:
        """Do not erase it after all; False if it was not leaving, or the erasure has begun."""
        query = {"_id": scope.owner_id, "leaving_at": {"$type": "date"}, "erasing": {"$ne": True}}
        return (await self._owners.update_one(query, {"$set": {"leaving_at": None}})).matched_count == 1

    async def hold(self, scope: OwnerScope) -> None:
        """Be in conflict with whatever changes this owner until the caller's transaction ends."""
        await self._owners.update_one({"_id": scope.owner_id}, {"$inc": {"held": 1}})

    async def list_leaving(self, now: datetime, limit: int) -> list[Owner]:
        """Whose time is over, whether or not somebody has begun with the erasure before."""
        due = {"leaving_at": {"$type": "date", "$lte": now}}
        return [_to_owner(each) for each in await self._owners.find(due, sort=[("leaving_at", 1)], limit=limit)]

    async def begin_erasing(self, scope: OwnerScope, now: datetime, lease_until: datetime) -> bool:
        """From now on nobody can stay; False if they have stayed, or are gone, or somebody else is at it until then."""
        due = {"_id": scope.owner_id, "leaving_at": {"$lte": now}}
        begun = {"$set": {"erasing": True, "leaving_at": lease_until}}
        return (await self._owners.update_one(due, begun)).matched_count == 1

    async def note_erasure(self, scope: OwnerScope, counts: Mapping[str, int], now: datetime) -> Erasure:
        """What there was when its erasure began: of a process that goes on with one, what the first had found."""
        begun = {"erasure": {"$ifNull": ["$erasure", {"counts": dict(counts), "begun_at": now}]}}
        document = await self._owners.find_one_and_update(
            {"_id": scope.owner_id}, [{"$set": begun}], return_document=ReturnDocument.AFTER, projection=["erasure"]
        )
        if document is None:  # somebody else has just come to its end
            return Erasure(counts, now)
        return Erasure(document["erasure"]["counts"], document["erasure"]["begun_at"])

    async def remove(self, scope: OwnerScope) -> bool:
        """Remove the owner's own document; of several at once one is told True."""
        return (await self._owners.delete_one({"_id": scope.owner_id})).deleted_count == 1

    async def count_reachable(self) -> int:
        """Owners whom a push reaches: those who share the month's."""
        return await self._owners.count({"line_user_id": {"$type": "string"}, "blocked": {"$ne": True}})

    async def take_digest(self, now: datetime, lease_until: datetime) -> OwnerId | None:
        """Whose weekly digest is due, or of whom nobody knows when it is; nobody else takes it before `lease_until`."""
        document = await self._owners.find_one_and_update(
            {"digest_at": {"$not": {"$gt": now}}},
            {"$set": {"digest_at": lease_until}},
            sort=[("digest_at", 1)],
            projection=["_id"],
        )
        return OwnerId(document["_id"]) if document else None

    async def set_digest_at(self, scope: OwnerScope, at: datetime | None) -> None:
        """When the next weekly digest is due; None if that is to be found out anew."""
        await self._owners.update_one({"_id": scope.owner_id}, {"$set": {"digest_at": at}})

    async def members_among(self, line_user_ids: Sequence[str]) -> set[str]:
        """Which of these LINE users have an account."""
        known = {"line_user_id": {"$in": list(line_user_ids), "$type": "string"}}
        return {each["line_user_id"] for each in await self._owners.find(known, projection=["line_user_id"])}

    async def seen(self, scope: OwnerScope, at: datetime) -> None:
        """Note a sign of life; an older one never replaces a newer one."""
        await self._owners.update_one({"_id": scope.owner_id}, {"$max": {"last_seen_at": at}})


def _line(line_user_id: str) -> Document:
    return {"line_user_id": keyed(line_user_id)}


def email_key(address: str) -> str:
    """What two spellings of one mailbox have in common: no mail server of today tells them apart by their case."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def _to_document(owner: Owner) -> Document:
    # Without an address there is no key: the unique index leaves such documents out.
    key = {"email_key": email_key(owner.email)} if owner.email else {}
    return key | {
        "_id": owner.id,
        "line_user_id": owner.line_user_id,
        "email": owner.email,
        "lang": owner.lang,
        "current_app_id": owner.current_app_id,
        "blocked": owner.blocked,
        "leaving_at": owner.leaving_at,
        "created_at": owner.created_at,
        "last_seen_at": owner.last_seen_at,
    }


def _to_owner(document: Document) -> Owner:
    return Owner(
        line_user_id=document["line_user_id"],
        lang=document["lang"],
        created_at=document["created_at"],
        last_seen_at=document["last_seen_at"],
        current_app_id=document["current_app_id"],
        blocked=document.get("blocked", False),
        email=document.get("email", ""),
        leaving_at=document.get("leaving_at"),
        id=document["_id"],
    )
