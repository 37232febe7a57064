"""What an owner chose to publish: exactly these values pass the guardrail, and nothing near them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from guardrail.findings import Finding, PiiKind
from guardrail.text.normalise import normalise

IGNORED = frozenset(" \n-()〒")


@dataclass(frozen=True)
class PublicContacts:
    """`values` pass as a whole; `names` (of the app, its company, its products) are no persons."""

    values: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: Iterable[str] = (), names: Iterable[str] = ()) -> "PublicContacts":
        """Contacts from whatever an owner typed; empty ones are left out."""
        return cls(frozenset(v for v in values if v.strip()), frozenset(n for n in names if n.strip()))

    def stand_in(self, text: str) -> bool:
        """Whether any of the values stands somewhere in the text."""
        reading = _Key.of(text)
        return any(next(reading.places(value), None) for value in self.values)

    def without_public(self, text: str, findings: list[Finding]) -> list[Finding]:
        """The findings of `text` that are not public: a finding inside a public value's occurrence is."""
        if not findings or not (self.values or self.names):
            return findings
        reading = _Key.of(text)
        anything = _Places(place for value in self.values for place in reading.places(value))
        persons = _Places(place for value in self.values | self.names for place in reading.places(value))
        # A name makes only persons public: a firm called Tanaka does not publish an address in Tanaka street.
        return [f for f in findings if not (persons if f.kind is PiiKind.PERSON else anything).hold(f)]


NOTHING_PUBLIC = PublicContacts()


class _Places:
    """Where public values stand, ready to be asked about many findings."""

    def __init__(self, places: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(places)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def hold(self, finding: Finding) -> bool:
        """Whether the finding lies within one of the places."""
        before = bisect_right(self._starts, finding.start)
        return before > 0 and finding.end <= self._ends[before - 1]


@dataclass(frozen=True)
class _Key:
    """A text without what people vary when they copy a value: case, width, spaces, hyphens, brackets."""

    key: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "_Key":
        read = normalise(text)
        kept = [
            (folded, read.starts[i], read.ends[i])
            for i, char in enumerate(read.text)
            if char not in IGNORED
            for folded in char.casefold()
        ]
        return cls("".join(k[0] for k in kept), tuple(k[1] for k in kept), tuple(k[2] for k in kept))

    def places(self, value: str) -> Iterator[tuple[int, int]]:
        """Where the value stands in the text, unless a digit or letter of the same word goes on beside it."""
        wanted = _Key.of(value).key
        at = self.key.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if not (self._goes_on(at) or self._goes_on(end)):
                yield self.starts[at], self.ends[end - 1]
            at = self.key.find(wanted, end)

    def _goes_on(self, at: int) -> bool:
        """Whether one ASCII word or number lies on both sides of `at`, with nothing left out between."""
        if not 0 < at < len(self.key) or self.ends[at - 1] != self.starts[at]:
            return False
        return all(char.isascii() and char.isalnum() for char in self.key[at - 1 : at + 1])
