"""The models: who answers visitors, drafts for owners and understands their plain words, and what that may cost."""

from dataclasses import dataclass

from bot.join.ground import Ground
from bot.join.late_claude import LateClaude
from handlers.alerts.alerts import Alerts
from handlers.ports import AnswerModel, DraftModel, ToolModel
from handlers.spending.spending import Pricing, Spending
from knowledge.model.drafting import QuotedDrafts
from knowledge.model.quoting import QuotingAnswers


@dataclass(frozen=True)
class Models:
    """`tools` is None where nothing understands plain words."""

    answers: AnswerModel
    drafts: DraftModel
    tools: ToolModel | None
    spending: Spending


def open_models(ground: Ground, alerts: Alerts) -> Models:
    """Claude where there is a key, else quotations from the knowledge."""
    settings = ground.settings
    pricing = Pricing(settings.model, settings.model_max_tokens, settings.model_prices())
    spending = Spending(ground.database, alerts, ground.clock, settings.spend_limits(), pricing)
    if not settings.anthropic_api_key.get_secret_value():
        return Models(QuotingAnswers(), QuotedDrafts(), None, spending)
    claude = LateClaude(settings)
    ground.stack.push_async_callback(claude.close)
    return Models(claude, claude, claude, spending)
