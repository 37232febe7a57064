"""Insight in chat: a card with a chart for today, 7 or 30 days, and what was asked most."""

from collections.abc import Sequence

from handlers.alerts.cards import LIST_ALERTS
from handlers.apps.apps import Apps
from handlers.buttons import Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.conversations.conversations import LIST_CONVERSATIONS
from handlers.insight.figures import NAMES, USUAL, rows_of
from handlers.insight.insight import SPANS, Insight, Insights
from handlers.messages import Card, Reply, Text, Words
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner

INSIGHT = Shortcut("insight", _("Insight"))


class InsightCommands:
    """What an owner types and taps to see how the current app is doing."""

    def __init__(self, insights: Insights, apps: Apps) -> None:
        self._insights = insights
        self._apps = apps

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(
                    ("/insight", "/分析"),
                    _("Show how the app is doing"),
                    self._show,
                    _("<1, 7 or 30 days>"),
                    shows=True,
                ),
            ),
            taps=(INSIGHT.runs(self._show),),
        )

    async def _show(self, owner: Owner, rest: str) -> Sequence[Reply]:
        days = int(rest) if rest.isdecimal() and len(rest) < 4 else USUAL if not rest else 0
        if days not in SPANS:
            raise BadInput(_("I can show 1, 7 or 30 days. Write: /insight 7"))
        app = await self._apps.chosen(owner)
        seen = await self._insights.of(app.scope, days)
        title = _("{app}: {span}", app=app.name, span=NAMES[days])
        body = _("{views} views, {questions} questions", views=seen.views, questions=seen.questions)
        chart = Card(title, body, rows_of(seen, owner.lang), bars=tuple((bar.label, bar.value) for bar in seen.bars))
        others = tuple(INSIGHT(f"{span}", label=NAMES[span]) for span in SPANS if span != days)
        return [chart, Text(_top(seen), (*others, LIST_CONVERSATIONS(), LIST_ALERTS()))]


def _top(seen: Insight) -> Words:
    if not seen.top:
        return _("Nobody asked anything in this period.")
    lines = "\n".join(f"{count}× {question}" for question, count in seen.top)
    return _("Most asked:\n{questions}", questions=lines)
