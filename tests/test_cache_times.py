"""An app's prompt is kept for an hour in Claude's cache where that is cheaper, by the spacing of its answers."""

from datetime import UTC, datetime, timedelta

import pytest
from claude_standin import ClaudeStandIn
from visitors import VisitorSide

from knowledge.model.cache_times import AnswerTimes
from knowledge.model.events import Usage
from knowledge.model.models import facts_of

HAIKU = facts_of("claude-haiku-5-5").prices
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def kept_an_hour(*minutes: float) -> bool:
    """Whether an app whose answers are so many minutes apart is kept for an hour after the last of them."""
    times, at = AnswerTimes(), NOON
    pays = times.hour_pays("a", at, HAIKU)
    for gap in minutes:
        at += timedelta(minutes=gap)
        pays = times.hour_pays("a", at, HAIKU)
    return pays


def cost(minutes: tuple[float, ...], *, hour: bool) -> int:
    """What 20,000 tokens of knowledge cost in the cache with such gaps, by the API's rules."""
    longest, total = (60 if hour else 5), 0
    for gap in minutes:
        written = 0 if gap <= longest else 20_000
        total += HAIKU.cost(Usage(0, 0, 20_000 - written, written, "", written if hour else 0))
    return total


@pytest.mark.parametrize(
    "minutes",
    [
        (1.0,) * 20,
        (20.0,) * 20,
        (90.0,) * 20,
        (20.0, 90.0) * 10,
        (20.0, 90.0, 90.0) * 6,
        (1.0, 20.0, 1.0, 600.0) * 5,
        (1.0, 600.0, 600.0, 20.0) * 5,
        (5.0, 60.0) * 10,
    ],
)
def test_what_is_cheaper_by_the_apis_prices_is_taken(minutes: tuple[float, ...]) -> None:
    assert kept_an_hour(*minutes) is (cost(minutes, hour=True) < cost(minutes, hour=False))


def test_of_an_app_that_was_hardly_asked_nothing_is_assumed() -> None:
    assert not kept_an_hour(20, 20, 20)
    assert kept_an_hour(20, 20, 20, 20)


def test_only_the_latest_answers_count() -> None:
    assert not kept_an_hour(*(20.0,) * 20, *(90.0,) * 20)


def test_apps_are_told_apart() -> None:
    times = AnswerTimes()
    for number in range(10):
        busy = times.hour_pays("a", NOON + timedelta(minutes=20 * number), HAIKU)
        quiet = times.hour_pays("b", NOON + timedelta(hours=2 * number), HAIKU)
    assert (busy, quiet) == (True, False)


async def test_the_request_says_so_where_an_apps_visitors_come_every_twenty_minutes(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金="14日以内です。")
    for _visitor in range(6):
        await visitors.ask(app, "返金はできますか")
        visitors.clock.advance(timedelta(minutes=20))
    marks = [str(request.body).count("'ttl': '1h'") for request in claude.requests]
    assert marks == [0, 0, 0, 0, 2, 2]
