"""Times and days on the owner's clock: every one that an owner's page shows. Each page names the clock once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_datetime

from handlers.told_times import day_words, zone_words
from knowledge.store.database import OwnerScope
from web.site.keys import ALERTS
from web.site.pages import page_lang


async def zone_of(request: web.Request, owner: OwnerScope) -> ZoneInfo:
    """Where the owner's clock stands."""
    return (await request.app[ALERTS].preferences.of(owner)).zone


def when(request: web.Request, at: datetime, zone: ZoneInfo) -> str:
    """A time on the owner's clock."""
    return format_datetime(at.astimezone(zone), "short", locale=page_lang(request))


def day(request: web.Request, at: datetime, zone: ZoneInfo) -> str:
    """The day it is on the owner's clock."""
    return day_words(at, zone, page_lang(request))


def zone_name(request: web.Request, zone: ZoneInfo) -> str:
    """What people call it: "Japan Time"."""
    return zone_words(zone, page_lang(request))
