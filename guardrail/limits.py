"""How much is too much: messages per visitor, truncated address and app, counted in MongoDB for all processes."""

import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.aio.storage import MongoDBStorage
from limits.aio.strategies import MovingWindowRateLimiter

from knowledge.errors import TooMany
from knowledge.phrases import Phrase, _
from knowledge.store.conversations.visitor_limits import VisitorLimits
from knowledge.store.database import WATCHFUL
from knowledge.store.limits import LIMIT_COUNTERS, LIMIT_WINDOWS, Window, enter

USUAL = VisitorLimits()
MINUTE, HOUR = 60, 3_600  # seconds
# Whoever leaves the key out is a new visitor each time, so an address has a day's limit too.
ADDRESS = (parse("20/minute"), parse("300/day"))
# Its neighbours are thousands: a carrier's customers share a few networks.
NETWORK = (parse("120/minute"), parse("3000/day"))
APP = (parse("300/minute"),)
# One of an owner's programs: what it sends in a call may be a hundred entries.
KEY = (parse("120/minute"), parse("2000/hour"))


@dataclass(frozen=True)
class Senders:
    """By whom a message is counted, from the narrowest to the widest; unknown ("") is not counted.

    `address`: what one visitor has to themselves, as a hash whose salt does not last. `network`: the truncated address.
    """

    visitor: str = ""
    address: str = ""
    network: str = ""


class Limits:
    """Counts in windows that move with time. Keys are hashed before they are stored; close it when done."""

    def __init__(self, mongodb_uri: str, database: str) -> None:
        # The library connects by itself, when it is first used.
        self._storage = MongoDBStorage(
            f"async+{mongodb_uri}",
            database_name=database,
            counter_collection_name=LIMIT_COUNTERS.name,
            window_collection_name=LIMIT_WINDOWS.name,
            **WATCHFUL,
        )
        self._windows = MovingWindowRateLimiter(self._storage)

    async def check_visitor(self, app_id: str, senders: Senders, allowed: VisitorLimits = USUAL) -> None:
        """Count one message; `allowed` is the app's for one visitor. Raises TooMany, which says when it goes on."""
        visitor = (parse(f"{allowed.per_minute}/minute"), parse(f"{allowed.per_day}/day"))
        asked = [
            (limit, kind, hashlib.sha256(f"{app_id}\n{who}".encode()).hexdigest())
            for kind, who, limits in (
                # From the narrowest to the widest: who is refused at their own limit takes nothing from everybody's.
                ("visitor", senders.visitor, visitor),
                ("address", senders.address, ADDRESS),
                ("network", senders.network, NETWORK),
                ("app", "-", APP),
            )
            for limit in (limits if who else ())
        ]
        await self._enter(asked)

    async def check_key(self, key_id: str) -> None:
        """Count one call of an owner's program. Raises TooMany."""
        key = hashlib.sha256(key_id.encode()).hexdigest()
        await self._enter([(limit, "key", key) for limit in KEY])

    async def _enter(self, asked: Sequence[tuple[RateLimitItem, str, str]]) -> None:
        """Each of these windows, (limit, kind, key) of it, in turn. Raises TooMany at the first that is full."""
        while asked:
            # All windows in one round trip; only where one is full is the library asked, a command for each question.
            windows = [Window(item.key_for(kind, key), item.amount, item.get_expiry()) for item, kind, key in asked]
            asked = asked[await enter(self._storage.database, windows, time.time()) :]
            if not asked:
                return
            limit, kind, key = asked[0]
            reset, left = await self._windows.get_window_stats(limit, kind, key)
            # Of several first hits at once those are refused that lose the race to make the document.
            # The window that was full a moment ago may have moved on.
            if left <= 0 or not await self._windows.hit(limit, kind, key):
                seconds = max(1, math.ceil(reset - time.time()))
                raise TooMany(_goes_on_in(seconds), seconds, kind)
            asked = asked[1:]

    def close(self) -> None:
        self._storage.storage.close()


def _goes_on_in(seconds: int) -> Phrase:
    """In the unit in which people wait that long."""
    if seconds < 2 * MINUTE:
        return _("That was a lot at once. Please wait {seconds} seconds.", seconds=seconds)
    if seconds < 2 * HOUR:
        minutes = math.ceil(seconds / MINUTE)
        return _("You have sent a lot of messages. Please write again in {minutes} minutes.", minutes=minutes)
    return _(
        "You have reached the limit for one day. Please write again in {hours} hours.", hours=math.ceil(seconds / HOUR)
    )
