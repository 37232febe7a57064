"""Where an app is at home: the time zone its owner chose (`/alerts`), by which an answer says what day it is,
its owner hears of something, and links come and go.
"""

import asyncio
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time, get_timezone_location

from knowledge.phrases import Phrase, Tag, _, to_visitor_lang
from knowledge.store.alerts.alert_settings import AlertSettings, AlertSettingsRepository
from knowledge.store.database import OwnerId, OwnerScope

STILL_TRUE = 60.0  # seconds for which what was read will do
MOST_KEPT = 1_000
PASSED_ON: Phrase = _("I have passed your question to the owner. The reply will appear here.")
PASSED_ON_LATER = _(
    "I have passed your question to the owner, who will be told at {time} or later. The reply will appear here."
)


class HomeZones:
    """The zones and quiet hours of the owners whose apps were asked about lately."""

    def __init__(self, settings: AlertSettingsRepository) -> None:
        self._settings = settings
        self._kept: OrderedDict[OwnerId, tuple[AlertSettings, float]] = OrderedDict()  # the latest read last

    async def of(self, owner: OwnerScope) -> ZoneInfo:
        """An owner's zone, as it was within the last minute. Raises what the store raises."""
        return (await self._read(owner)).zone

    async def away(self, owner: OwnerScope, now: datetime, lang: Tag) -> Phrase | None:
        """In an owner's quiet hours: when they hear of what is passed on to them now. Raises what the store raises."""
        settings = await self._read(owner)
        until = settings.quiet_until(now)
        return (
            _("The owner will be told at {time} or later.", time=named_time(until, settings.zone, lang))
            if until
            else None
        )

    async def passed_on(self, owner: OwnerScope, now: datetime, lang: Tag) -> Phrase:
        """What a visitor is told whose question was passed on. Raises what the store raises."""
        away = await self.away(owner, now, lang)
        return replace(PASSED_ON_LATER, params=away.params) if away else PASSED_ON

    async def _read(self, owner: OwnerScope) -> AlertSettings:
        now = asyncio.get_running_loop().time()
        settings, until = self._kept.get(owner.owner_id, (None, 0.0))
        if settings is None or until < now:
            settings = await self._settings.get(owner)
            self._kept[owner.owner_id] = settings, now + STILL_TRUE
            self._kept.move_to_end(owner.owner_id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return settings


def named_time(at: datetime, zone: ZoneInfo, lang: Tag, *, day: bool = False) -> str:
    """A time on the clock of `zone`, and the place that has it: "7:00 AM (Tokyo)".

    With its `day` it is "5/2/26, 7:00 AM, Tokyo".
    """
    locale, local = (to_visitor_lang(lang) or "en").replace("-", "_"), at.astimezone(zone)
    place = get_timezone_location(zone, locale=locale, return_city=True)
    if day:
        return f"{format_datetime(local, 'short', locale=locale)}, {place}"
    return _("{time} ({place})", time=format_time(local, "short", locale=locale), place=place).say(lang)


def time_there(at: datetime, zone: ZoneInfo) -> str:
    """As a model is told it: "Monday, 2 April 2040, 18:00 in Asia/Tokyo (UTC+09:00)"."""
    local = at.astimezone(zone)
    return f"{local:%A, %-d %B %Y, %H:%M} in {zone.key} (UTC{local.isoformat()[-6:]})"
