"""Owners' apps."""

from bot.join.ground import Ground
from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings
from handlers.apps.pictures import Pictures
from handlers.areas import AppArea


def join(ground: Ground) -> AppArea:
    """Pictures come from the page, or from the chat through the ground's contents."""
    apps = Apps(ground.database, ground.clock)
    pictures = Pictures(ground.database, apps, ground.contents, ground.clock)
    return AppArea(apps, AppSettings(ground.database, apps), pictures)
