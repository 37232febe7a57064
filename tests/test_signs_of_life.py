"""When a handle is let go, on any calendar: months, leap years, and a service that was away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.notices.signs_of_life import (
    FIRST_NOTICE,
    LAST_NOTICE,
    HandleDecision,
    NoticesGiven,
    ReleaseStep,
    decide,
    quiet_since,
)

NOTHING = NoticesGiven()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("seen", "quiet"),
    [
        ("2039-12-15T03:00", "2040-06-15T03:00"),
        ("2039-08-31T03:00", "2040-02-29T03:00"),  # a leap year's last day of February
        ("2040-08-31T03:00", "2041-02-28T03:00"),
        ("2040-02-29T03:00", "2040-08-29T03:00"),
        ("2040-08-31T14:59", "2041-02-28T14:59"),
        ("2040-08-31T15:01", "2041-02-28T15:01"),  # the first of September in Japan
    ],
)
def test_six_months_are_six_months_of_the_calendar(seen: str, quiet: str) -> None:
    before = decide(at(quiet) - timedelta(seconds=1), at(seen), NOTHING, visited=False)
    assert (before.step, before.look_at) == (ReleaseStep.LIVES, at(quiet))
    assert decide(at(quiet), at(seen), NOTHING, visited=False).step is ReleaseStep.FIRST_NOTICE


def test_a_page_that_people_visit_keeps_its_handle_however_long_its_owner_is_away() -> None:
    decision = decide(at("2050-01-01T00:00"), at("2040-01-01T00:00"), NOTHING, visited=True)
    assert (decision.step, decision.notices) == (ReleaseStep.LIVES, NOTHING)


def test_notices_come_thirty_and_seven_days_before_and_then_it_is_released() -> None:
    steps, now, notices, seen = [], at("2040-07-01T00:00"), NOTHING, at("2040-01-01T00:00")
    for _look in range(3):
        decision = decide(now, seen, notices, visited=False)
        steps.append((decision.step, now))
        now, notices = decision.look_at, decision.notices
    first = at("2040-07-01T00:00")
    assert steps == [
        (ReleaseStep.FIRST_NOTICE, first),
        (ReleaseStep.LAST_NOTICE, first + FIRST_NOTICE - LAST_NOTICE),
        (ReleaseStep.RELEASE, first + FIRST_NOTICE),
    ]


def test_a_sign_of_life_takes_back_what_was_said_and_the_next_time_begins_anew() -> None:
    told = decide(at("2040-07-01T00:00"), at("2040-01-01T00:00"), NOTHING, visited=False).notices
    back = decide(at("2040-07-30T23:59"), at("2040-07-30T23:58"), told, visited=False)
    assert (back.step, back.notices, back.look_at) == (ReleaseStep.LIVES, NOTHING, at("2041-01-30T23:58"))


def test_a_service_that_was_away_for_three_months_still_gives_a_full_week() -> None:
    told = decide(at("2040-07-01T00:00"), at("2040-01-01T00:00"), NOTHING, visited=False).notices
    late = at("2040-10-01T00:00")
    decision = decide(late, at("2040-01-01T00:00"), told, visited=False)
    assert (decision.step, decision.look_at) == (ReleaseStep.LAST_NOTICE, late + LAST_NOTICE)
    assert (
        decide(late + LAST_NOTICE, at("2040-01-01T00:00"), decision.notices, visited=False).step is ReleaseStep.RELEASE
    )


@given(
    st.datetimes(datetime(2030, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (its zone follows)
    st.lists(st.timedeltas(timedelta(), timedelta(days=400)), max_size=12),
)
def test_whenever_it_is_looked_at_nothing_goes_without_both_notices_in_time(
    seen: datetime, pauses: list[timedelta]
) -> None:
    now, notices, told = seen, NOTHING, list[tuple[ReleaseStep, datetime]]()
    for pause in pauses:
        now += pause
        decision: HandleDecision = decide(now, seen, notices, visited=False)
        notices = decision.notices
        assert decision.look_at >= now
        if decision.step is ReleaseStep.RELEASE:
            assert [step for step, _at in told] == [ReleaseStep.FIRST_NOTICE, ReleaseStep.LAST_NOTICE]
            assert now - told[0][1] >= FIRST_NOTICE
            assert now - told[1][1] >= LAST_NOTICE
            assert seen <= quiet_since(told[0][1]) + timedelta(days=3)  # months of 28 and of 31 days
            return
        if decision.step in {ReleaseStep.FIRST_NOTICE, ReleaseStep.LAST_NOTICE}:
            told.append((decision.step, now))
