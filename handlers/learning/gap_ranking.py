"""Which gap an owner should close first: asked by many, lately, and better still if an answer was disliked. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from knowledge.store.alerts.askings import Asking

HALF = timedelta(days=14)  # after which a question counts half
DISLIKED = 2.0  # a wrong answer does more harm than none
AGAIN = 0.1  # what a question counts that its conversation asked before


def urgency(askings: Sequence[Asking], now: datetime) -> float:
    """Each conversation counts its weightiest question whole; whoever insists counts little more."""
    weights: dict[str, list[float]] = defaultdict(list)
    for asking in askings:
        weights[asking.conversation_id].append(_weight(asking, now))
    return sum(max(each) + AGAIN * (sum(each) - max(each)) for each in weights.values())


def _weight(asking: Asking, now: datetime) -> float:
    age = max(timedelta(), now - asking.asked_at)
    faded: float = 0.5 ** (age / HALF)
    return (DISLIKED if asking.disliked else 1.0) * faded
