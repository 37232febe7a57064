"""What models may cost."""

from bot.join.ground import Ground
from handlers.areas import AlertArea
from handlers.spending.spending import Pricing, Spending


def join(ground: Ground, alerts: AlertArea) -> Spending:
    """Each call of a model is counted by this one."""
    settings = ground.settings
    pricing = Pricing(settings.model, settings.model_max_tokens, settings.model_prices())
    return Spending(ground.database, alerts.alerts, ground.clock, settings.spend_limits(), pricing)
