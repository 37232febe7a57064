"""Owners' apps."""

from bot.join.ground import Ground
from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings
from handlers.apps.pictures import Pictures
from handlers.areas import AppArea


def join(ground: Ground) -> AppArea:
    """Pictures come from the page, or from the chat through the ground's contents."""
    store = ground.store
    apps = Apps(store.database, store.apps, store.owners, store.handle_tombstones, ground.clock)
    pictures = Pictures(store.database, store.apps, store.pictures, apps, ground.contents, ground.clock)
    return AppArea(apps, AppSettings(store.database, store.apps, store.conversations, apps), pictures)
