"""What is said of a message, and what speaks for it."""

from dataclasses import dataclass
from enum import StrEnum


class SpamVerdict(StrEnum):
    """What is to be done with a message."""

    PASS = "pass"  # noqa: S105 - goes on
    CHALLENGE = "challenge"  # doubtful: its writer is asked for a sign that a person waits
    DROP = "drop"  # certain: answered nothing, and nobody is told
    OFF_TOPIC = "off_topic"  # a wish to a free AI: refused kindly


class SpamReason(StrEnum):
    """What speaks for a verdict; for logs and counts, not for people."""

    NOTHING = "nothing"
    ADVERTISING = "advertising"
    LINKS = "links"
    GIBBERISH = "gibberish"
    ABUSE = "abuse"
    INJECTION = "injection"
    REPETITION = "repetition"
    SPEED = "speed"
    ERRAND = "errand"


@dataclass(frozen=True)
class Sign:
    """`points`: 1 alone says nothing, 3 is a doubt, 5 is certain."""

    why: SpamReason
    points: int


@dataclass(frozen=True)
class Judgement:
    """`score`: the points against the message, 0 for most."""

    verdict: SpamVerdict
    why: SpamReason = SpamReason.NOTHING
    score: int = 0
