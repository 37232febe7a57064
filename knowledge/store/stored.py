"""What a store file says about its collection: its indexes, and what export and erasure do with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.store.database import Document, OwnerId

Keys = tuple[tuple[str, int], ...]


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


@dataclass(frozen=True)
class Stored:
    """A collection as the registry knows it.

    `of_owner` gives the filter for everything an owner has in it, from the owner's id and LINE user ID;
    None says that it holds nothing of any owner. `of_address` gives the filter for what is kept under a mail address
    (its key, see owners.py) before anybody knows whose it is. `exported` names the fields an owner gets in an export;
    empty says that the export leaves it out (tokens, queues), while erasure never does. `former` are the names of
    indexes that others have replaced: whoever starts removes them. `lasting` is False where what it holds is worth
    nothing, or would do harm, when a backup brings it back later (docs/backup.md).
    """

    name: str
    indexes: tuple[Index, ...] = ()
    exported: tuple[str, ...] = ()
    of_owner: Callable[[OwnerId, str | None], Document] | None = field(default=_by_owner)
    of_address: Callable[[str], Document] | None = None
    former: tuple[str, ...] = ()
    lasting: bool = True
