"""How an app is doing: views, visitors, questions, what became of them, and what it cost; today, 7 or 30 days."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from guardrail.pii import Pii
from handlers.clock import JAPAN, end_of, start_of
from handlers.messages import AnswerState
from handlers.ports import Clock
from handlers.written import shortened
from knowledge.meaning.likeness import Likeness
from knowledge.store.database import AppScope
from knowledge.store.insight.page_views import PageViewRepository
from knowledge.store.learning.question_counts import AskedOften, QuestionCounts
from knowledge.store.spending.spending import SpendingRepository

SPANS = (1, 7, 30)
ZONE = "+09:00"
DAYS_OF = ZoneInfo("Asia/Tokyo")  # in which days are counted, for everybody: the hash of visitors turns with them
MOST_TOP = 5
MOST_COMPARED = 40  # wordings, the most used: the owner waits for the answer
LONGEST_TOP = 80
NAMED = (AnswerState.ANSWERED, AnswerState.QUOTED, AnswerState.PARTLY, AnswerState.UNKNOWN)  # with numbers of their own
MILLION = 1_000_000
PATIENCE = 2.0  # seconds an owner waits for questions to be grouped by meaning


@dataclass(frozen=True)
class Bar:
    """One hour or one day, and the questions asked in it."""

    label: str
    value: int


@dataclass(frozen=True)
class Insight:
    """The numbers of one app over `days` days that end today."""

    days: int
    views: int
    visitors: int
    questions: int
    answered: int
    quoted: int
    partly: int
    unknown: int
    other: int
    up: int
    down: int
    cost: float  # US dollars
    bars: tuple[Bar, ...]
    top: tuple[tuple[str, int], ...]
    devices: tuple[tuple[str, int], ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    referrers: tuple[tuple[str, int], ...] = ()
    held: int = 0  # as spam, which counts nowhere else


class Insights:
    """Reads the numbers; a day is one in Japan. Visitors' words come without personal information."""

    def __init__(
        self,
        views: PageViewRepository,
        questions: QuestionCounts,
        spending: SpendingRepository,
        pii: Pii,
        likeness: Likeness,
        clock: Clock,
    ) -> None:
        self._views = views
        self._questions = questions
        self._spending = spending
        self._pii = pii
        self._likeness = likeness
        self._clock = clock

    async def of(self, scope: AppScope, days: int) -> Insight:
        """What happened in the last `days` days, today among them."""
        today = self._clock.now().astimezone(JAPAN).date()
        first = today - timedelta(days=days - 1)
        span = start_of(first), end_of(today)
        viewed = (await self._views.days(scope, first, today)).values()
        asked = await self._questions.by_hour(scope, *span, ZONE)
        states = await self._questions.by_state(scope, *span)
        thought = await self._questions.by_feedback(scope, *span)
        spent = await self._spending.days(scope, first, today)
        answered, quoted, partly, unknown = (states.get(state.value, 0) for state in NAMED)
        return Insight(
            days=days,
            views=sum(day.views for day in viewed),
            visitors=sum(day.visitors for day in viewed),
            questions=sum(asked.values()),
            answered=answered,
            quoted=quoted,
            partly=partly,
            unknown=unknown,
            other=sum(states.values()) - sum(states.get(state.value, 0) for state in (*NAMED, AnswerState.PENDING)),
            up=thought.get("up", 0),
            down=thought.get("down", 0),
            cost=sum(day.cost for day in spent) / MILLION,
            bars=_hours(asked, today) if days == 1 else _days(asked, first, days),
            top=await self._top(scope, *span),
            devices=_most([day.devices for day in viewed]),
            languages=_most([day.languages for day in viewed]),
            referrers=_most([day.referrers for day in viewed]),
            held=await self._questions.held(scope, *span),
        )

    async def _top(self, scope: AppScope, start: datetime, end: datetime) -> tuple[tuple[str, int], ...]:
        """The questions asked most, each with those that ask the same in other words."""
        asked = await self._questions.asked_most(scope, start, end, MOST_COMPARED)
        alike = await self._alike([each.text for each in asked])
        groups = [[asked[n] for n in group] for group in alike]
        groups.sort(key=lambda group: -sum(each.count for each in group))
        return tuple([(await self._words(group), sum(each.count for each in group)) for group in groups[:MOST_TOP]])

    async def _alike(self, texts: Sequence[str]) -> list[list[int]]:
        """By meaning, unless that keeps the owner waiting: then by words."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._likeness.groups(texts)
        except TimeoutError:
            return await Likeness().groups(texts)

    async def _words(self, group: Sequence[AskedOften]) -> str:
        """A group's question in the words that most used."""
        most = max(group, key=lambda each: each.count)
        words = (await self._pii.redact(most.text, most.lang)).text
        return shortened(" ".join(words.split()), LONGEST_TOP)


def _most(days: Sequence[Mapping[str, int]]) -> tuple[tuple[str, int], ...]:
    """What was counted most over these days, the first few."""
    total: Counter[str] = Counter()
    for day in days:
        total.update(day)
    return tuple(total.most_common(MOST_TOP))


def _hours(asked: Mapping[str, int], today: date) -> tuple[Bar, ...]:
    return tuple(Bar(str(hour), asked.get(f"{today.isoformat()} {hour:02}", 0)) for hour in range(24))


def _days(asked: Mapping[str, int], first: date, days: int) -> tuple[Bar, ...]:
    each = [first + timedelta(days=n) for n in range(days)]
    counts = [sum(count for hour, count in asked.items() if hour.startswith(day.isoformat())) for day in each]
    return tuple(Bar(f"{day.month}/{day.day}", count) for day, count in zip(each, counts, strict=True))
