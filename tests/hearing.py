"""Rounds for parts that a test drives itself: changes are heard, and nothing is due by itself."""

from bot.rounds import Rounds
from handlers.ports import Clock


class Hears:
    """Changes that are heard."""

    hears = True


async def nothing_due() -> None:
    """When the next thing is due: never."""


def at_rest(clock: Clock) -> Rounds:
    """Rounds that nothing but a wake ends."""
    return Rounds(clock, Hears(), nothing_due)
