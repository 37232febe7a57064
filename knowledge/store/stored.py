"""What a store file says about its collection: its indexes, to whom its rows belong, and what export does with it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self

from knowledge.store.database import AppScope, Database, Document, OwnerId
from knowledge.store.kept import Kept

Keys = tuple[tuple[str, int], ...]
OfOwner = Callable[[OwnerId, str | None], Document]
# Collection -> its rows that a deletion has just removed, with the fields they were to leave (`Stored.leaves`).
Gone = Mapping[str, Sequence[Document]]
Follow = Callable[[Database, AppScope, Gone], Awaitable[None]]


@dataclass(frozen=True)
class Index:
    """One index: `keys` are (field, 1 or -1); `expire` makes documents vanish at the time in that field (TTL)."""

    keys: Keys
    unique: bool = False
    expire: bool = False
    only: Mapping[str, Any] | None = None  # partialFilterExpression

    def options(self) -> dict[str, Any]:
        chosen: dict[str, Any] = {"unique": True} if self.unique else {}
        if self.expire:
            chosen["expireAfterSeconds"] = 0
        if self.only is not None:
            chosen["partialFilterExpression"] = dict(self.only)
        return chosen


# What the owner's programs call a piece of knowledge, where they do.
BY_EXTERNAL_ID = Index(
    (("owner_id", 1), ("app_id", 1), ("external_id", 1)), unique=True, only={"external_id": {"$type": "string"}}
)


def keyed(value: str) -> Document:
    """The condition that a field holds `value`, said so that an index of the strings in it alone is used.

    MongoDB uses a partial index only for a query that says the index's own condition (here `$type`).
    """
    return {"$eq": value, "$type": "string"}


def _by_owner(owner_id: OwnerId, line_user_id: str | None) -> Document:
    return {"owner_id": owner_id}


def by_owner_id(owner_id: OwnerId, line_user_id: str | None) -> Document:
    """Of a collection with one document for each owner, under the owner's id."""
    return {"_id": owner_id}


class Whose(StrEnum):
    """The smallest thing that a row is a part of: it goes when that is deleted, or anything around it."""

    NOBODY = "nobody"
    OWNER = "owner"
    APP = "app"
    CONVERSATION = "conversation"
    ENTRY = "entry"


@dataclass(frozen=True)
class Belonging:
    """To whom a collection's rows belong, and so what deletion removes of it (registry.py).

    `of_owner` gives the filter for everything an owner has in it, from the owner's id and LINE user ID. `of_address`
    gives the filter for what is kept under a mail address (its key, see owners.py) before anybody knows whose it is.
    `field` names the conversation or entry that a row is a part of.
    """

    whose: Whose
    of_owner: OfOwner | None
    of_address: Callable[[str], Document] | None = None
    field: str = ""

    @classmethod
    def to_nobody(cls) -> Self:
        """Nothing in it is of any owner's."""
        return cls(Whose.NOBODY, None)

    @classmethod
    def to_owner(cls, found: OfOwner = _by_owner, of_address: Callable[[str], Document] | None = None) -> Self:
        return cls(Whose.OWNER, found, of_address)

    @classmethod
    def to_app(cls) -> Self:
        return cls(Whose.APP, _by_owner)

    @classmethod
    def to_conversation(cls, field: str) -> Self:
        return cls(Whose.CONVERSATION, _by_owner, field=field)

    @classmethod
    def to_entry(cls, field: str) -> Self:
        return cls(Whose.ENTRY, _by_owner, field=field)


@dataclass(frozen=True)
class Stored:
    """A collection as the registry knows it.

    `exported` names the fields an owner gets in an export; empty says that the export leaves it out (tokens, queues),
    while erasure never does. `former` are the names of indexes that others have replaced: whoever starts removes them.
    `lasting` is False where what it holds is worth nothing, or would do harm, when a backup brings it back later
    (docs/backup.md). `until_setting`: rows end when the app's setting says, and move with it. `leaves` are fields that
    others are told when rows are deleted, and `follow` is what is done here when others' rows are. `quotes` are fields
    that may hold a visitor's words: what is masked in a conversation is masked in them (masked.py).
    `kept` says in words for people what it holds and until when; the privacy page is written from it.
    """

    name: str
    belongs: Belonging
    indexes: tuple[Index, ...] = ()
    exported: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    lasting: bool = True
    until_setting: bool = False
    leaves: tuple[str, ...] = ()
    follow: Follow | None = None
    kept: Kept | None = None
    quotes: tuple[str, ...] = ()


def digest(secret: str) -> str:
    """The SHA-256 of a random secret, in hex. Random enough that it needs neither salt nor a slow hash."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
