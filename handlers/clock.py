"""The time of day, as handlers and the worker ask for it."""

from datetime import UTC, datetime


class SystemClock:
    """This machine's clock, cut to the milliseconds that the store keeps."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)
