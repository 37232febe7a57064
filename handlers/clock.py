"""The time of day, as handlers and the worker ask for it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta, timezone

# Owners are in Japan, and so are their days; LINE's months turn there.
JAPAN = timezone(timedelta(hours=9))
TELLING = timedelta(seconds=2)
TOLERATED = timedelta(seconds=1)


class SystemClock:
    """This machine's clock, cut to the milliseconds that the store keeps."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class SharedClock(SystemClock):
    """The same, set by the store's: what processes agree on by the time (leases, a reply token's minute) must not
    depend on whose machine has a wrong clock. Small differences are left alone, so that time does not jump about.
    """

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return super().now() - self._ahead

    async def follow(self, theirs: Callable[[], Awaitable[datetime]]) -> None:
        """Ask for the store's time; an answer that took long tells nothing."""
        before = super().now()
        said = await theirs()
        took = super().now() - before
        if took <= TELLING:
            ahead = before + took / 2 - said
            self._ahead = ahead if abs(ahead) > TOLERATED else timedelta()


def start_of(day: date) -> datetime:
    """When a day in Japan begins."""
    return datetime.combine(day, time(), JAPAN)


def end_of(day: date) -> datetime:
    """When it is over."""
    return start_of(day) + timedelta(days=1)
