"""What answers may cost an app, its owner and the whole service in a day and in a month; beyond that they are quoted.

What a call may cost at most is put aside before it and settled after it (knowledge/store/spending/spend_counts.py), so
that questions asked at once cannot spend the same money. Quoting costs nothing. Owners are told of their apps' limits,
the operator of the whole service's.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

import structlog

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.clock import JAPAN
from handlers.ports import Clock
from knowledge.model.events import Usage
from knowledge.model.models import USUAL, Prices, facts_of
from knowledge.phrases import Phrase, _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.conversations.answer_facts import NOTHING_MADE, AnswerFacts
from knowledge.store.database import AppScope, Database, OwnerScope, new_id
from knowledge.store.spending.spend_counts import (
    EVERYBODY,
    NEAR,
    Cap,
    Counted,
    Counter,
    Held,
    SpendCountRepository,
    SpendLimits,
)
from knowledge.store.spending.spending import MILLIONTHS, SpendingRepository

log = structlog.get_logger(__name__)

HELD_FOR = timedelta(minutes=3)  # longer than any call; what a dead process put aside is free again then
AN_ANSWER = 1_200  # tokens, at most
A_USUAL_ANSWER = 150  # about
MOST_REMEMBERED = 10_000
A_CALL = 1_000  # the same of a tool's call or a draft, which is seldom a tenth of that


class Level(StrEnum):
    """Whose limit it is."""

    APP = "app"
    OWNER = "owner"
    EVERYBODY = "everybody"  # the operator's: owners only notice that they are quoted


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


Levels = Mapping[Level, tuple[Counter, Cap]]


@dataclass(frozen=True)
class Reached:
    """A limit that is near or, if `full`, reached."""

    level: Level
    period: Period
    limit: float
    full: bool

    def key(self, scope: AppScope, today: date) -> str:
        """What it is told once for."""
        whose = {Level.APP: scope.app_id, Level.OWNER: scope.owner_id, Level.EVERYBODY: "all"}[self.level]
        when = today.isoformat() if self.period is Period.DAY else f"{today:%Y-%m}"
        return f"{whose}:spend{'' if self.full else '80'}:{when}"

    def news(self, scope: AppScope, today: date) -> News:
        """For the owner."""
        subject = scope.app_id if self.level is Level.APP else scope.owner_id
        body = replace(_WORDS[self.level, self.period, self.full], params={"limit": f"{self.limit:.2f}"})
        title = "" if self.full else _("You are close to a limit")
        return News(AlertKind.LIMIT, subject, body, title=title, once=self.key(scope, today))


def reached(level: Level, cap: Cap, counted: Counted, wanted: int = 0) -> Reached | None:
    """The limit that leaves no room for what is `wanted`, else the one that is near; the month's before the day's."""
    limits = [(Period.MONTH, cap.a_month, counted.month), (Period.DAY, cap.a_day, counted.day)]
    for full in (True, False):
        for period, limit, spent in limits:
            most = limit * MILLIONTHS
            # With nothing wanted, a limit is reached when all of it is spent.
            if limit and (spent + max(wanted, 1) > most if full else spent >= NEAR * most):
                return Reached(level, period, limit, full)
    return None


_WORDS: dict[tuple[Level, Period, bool], Phrase] = {
    (Level.APP, Period.DAY, True): _(
        "Answers have reached today's limit of ${limit}. Until tomorrow I only quote your entries."
    ),
    (Level.APP, Period.MONTH, True): _(
        "Answers have reached this month's limit of ${limit}. Until next month I only quote your entries."
    ),
    (Level.APP, Period.DAY, False): _(
        "Answers have cost 80% of today's limit of ${limit}. Beyond it I only quote your entries until tomorrow."
    ),
    (Level.APP, Period.MONTH, False): _(
        "Answers have cost 80% of this month's limit of ${limit}. Beyond it I only quote your entries until next month."
    ),
    (Level.OWNER, Period.DAY, True): _(
        "Answers for all your apps have reached today's limit of ${limit}. Until tomorrow I only quote your entries."
    ),
    (Level.OWNER, Period.MONTH, True): _(
        "Answers for all your apps have reached this month's limit of ${limit}. Until next month I only quote your "
        "entries."
    ),
    (Level.OWNER, Period.DAY, False): _(
        "Answers for all your apps have cost 80% of today's limit of ${limit}. Beyond it I only quote your entries "
        "until tomorrow."
    ),
    (Level.OWNER, Period.MONTH, False): _(
        "Answers for all your apps have cost 80% of this month's limit of ${limit}. Beyond it I only quote your "
        "entries until next month."
    ),
}


@dataclass(frozen=True)
class Pricing:
    """The model that is asked, and its longest answer. `prices` are those of a model whose own are not to be used."""

    model: str = USUAL
    longest: int = AN_ANSWER
    prices: Prices | None = None

    def cost(self, spent: Sequence[Usage]) -> int:
        """In millionths of a dollar."""
        return sum((self.prices or facts_of(usage.model).prices).cost(usage) for usage in spent)

    def most(self, tokens: int, answer: int, *, an_hour: bool = False) -> int:
        """What a request of so many tokens costs at most: as if all of it were written to the cache."""
        written = tokens if an_hour else 0
        return self.cost([Usage(0, answer + facts_of(self.model).room_to_think, 0, tokens, self.model, written)])

    @property
    def of_model(self) -> Prices:
        """Those of the model that is asked."""
        return self.prices or facts_of(self.model).prices


class Spending:
    """Counts what models cost, and says what more they may."""

    def __init__(
        self,
        db: Database,
        alerts: Alerts,
        clock: Clock,
        limits: SpendLimits | None = None,
        pricing: Pricing | None = None,
    ) -> None:
        self._days = SpendingRepository(db)
        self._counts = SpendCountRepository(db)
        self._alerts = alerts
        self._clock = clock
        self._limits = limits or SpendLimits()
        self.pricing = pricing or Pricing()
        self._told: set[str] = set()

    def bill(self, scope: AppScope) -> "Bill":
        """What one piece of work for an app costs, opened before its first call."""
        return Bill(self, scope)

    async def reached(self, scope: AppScope) -> bool:
        """Whether nothing more may be spent for the app, today or in this month; who is concerned is told so once."""
        levels, full = self._levels(scope), False
        for level, (counter, cap) in levels.items():
            found = reached(level, cap, await self._counts.read(counter, self._today()))
            if found and found.full:
                full = True
                # In a transaction that may run again, nothing is remembered beside it.
                await self._tell(scope, found, remember=False)
        return full

    def about(self, tokens: int) -> int:
        """What a request of so many tokens usually costs at most, in millionths of a dollar: nothing of it cached."""
        return self.pricing.cost([Usage(tokens, A_USUAL_ANSWER, 0, 0, self.pricing.model)])

    async def reserve(self, scope: AppScope, cost: int) -> str:
        """Put so much aside on every level; what it is known by, or nothing where one of them has no room."""
        now, today = self._clock.now(), self._today()
        held, levels = Held(new_id(), cost, now + HELD_FOR), self._levels(scope)
        if await self._counts.reserve(dict(levels.values()), today, held, now):
            return held.id
        counters = [counter for counter, _cap in levels.values()]
        await self._counts.settle(dict(levels.values()), today, [held.id], 0)
        for (level, (_counter, cap)), counted in zip(
            levels.items(), await self._counts.read_all(counters, today), strict=True
        ):
            # Where only calls under way hold the rest, it may be free again in a moment: that is no news.
            found = reached(level, cap, counted, cost)
            if found and found.full:
                await self._tell(scope, found)
        return ""

    async def settle(
        self, scope: AppScope, held: Sequence[str], spent: Sequence[Usage], made: AnswerFacts
    ) -> AnswerFacts:
        """Count what was spent in place of what was put aside; `made` with it, as it is kept with the answer."""
        levels, today = self._levels(scope), self._today()
        counters = dict(levels.values())
        if not spent:
            if held:
                await self._counts.settle(counters, today, held, 0)
            return made
        made = replace(
            made,
            model=spent[-1].model,
            tokens_in=sum(usage.input_tokens for usage in spent),
            tokens_out=sum(usage.output_tokens for usage in spent),
            cache_read=sum(usage.cache_read_tokens for usage in spent),
            cache_write=sum(usage.cache_write_tokens for usage in spent),
            cost=self.pricing.cost(spent),
        )
        # Opened first: a counter that is new would take this answer from the days, and then count it again.
        await self._counts.open_all(list(counters), today)
        await self._days.add(scope, today, made)
        if await self._counts.settle(counters, today, held, made.cost):
            await self._tell_of_near(scope, levels, today)
        return made

    async def _tell_of_near(self, scope: AppScope, levels: Levels, today: date) -> None:
        counters = [counter for counter, _cap in levels.values()]
        for (level, (_counter, cap)), counted in zip(
            levels.items(), await self._counts.read_all(counters, today), strict=True
        ):
            found = reached(level, cap, counted)
            if found and not found.full:
                await self._tell(scope, found)

    async def _tell(self, scope: AppScope, found: Reached, *, remember: bool = True) -> None:
        """Once; to look that up in the store for each answer would cost more than to remember it."""
        key = found.key(scope, self._today())
        if key in self._told:
            return
        if found.level is Level.EVERYBODY:
            say = log.error if found.full else log.warning
            say("service spending limit", period=found.period.value, limit=found.limit, reached=found.full)
        else:
            whose = scope if found.level is Level.APP else OwnerScope(scope.owner_id)
            await self._alerts.tell(whose, found.news(scope, self._today()))
        # The operator is told by the log alone, which no transaction takes back.
        if not (remember or found.level is Level.EVERYBODY):
            return
        if len(self._told) >= MOST_REMEMBERED:
            self._told.clear()
        self._told.add(key)

    def _levels(self, scope: AppScope) -> Levels:
        """The counters that are limited."""
        levels = {
            Level.APP: (Counter.of_app(scope), self._limits.app),
            Level.OWNER: (Counter.of_owner(scope.owner_id), self._limits.owner),
            Level.EVERYBODY: (EVERYBODY, self._limits.everybody),
        }
        return {level: (counter, cap) for level, (counter, cap) in levels.items() if cap}

    def _today(self) -> date:
        return self._clock.now().astimezone(JAPAN).date()


@dataclass
class Bill:
    """What one piece of work costs: room is made for each call before it, and `spent` grows by what each took.

    As a context manager it is settled at the end, whatever happened.
    """

    spending: Spending
    scope: AppScope
    spent: list[Usage] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    async def room_for(self, tokens: int, answer: int | None = None, *, an_hour: bool = False) -> bool:
        """Put aside what a call with so many tokens costs at most; False where there is no room for it.

        `answer`: the longest it may be, in tokens, if it is none for a visitor. `an_hour`: so long the cache keeps it.
        """
        pricing = self.spending.pricing
        held = await self.spending.reserve(self.scope, pricing.most(tokens, answer or pricing.longest, an_hour=an_hour))
        self.held += [held] if held else []
        return bool(held)

    async def settle(self, made: AnswerFacts = NOTHING_MADE) -> AnswerFacts:
        """Count it; `made` with it. What was counted is not counted again."""
        held, spent, self.held, self.spent = self.held, self.spent, [], []
        return await self.spending.settle(self.scope, held, spent, made)

    def add(self, usage: Usage | None) -> None:
        """A call took this, if it is known."""
        self.spent += [usage] if usage else []

    def cut_off(self, tokens: int) -> None:
        """The call under way, if there is one, took at least what it was asked with."""
        if self.held and not self.spent:
            self.add(Usage(tokens, 0, 0, 0, self.spending.pricing.model))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await asyncio.shield(self.settle())
