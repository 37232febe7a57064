"""Who looked at what, so far anonymised that nobody can be recognised; it vanishes after 90 days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.phrases import _
from knowledge.store.database import Database, Document, new_id
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

KEPT = timedelta(days=90)

# It holds no id of an owner or app, so there is nothing of theirs in it to export or erase.
ACCESS_LOG = Stored(
    "access_log",
    Belonging.to_nobody(),
    indexes=(Index((("expires_at", 1),), expire=True),),
    kept=Kept(
        _("Access log: time, page, truncated IP address (/24 or /48), browser's family and major version"),
        Subject.VISITS,
        GoneAfter("expires_at", KEPT, _("after the access")),
    ),
)


@dataclass(frozen=True)
class Access:
    """One request. `address` is a network, `browser` a family and major version, `route` a template, never a path."""

    at: datetime
    address: str
    browser: str
    method: str
    route: str
    status: int
    ms: int


class AccessLogRepository:
    """Keeps accesses; nobody but the operator's database tools reads them."""

    def __init__(self, database: Database) -> None:
        self._rows = database.collection(ACCESS_LOG.name)

    async def add(self, accesses: Sequence[Access]) -> None:
        """Keep them all; `accesses` must not be empty."""
        await self._rows.insert_many([_to_document(access) for access in accesses], ordered=False)


def _to_document(access: Access) -> Document:
    # vars(): to copy plain values deeply, as asdict() does, costs more than all else that is done for a request.
    return {"_id": new_id(), **vars(access), "expires_at": access.at + KEPT}
