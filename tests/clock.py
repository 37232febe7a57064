"""Time that moves only when a test says so."""

from datetime import UTC, datetime, timedelta

# In the future, so that MongoDB's own clock never finds a test's documents expired.
START = datetime(2040, 4, 2, 9, 0, tzinfo=UTC)


class FrozenClock:
    """A Clock that stands still until it is advanced."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by
