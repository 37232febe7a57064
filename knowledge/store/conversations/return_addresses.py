"""Mail addresses that visitors left for one reply: apart from their conversations, used once, then gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.phrases import Tag, _
from knowledge.store.database import AppScope, Database
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

# Not exported: they are the visitors', and no owner ever sees one.
RETURN_ADDRESSES = Stored(
    "return_addresses",
    Belonging.to_conversation("_id"),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
    kept=Kept(
        _("The e-mail address a visitor gave for the owner's reply, which the owner never sees"),
        Subject.CONVERSATIONS,
        GoneAfter("expires_at", timedelta(days=30), _("after it is given")),
        _("It is erased as soon as that one reply has been sent."),
    ),
)


@dataclass(frozen=True)
class ReturnAddress:
    """Where the owner's next words in a conversation are mailed to; `link` leads back to the page."""

    address: str
    link: str
    lang: Tag


class ReturnAddressRepository:
    """At most one address for each conversation."""

    def __init__(self, database: Database) -> None:
        self._addresses = database.collection(RETURN_ADDRESSES.name)

    async def put(self, scope: AppScope, conversation_id: str, to: ReturnAddress, expires_at: datetime) -> None:
        """Keep an address in place of an earlier one."""
        kept = {"address": to.address, "link": to.link, "lang": to.lang, "expires_at": expires_at}
        await self._addresses.update_one(scope.filter() | {"_id": conversation_id}, {"$set": kept}, upsert=True)

    async def take(self, scope: AppScope, conversation_id: str, now: datetime) -> ReturnAddress | None:
        """The address, which is forgotten with this, in the caller's transaction."""
        query = scope.filter() | {"_id": conversation_id}
        found = await self._addresses.find_one(query | {"expires_at": {"$gt": now}})
        await self._addresses.delete_one(query)
        return ReturnAddress(found["address"], found["link"], found["lang"]) if found else None
