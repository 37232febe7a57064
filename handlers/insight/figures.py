"""Insight as rows of numbers, the same at both doors."""

from handlers.insight.insight import Insight
from handlers.messages import Words
from knowledge.phrases import Phrase, _

NAMES: dict[int, Phrase] = {1: _("Today"), 7: _("7 days"), 30: _("30 days")}
USUAL = 7


def rows_of(seen: Insight) -> tuple[tuple[Words, Words], ...]:
    """The numbers behind the chart, the same on the web page."""
    done = seen.answered + seen.partly + seen.unknown + seen.other
    share = round(100 * seen.answered / done) if done else 0
    return (
        (_("Visitors"), str(seen.visitors)),
        (_("Answered"), _("{count} ({share}%)", count=seen.answered, share=share)),
        (_("In part"), str(seen.partly)),
        (_("Not known"), str(seen.unknown)),
        (_("Other"), str(seen.other)),
        (_("Thumbs"), _("{up} up, {down} down", up=seen.up, down=seen.down)),
        (_("Cost"), f"${seen.cost:.2f}"),
    )
