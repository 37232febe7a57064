"""When a handle is let go: pure, so that months, leap years and a service that was away can be tried at any clock.

Policy: "the handle of an account that has been inactive for six months or longer may be released, after notice".
"""

import calendar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.clock import JAPAN

QUIET_MONTHS = 6
FIRST_NOTICE = timedelta(days=30)
LAST_NOTICE = timedelta(days=7)
# A page that people visit lives while they do; their views fall out of the window one day.
VISITED_AGAIN = timedelta(days=7)


class ReleaseStep(StrEnum):
    """What is to be done about a handle now."""

    LIVES = "lives"
    WAIT = "wait"
    FIRST_NOTICE = "first_notice"
    LAST_NOTICE = "last_notice"
    RELEASE = "release"


@dataclass(frozen=True)
class NoticesGiven:
    """When its owner was told, and of which day; all None while nothing was said."""

    first_at: datetime | None = None
    last_at: datetime | None = None
    release_at: datetime | None = None


@dataclass(frozen=True)
class HandleDecision:
    """The step, the notices as they are once it is done, and when to look again."""

    step: ReleaseStep
    notices: NoticesGiven
    look_at: datetime


def quiet_since(now: datetime) -> datetime:
    """The moment six calendar months ago, on Japan's calendar: whoever was last seen before it is inactive."""
    return _months(now, -QUIET_MONTHS)


def decide(now: datetime, seen_at: datetime, notices: NoticesGiven, *, visited: bool) -> HandleDecision:
    """What to do about the handle of an owner last seen at `seen_at`, whose page is `visited` by people or not.

    A notice that could not be given in time (the service was away) is given first, and the full week follows it.
    """
    quiet_at = _months(seen_at, QUIET_MONTHS)
    if now < quiet_at:
        return HandleDecision(ReleaseStep.LIVES, NoticesGiven(), quiet_at)
    if visited:
        return HandleDecision(ReleaseStep.LIVES, NoticesGiven(), now + VISITED_AGAIN)
    if notices.first_at is None or notices.release_at is None:
        given = NoticesGiven(first_at=now, release_at=now + FIRST_NOTICE)
        return HandleDecision(ReleaseStep.FIRST_NOTICE, given, now + FIRST_NOTICE - LAST_NOTICE)
    if notices.last_at is None:
        last_due = notices.release_at - LAST_NOTICE
        if now < last_due:
            return HandleDecision(ReleaseStep.WAIT, notices, last_due)
        given = replace(notices, last_at=now, release_at=max(notices.release_at, now + LAST_NOTICE))
        return HandleDecision(ReleaseStep.LAST_NOTICE, given, given.release_at or now)
    if now < notices.release_at:
        return HandleDecision(ReleaseStep.WAIT, notices, notices.release_at)
    return HandleDecision(ReleaseStep.RELEASE, notices, now)


def _months(at: datetime, months: int) -> datetime:
    """The same day and time so many months later, or the month's last day where it has no such day."""
    local = at.astimezone(JAPAN)
    years, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(years, month + 1)[1])
    return local.replace(year=years, month=month + 1, day=day).astimezone(at.tzinfo)
