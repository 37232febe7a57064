"""Who was on an app's page today, as hashes that nobody can turn back once the day is over: their salt is destroyed."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

_TODAY = Kept(
    _("Today's visitors as hashes of truncated address and browser with a secret, and that secret"),
    Subject.VISITS,
    GoneAfter("expires_at", timedelta(days=1), _("after the visit, at the latest")),
    _("Both are destroyed when the day in Japan is over. After that, nobody can tell who was counted."),
)
# A backup would keep the salt that is destroyed with its day: neither goes into one.
VISITOR_SALTS = Stored(
    "visitor_salts",
    Belonging.to_nobody(),
    indexes=(Index((("expires_at", 1),), expire=True),),
    lasting=False,
    kept=_TODAY,
)
VISITORS_TODAY = Stored(
    "visitors_today",
    Belonging.to_app(),
    indexes=(Index((("expires_at", 1),), expire=True), Index((("owner_id", 1), ("app_id", 1)))),
    lasting=False,
    kept=_TODAY,
)
SALT_BYTES = 32
# A household or a small office behind one address; a whole carrier is counted as this few.
MOST_OF_AN_ADDRESS = 6


class DailySalts:
    """A day's salt, the same in every process. The latest day's alone is remembered."""

    def __init__(self, database: Database) -> None:
        self._salts = database.collection(VISITOR_SALTS.name)
        self._known: tuple[date, bytes] | None = None

    async def of(self, day: date, ends_at: datetime) -> bytes:
        """The salt of `day`, which ends at `ends_at`. Those of days before go at once, their TTL or not."""
        if self._known and self._known[0] == day:
            return self._known[1]
        kept = await self._salts.find_one({"_id": day.isoformat()})
        if kept is None:
            await self._salts.delete_many({"_id": {"$lt": day.isoformat()}})
            new = {"salt": secrets.token_bytes(SALT_BYTES), "expires_at": ends_at}
            kept = await self._salts.find_one_and_update(
                {"_id": day.isoformat()}, {"$setOnInsert": new}, upsert=True, return_document=ReturnDocument.AFTER
            )
        salt = bytes(kept["salt"]) if kept else b""
        self._known = day, salt
        return salt


class VisitorRepository:
    """Tells a visitor's first view of a day from the next ones; keeps nothing past the day's end."""

    def __init__(self, database: Database) -> None:
        self._salts = DailySalts(database)
        self._seen = database.collection(VISITORS_TODAY.name)

    async def is_first(self, scope: AppScope, day: date, ends_at: datetime, address: str, browser: str) -> bool:
        """Whether this visitor is seen for the first time on `day`, which ends at `ends_at`.

        One address is a few visitors at most, however many browsers it says it has.
        """
        salt = await self._salts.of(day, ends_at)
        seen = {"_id": _mark(salt, scope.app_id, address)}
        family = _mark(salt, scope.app_id, address, browser)
        new = seen | {"families": {"$ne": family}, f"families.{MOST_OF_AN_ADDRESS - 1}": {"$exists": False}}
        kept = {"$addToSet": {"families": family}, "$setOnInsert": {**scope.filter(), "expires_at": ends_at}}
        try:
            await self._seen.update_one(new, kept, upsert=True)
        except DuplicateKeyError:
            return False
        return True


def _mark(salt: bytes, *parts: str) -> str:
    return hashlib.sha256(b"\n".join((salt, *(part.encode() for part in parts)))).hexdigest()
