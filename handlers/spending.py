"""What answers may cost an app in a day and in a month; beyond that they are quoted, which costs nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.alert_cards import News
from handlers.alerts import Alerts
from handlers.analytics import JAPAN
from handlers.ports import Clock
from knowledge.model_events import Usage
from knowledge.models import Prices, facts_of
from knowledge.phrases import _
from knowledge.store.alerts import AlertKind
from knowledge.store.answer_facts import NOTHING_MADE, AnswerFacts
from knowledge.store.database import AppScope, Database
from knowledge.store.spending import SpendingRepository, SpendLimits

DOLLAR = 1_000_000  # everything is counted in millionths


class Spending:
    """Counts what models cost. `prices` are those of a model whose own are not to be used."""

    def __init__(
        self,
        db: Database,
        alerts: Alerts,
        clock: Clock,
        limits: SpendLimits | None = None,
        prices: Prices | None = None,
    ) -> None:
        self._days = SpendingRepository(db)
        self._alerts = alerts
        self._clock = clock
        self._limits = limits or SpendLimits()
        self._prices = prices

    async def reached(self, scope: AppScope, uncounted: Sequence[Usage] = ()) -> bool:
        """Whether the app has spent what it may, today or in this month; its owner is told so once.

        `uncounted` was spent as well, and is not added yet.
        """
        today, besides = self._today(), self._cost(uncounted)
        days = await self._days.days(scope, today.replace(day=1), today)
        if _over(sum(day.cost for day in days) + besides, self._limits.a_month):
            await self._alerts.tell(scope, _of_the_month(scope, today, self._limits.a_month))
            return True
        if _over(sum(day.cost for day in days if day.day == today) + besides, self._limits.a_day):
            await self._alerts.tell(scope, _of_the_day(scope, today, self._limits.a_day))
            return True
        return False

    async def add(self, scope: AppScope, spent: Sequence[Usage], made: AnswerFacts = NOTHING_MADE) -> AnswerFacts:
        """Count what one answer took, in however many attempts; `made` with it, as it is kept with the answer."""
        if not spent:
            return made
        made = replace(
            made,
            model=spent[-1].model,
            tokens_in=sum(usage.input_tokens for usage in spent),
            tokens_out=sum(usage.output_tokens for usage in spent),
            cache_read=sum(usage.cache_read_tokens for usage in spent),
            cache_write=sum(usage.cache_write_tokens for usage in spent),
            cost=self._cost(spent),
        )
        await self._days.add(scope, self._today(), made)
        return made

    def dollars(self, spent: Sequence[Usage]) -> float:
        """What this costs."""
        return self._cost(spent) / DOLLAR

    def _cost(self, spent: Sequence[Usage]) -> int:
        return sum((self._prices or facts_of(usage.model).prices).cost(usage) for usage in spent)

    def _today(self) -> date:
        return self._clock.now().astimezone(JAPAN).date()


def _of_the_day(scope: AppScope, today: date, limit: float) -> News:
    body = _(
        "Answers have cost ${limit} today, which is all they may. Until tomorrow I quote your entries.",
        limit=_as(limit),
    )
    return News(AlertKind.LIMIT, scope.app_id, body, once=f"{scope.app_id}:spend:{today.isoformat()}")


def _of_the_month(scope: AppScope, today: date, limit: float) -> News:
    body = _(
        "Answers have cost ${limit} this month, which is all they may. Until next month I quote your entries.",
        limit=_as(limit),
    )
    return News(AlertKind.LIMIT, scope.app_id, body, once=f"{scope.app_id}:spend:{today:%Y-%m}")


def _as(limit: float) -> str:
    return f"{limit:.2f}"


def _over(spent: int, dollars: float) -> bool:
    return 0 < dollars * DOLLAR <= spent
