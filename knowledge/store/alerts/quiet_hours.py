"""Quiet hours: the time of each day in which an owner is not disturbed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From one time of day to another, over midnight if the second is the earlier one."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("quiet hours begin and end at different times")

    def end_if_quiet(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet time that holds `now` is over, on the clock of `zone`; None outside of it."""
        local = now.astimezone(zone)
        at = local.time().replace(tzinfo=None)
        quiet = self.start <= at < self.end if self.start < self.end else not self.end <= at < self.start
        if not quiet:
            return None
        day = local.date() + (ONE_DAY if at >= self.end else timedelta())
        return datetime.combine(day, self.end, zone).astimezone(now.tzinfo)
