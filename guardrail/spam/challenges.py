"""What a doubtful message is asked for: a little work by its writer's browser, or as much patience as that may take.

The work is a hashcash (Back 2002) in parts, since many small puzzles take nearly the same time each time, and one large
one does not. Both ways are signed and belong to one message of one conversation, and a message is kept once.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from enum import StrEnum

PARTS = 8
BITS = 14  # zeros before each part's hash: 130,000 hashes together, about a second on a phone
MOST_BITS = 17
JUNK_A_BIT = 10  # what was held against the conversation and doubles the work
WAIT = 8_000  # milliseconds; a browser without scripts, or too slow for the work, waits them
LIVES = 30 * 60_000

_TOKEN = re.compile(r"([0-9]{10,15})\.([0-9]{1,2})\.([0-9a-f]{32})")
_PROOF = re.compile(rf"[0-9]{{1,10}}(?:\.[0-9]{{1,10}}){{{PARTS - 1}}}")


class Outcome(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    ASKED = "asked"  # there was none yet
    ALTERED = "altered"  # not ours as it stands, or another message's
    LATE = "late"
    EARLY = "early"  # nothing was solved, and the wait is not over
    UNSOLVED = "unsolved"  # something was, wrongly


@dataclass(frozen=True)
class Challenge:
    """As it is sent: `parts` numbers are wanted, each with so many `bits`, or `wait` milliseconds from now."""

    token: str
    bits: int
    parts: int
    wait: int


class Challenges:
    """Sets checks and looks at what comes back. Nothing of them is stored: they carry their own signature."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.new(secret.encode(), b"mimi check of a message", hashlib.sha256).digest()

    def asked_of(self, conversation: str, message: str, at: int, junk: int = 0) -> Challenge:
        """A new one for this message, at this time in milliseconds; the more junk came before, the more work."""
        bits = min(MOST_BITS, BITS + junk // JUNK_A_BIT)
        return Challenge(f"{at}.{bits}.{self._mark(conversation, message, at, bits)}", bits, PARTS, WAIT)

    def outcome(self, conversation: str, message: str, token: str, proof: str, at: int) -> Outcome:
        """What a token, and the proof it came with, are worth for this message."""
        if not token:
            return Outcome.ASKED
        found = _TOKEN.fullmatch(token)
        if not found:
            return Outcome.ALTERED
        since, bits = int(found[1]), int(found[2])
        if not hmac.compare_digest(found[3], self._mark(conversation, message, since, bits)):
            return Outcome.ALTERED
        if at - since > LIVES:
            return Outcome.LATE
        if at - since >= WAIT or (proof and is_solved(token, bits, proof)):
            return Outcome.PASSED
        return Outcome.UNSOLVED if proof else Outcome.EARLY

    def again(self, token: str, at: int) -> Challenge:
        """One that was set before, with what is left of its wait."""
        since, bits, _mark = token.split(".")
        return Challenge(token, int(bits), PARTS, max(0, int(since) + WAIT - at))

    def _mark(self, conversation: str, message: str, at: int, bits: int) -> str:
        # As JSON, so that no two sets of fields read the same.
        said = json.dumps([conversation, message, at, bits]).encode()
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()[:32]


def is_solved(token: str, bits: int, proof: str) -> bool:
    """Whether each part's number gives a hash with so many zeros before it: web/static/check_worker.js finds them."""
    if not _PROOF.fullmatch(proof):
        return False
    seed, numbers = hashlib.sha256(token.encode()).digest(), [int(each) for each in proof.split(".")]
    return all(number < 2**32 and _zeros(seed, part, number) >= bits for part, number in enumerate(numbers))


def _zeros(seed: bytes, part: int, number: int) -> int:
    """Bits that are zero before the first that is not."""
    said = seed + part.to_bytes(4, "big") + number.to_bytes(4, "big")
    return 256 - int.from_bytes(hashlib.sha256(said).digest(), "big").bit_length()
