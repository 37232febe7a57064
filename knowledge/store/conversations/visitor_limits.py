"""How much one visitor may ask of an app, within bounds that protect the service and leave the app usable."""

from dataclasses import dataclass

# No more than guardrail/limits.py lets come from one address, which a visitor cannot exceed.
PER_MINUTE = range(2, 21)
PER_DAY = range(10, 301)


@dataclass(frozen=True)
class VisitorLimits:
    """Messages of one visitor. Raises ValueError outside the bounds."""

    per_minute: int = 8
    per_day: int = 100

    def __post_init__(self) -> None:
        if self.per_minute not in PER_MINUTE or self.per_day not in PER_DAY:
            raise ValueError("outside the bounds of a visitor's limits")
