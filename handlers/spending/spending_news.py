"""What is told of spending: to an owner for an app and for all their apps, to the operator for the whole service."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from handlers.alerts.cards import News
from knowledge.phrases import Phrase, _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import AppScope
from knowledge.store.spending.spend_counts import NEAR, Cap, Counted
from knowledge.store.spending.spending import MILLIONTHS


class Level(StrEnum):
    """Whose limit it is."""

    APP = "app"
    OWNER = "owner"
    EVERYBODY = "everybody"  # the operator's: owners only notice that they are quoted


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


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
        body = _WORDS[self.level, self.period, self.full](f"{self.limit:.2f}")
        title = "" if self.full else _("A limit is near")
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


def _app_day(limit: str) -> Phrase:
    return _(
        "Answers have cost ${limit} today, which is all they may. Until tomorrow I quote your entries.", limit=limit
    )


def _app_month(limit: str) -> Phrase:
    return _(
        "Answers have cost ${limit} this month, which is all they may. Until next month I quote your entries.",
        limit=limit,
    )


def _app_day_near(limit: str) -> Phrase:
    return _("Answers have cost 80 % of today's ${limit}. Beyond it I quote your entries until tomorrow.", limit=limit)


def _app_month_near(limit: str) -> Phrase:
    return _(
        "Answers have cost 80 % of this month's ${limit}. Beyond it I quote your entries until next month.", limit=limit
    )


def _owner_day(limit: str) -> Phrase:
    return _(
        "Answers of all your apps have cost ${limit} today, which is all they may. "
        "Until tomorrow I quote your entries.",
        limit=limit,
    )


def _owner_month(limit: str) -> Phrase:
    return _(
        "Answers of all your apps have cost ${limit} this month, which is all they may. "
        "Until next month I quote your entries.",
        limit=limit,
    )


def _owner_day_near(limit: str) -> Phrase:
    return _(
        "Answers of all your apps have cost 80 % of today's ${limit}. Beyond it I quote your entries until tomorrow.",
        limit=limit,
    )


def _owner_month_near(limit: str) -> Phrase:
    return _(
        "Answers of all your apps have cost 80 % of this month's ${limit}. "
        "Beyond it I quote your entries until next month.",
        limit=limit,
    )


_WORDS = {
    (Level.APP, Period.DAY, True): _app_day,
    (Level.APP, Period.MONTH, True): _app_month,
    (Level.APP, Period.DAY, False): _app_day_near,
    (Level.APP, Period.MONTH, False): _app_month_near,
    (Level.OWNER, Period.DAY, True): _owner_day,
    (Level.OWNER, Period.MONTH, True): _owner_month,
    (Level.OWNER, Period.DAY, False): _owner_day_near,
    (Level.OWNER, Period.MONTH, False): _owner_month_near,
}
