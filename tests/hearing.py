"""Rounds for parts that a test drives itself: changes are heard, and nothing is due by itself."""

from bot.rounds import Due, Rounds
from handlers.ports import Clock


class Deaf:
    """Changes of which nobody tells: one looks again each second."""

    hears = False


class Hears:
    """Changes that are heard."""

    hears = True


async def nothing_due() -> None:
    """When the next thing is due: never."""


def looking_again(clock: Clock, due: Due) -> Rounds:
    """Rounds that look each second whether something is due."""
    return Rounds(clock, Deaf(), due)


def at_rest(clock: Clock) -> Rounds:
    """Rounds that nothing but a wake ends."""
    return Rounds(clock, Hears(), nothing_due)
