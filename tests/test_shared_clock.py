"""Fault "clock skew ±10 min": processes go by the store's time, whatever their own machines say."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.clock import TOLERATED, SharedClock
from knowledge.store.database import Database


@pytest.mark.parametrize("wrong", [timedelta(minutes=10), -timedelta(minutes=10)])
async def test_a_clock_that_is_wrong_by_minutes_is_set_by_the_stores(wrong: timedelta) -> None:
    clock = SharedClock()

    async def theirs() -> datetime:
        return datetime.now(UTC) - wrong

    await clock.follow(theirs)
    assert abs(clock.now() - (datetime.now(UTC) - wrong)) < TOLERATED


async def test_a_clock_that_is_right_is_left_alone_and_set_right_again(db: Database) -> None:
    clock = SharedClock()

    async def wrong() -> datetime:
        return datetime.now(UTC) + timedelta(hours=1)

    await clock.follow(wrong)
    await clock.follow(db.time)
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    assert before <= clock.now() <= datetime.now(UTC)
