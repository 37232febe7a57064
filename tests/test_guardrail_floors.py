"""What the guardrail catches does not get worse unnoticed, nor what it masks for nothing.

The floors lie just below what was measured over bench/data/pii, so that a change of word list does not trip over one
name. Whoever makes the guardrail better raises them; `make bench-guardrail` prints the figures.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import pytest
from grounds import real_pii

from bench.guardrail import DATA
from bench.pii.scoring import Record, Tally, records, share
from guardrail.findings import Finding, PiiKind
from guardrail.pii import Pii

PERSON, ADDRESS, PHONE, EMAIL, OTHER_ID = PiiKind


@dataclass(frozen=True)
class Bounds:
    """Of one source's texts: the share that may leak, and the share of each kind that must be caught."""

    leak: float
    recall: dict[PiiKind, float]


BOUNDS = {
    ("ja", "synthetic-support"): Bounds(0.004, {PERSON: 0.99, ADDRESS: 0.99, PHONE: 0.99, EMAIL: 0.99, OTHER_ID: 0.99}),
    ("en", "synthetic-support"): Bounds(
        0.008, {PERSON: 0.99, ADDRESS: 0.99, PHONE: 0.985, EMAIL: 0.99, OTHER_ID: 0.99}
    ),
    ("en", "presidio-research"): Bounds(0.45, {PERSON: 0.84, ADDRESS: 0.93, PHONE: 0.97, EMAIL: 0.99, OTHER_ID: 0.97}),
}
# Of ordinary texts: the share that may be touched, and the share of their characters that may be masked.
TOUCHED = {"ja": 0.005, "en": 0.005}
MASKED = {"ja": 0.0005, "en": 0.0005}

pytestmark = pytest.mark.long

Found = list[tuple[Record, list[Finding]]]
Group = TypeVar("Group")


@pytest.fixture(scope="module")
def marked(pii: Pii) -> Found:
    return [(record, pii.find_now(record["text"])) for record in records(DATA / "dev.jsonl")]


@pytest.fixture(scope="module")
def clean(pii: Pii) -> Found:
    return [(record, pii.find_now(record["text"])) for record in records(DATA / "clean_dev.jsonl")]


@pytest.fixture(scope="module")
def pii() -> Pii:
    return real_pii()


def tallies(found: Found, group: Callable[[Record], Group]) -> dict[Group, Tally]:
    counted: dict[Group, Tally] = defaultdict(Tally)
    for record, findings in found:
        counted[group(record)].add(record, [(finding.start, finding.end) for finding in findings])
    return counted


def below(found: Found) -> Iterator[str]:
    """Every floor that what was found stays below; a figure without texts, not a number, is below too."""
    counted = tallies(found, lambda record: (record["lang"], record["source"]))
    for group, bounds in BOUNDS.items():
        tally = counted[group]
        if not tally.leak <= bounds.leak:
            yield f"{group} leak {tally.leak:.4f}"
        for kind, floor in bounds.recall.items():
            if not tally.recall(kind) >= floor:
                yield f"{group} {kind} {tally.recall(kind):.4f}"


def above(found: Found) -> Iterator[str]:
    """Every bound on what ordinary text suffers that is broken."""
    counted = tallies(found, lambda record: record["lang"])
    for lang in TOUCHED:
        tally = counted[lang]
        touched, masked = share(tally.touched, tally.clean), share(tally.masked, tally.visible)
        if not touched <= TOUCHED[lang]:
            yield f"{lang} touched {touched:.4f}"
        if not masked <= MASKED[lang]:
            yield f"{lang} masked {masked:.4f}"


def test_what_is_caught_stays_above_the_floors(marked: Found) -> None:
    assert list(below(marked)) == []


def test_ordinary_text_is_left_alone(clean: Found) -> None:
    assert list(above(clean)) == []


@pytest.mark.parametrize("lost", list(PiiKind))
def test_one_in_ten_lost_is_noticed(marked: Found, lost: PiiKind) -> None:
    noticed = list(below(without_a_tenth(marked, lost)))
    for lang in ("ja", "en"):
        assert any(line.startswith(f"{(lang, 'synthetic-support')} {lost}") for line in noticed)


def test_one_more_in_fifty_touched_is_noticed(clean: Found) -> None:
    more = [(r, [Finding(0, 4, PERSON)] if n % 50 == 0 else findings) for n, (r, findings) in enumerate(clean)]
    noticed = [line.rpartition(" ")[0] for line in above(more)]
    assert sorted(noticed) == ["en masked", "en touched", "ja masked", "ja touched"]


def without_a_tenth(found: Found, lost: PiiKind) -> Found:
    """The same, with every tenth text's findings where an entity of that kind stands taken away."""
    holding = [id(record) for record, _ in found if any(span["type"] == lost for span in record["spans"])]
    hit = set(holding[::10])
    return [(record, [] if id(record) in hit else findings) for record, findings in found]
