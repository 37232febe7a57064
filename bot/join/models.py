"""The models, and what they may cost."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, Models
from handlers.spending.spending import Pricing, Spending


def join(ground: Ground, alerts: AlertArea) -> Models:
    """Each call of a model is counted by the one `spending`."""
    settings, voices = ground.settings, ground.voices
    pricing = Pricing(settings.model, settings.model_max_tokens, settings.model_prices())
    spending = Spending(ground.database, alerts.alerts, ground.clock, settings.spend_limits(), pricing)
    return Models(voices.answers, voices.drafts, voices.tools, spending)
