"""What owners are told."""

from bot.join.ground import Ground
from handlers.alerts.alerts import Alerts
from handlers.alerts.settings import AlertPreferences
from handlers.alerts.waiting_alerts import WaitingAlerts
from handlers.areas import AlertArea


def join(ground: Ground) -> AlertArea:
    """Every other area that has something to tell calls these."""
    database, clock = ground.database, ground.clock
    return AlertArea(Alerts(database, ground.pii, clock), AlertPreferences(database, clock), WaitingAlerts(database))
