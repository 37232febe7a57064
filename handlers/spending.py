"""What answers may cost an app in a day and in a month; beyond that they are quoted, which costs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.analytics import JAPAN
from handlers.ports import Clock
from knowledge.model_events import Usage
from knowledge.models import Prices, facts_of
from knowledge.store.answer_facts import AnswerFacts
from knowledge.store.database import AppScope, Database
from knowledge.store.spending import SpendingRepository

DOLLAR = 1_000_000  # everything is counted in millionths


@dataclass(frozen=True)
class SpendLimits:
    """US dollars for one app; 0 is no limit."""

    a_day: float = 1.0
    a_month: float = 10.0


class Spending:
    """Counts what models cost. `prices` are those of a model whose own are not to be used."""

    def __init__(
        self, db: Database, clock: Clock, limits: SpendLimits | None = None, prices: Prices | None = None
    ) -> None:
        self._days = SpendingRepository(db)
        self._clock = clock
        self._limits = limits or SpendLimits()
        self._prices = prices

    async def reached(self, scope: AppScope) -> bool:
        """Whether the app has spent what it may, today or in this month."""
        today = self._clock.now().astimezone(JAPAN).date()
        days = await self._days.days(scope, today.replace(day=1), today)
        of_today = sum(day.cost for day in days if day.day == today)
        return _over(of_today, self._limits.a_day) or _over(sum(day.cost for day in days), self._limits.a_month)

    async def add(self, scope: AppScope, spent: Sequence[Usage]) -> AnswerFacts:
        """Count what one answer took, in however many attempts; the same as it is kept with the answer."""
        if not spent:
            return AnswerFacts()
        made = AnswerFacts(
            model=spent[-1].model,
            tokens_in=sum(usage.input_tokens for usage in spent),
            tokens_out=sum(usage.output_tokens for usage in spent),
            cache_read=sum(usage.cache_read_tokens for usage in spent),
            cache_write=sum(usage.cache_write_tokens for usage in spent),
            cost=sum((self._prices or facts_of(usage.model).prices).cost(usage) for usage in spent),
        )
        await self._days.add(scope, self._clock.now().astimezone(JAPAN).date(), made)
        return made


def _over(spent: int, dollars: float) -> bool:
    return 0 < dollars * DOLLAR <= spent
