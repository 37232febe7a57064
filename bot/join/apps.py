"""Owners' apps."""

from datetime import timedelta

from bot.join.ground import Ground
from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings
from handlers.apps.dated_links import DatedLinks
from handlers.apps.pictures import Pictures
from handlers.apps.resting_handles import RestingHandles
from handlers.areas import AppArea
from handlers.home_zones import HomeZones


def join(ground: Ground) -> AppArea:
    """Pictures come from the page, or from the chat through the ground's contents."""
    store = ground.store
    resting = RestingHandles(store.handle_tombstones, ground.clock, timedelta(days=ground.settings.handle_cool_off))
    apps = Apps(store.database, store.apps, store.owners, resting, ground.clock)
    pictures = Pictures(store.database, store.apps, store.pictures, apps, ground.contents, ground.clock)
    links = DatedLinks(HomeZones(store.alert_settings), ground.clock)
    settings = AppSettings(store.database, store.apps, store.conversations, apps, resting, links)
    return AppArea(apps, settings, links, pictures, resting)
