"""What a conversation's messages leave behind for judging the next one: counters and salted sketches of fixed size."""

import math
import struct
from dataclasses import dataclass, replace

from guardrail.spam.utterance import SKETCH, Utterance
from guardrail.spam.verdicts import Judgement, SpamVerdict

KEPT = 8  # messages
MOST = 255
SECONDS_EACH = 3.0  # a person reads and types
_FORMAT = struct.Struct(f">BBBfI{'I' * SKETCH * KEPT}")

Sketch = tuple[int, ...]


@dataclass(frozen=True)
class Earlier:
    """`junk`: what is still held against the conversation; `errands`: how often it wanted something else than the app.

    `haste`: messages beyond what a person writes, as of `at`. `sketches`: of the last messages, the newest first.
    """

    junk: int = 0
    errands: int = 0
    haste: float = 0.0
    at: int = 0
    sketches: tuple[Sketch, ...] = ()

    def copies(self, message: Utterance) -> int:
        """How many of the last messages were nearly the same."""
        return sum(_alike(sketch, message.sketch) for sketch in self.sketches)

    def hasty(self, at: float | None) -> float:
        """How many messages too many there are with one at this time."""
        if at is None:
            return 0.0
        gone = max(0.0, at - self.at) if self.at else 0.0
        return max(0.0, self.haste - gone / SECONDS_EACH) + 1

    def after(self, message: Utterance, judgement: Judgement) -> "Earlier":
        """With one more message; each good one takes back a little of what came before."""
        bad = judgement.verdict in (SpamVerdict.CHALLENGE, SpamVerdict.DROP)
        junk = min(MOST, self.junk + judgement.score) if bad else max(0, self.junk - 1)
        later = replace(
            self,
            junk=junk,
            errands=min(MOST, self.errands + (judgement.verdict is SpamVerdict.OFF_TOPIC)),
            sketches=(message.sketch, *self.sketches)[:KEPT],
        )
        if message.at is None:
            return later
        return replace(later, haste=min(float(MOST), self.hasty(message.at)), at=max(self.at, int(message.at) % 2**32))

    def packed(self) -> bytes:
        """To be stored with the conversation; always the same size."""
        padded = [(*sketch, *[0] * SKETCH)[:SKETCH] for sketch in (*self.sketches, *[()] * KEPT)[:KEPT]]
        hashes = [part for sketch in padded for part in sketch]
        return _FORMAT.pack(self.junk, self.errands, len(self.sketches), self.haste, self.at, *hashes)

    @classmethod
    def unpacked(cls, stored: bytes) -> "Earlier":
        """What `packed` made. Raises ValueError for anything else."""
        if len(stored) != _FORMAT.size:
            raise ValueError("not a conversation's earlier messages")
        junk, errands, kept, haste, at, *hashes = _FORMAT.unpack(stored)
        rows = [tuple(filter(None, hashes[row * SKETCH :][:SKETCH])) for row in range(min(kept, KEPT))]
        return cls(junk, errands, haste if math.isfinite(haste) else 0.0, at, tuple(rows))


def _alike(one: Sketch, other: Sketch) -> bool:
    """Whether the texts share four in five of their shingles, as far as their sketches tell."""
    if not one or not other:
        return one == other
    smallest = set(sorted({*one, *other})[:SKETCH])
    return len(smallest & set(one) & set(other)) >= 0.8 * len(smallest)
