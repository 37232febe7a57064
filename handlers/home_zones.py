"""Where an app is at home: the time zone its owner chose (`/alerts`), by which an answer says what day it is, and
links come and go.
"""

import asyncio
from collections import OrderedDict
from datetime import datetime
from zoneinfo import ZoneInfo

from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.database import OwnerId, OwnerScope

STILL_TRUE = 60.0  # seconds for which a zone that was read will do
MOST_KEPT = 1_000


class HomeZones:
    """The zones of the owners whose apps were asked about lately."""

    def __init__(self, settings: AlertSettingsRepository) -> None:
        self._settings = settings
        self._kept: OrderedDict[OwnerId, tuple[ZoneInfo, float]] = OrderedDict()  # the latest read last

    async def of(self, owner: OwnerScope) -> ZoneInfo:
        """An owner's zone, as it was within the last minute. Raises what the store raises."""
        now = asyncio.get_running_loop().time()
        zone, until = self._kept.get(owner.owner_id, (None, 0.0))
        if zone is None or until < now:
            zone = (await self._settings.get(owner)).zone
            self._kept[owner.owner_id] = zone, now + STILL_TRUE
            self._kept.move_to_end(owner.owner_id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return zone


def time_there(at: datetime, zone: ZoneInfo) -> str:
    """As a model is told it: "Monday, 2 April 2040, 18:00 in Asia/Tokyo (UTC+09:00)"."""
    local = at.astimezone(zone)
    return f"{local:%A, %-d %B %Y, %H:%M} in {zone.key} (UTC{local.isoformat()[-6:]})"
