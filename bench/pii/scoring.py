"""How texts with marked personal information are scored, and what a timed answer is made of.

An entity is caught when at least nine tenths of its visible characters are masked, by a finding of any type.
"""

import json
import math
import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CAUGHT = 0.9
ANSWER, ANSWERS = 300, 120  # characters of an answer that is timed, and how many there are
PROMISED = ("PERSON", "ADDRESS", "PHONE", "EMAIL")  # a leak is one of these; OTHER_ID comes on top

Span = tuple[int, int]
Record = dict[str, Any]


@dataclass
class Tally:
    """What was in a group of texts, and what became of it."""

    entities: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    holding: int = 0  # texts with something of what is promised ...
    leaking: int = 0  # ... and those where some of it was not caught
    clean: int = 0
    touched: int = 0
    visible: int = 0  # characters of the clean texts
    masked: int = 0

    def add(self, record: Record, found: Iterable[Span]) -> None:
        """Count one text and what was found in it."""
        text, spans = record["text"], record["spans"]
        seen = [not (char.isspace() or unicodedata.category(char) == "Cf") for char in text]
        covered = bytearray(len(text))
        for start, end in found:
            covered[start:end] = b"\1" * len(covered[start:end])
        if spans:
            self._add_entities(spans, seen, covered)
        else:
            masked = sum(1 for at, shows in enumerate(seen) if shows and covered[at])
            self.clean += 1
            self.touched += masked > 0
            self.visible += sum(seen)
            self.masked += masked

    def _add_entities(self, spans: list[Record], seen: list[bool], covered: bytearray) -> None:
        missed = []
        for span in spans:
            places = [at for at in range(span["start"], span["end"]) if seen[at]]
            caught = sum(covered[at] for at in places) >= CAUGHT * (len(places) or 1)
            self.entities[span["type"]] += 1
            self.caught[span["type"]] += caught
            if not caught:
                missed.append(span["type"])
        self.holding += any(span["type"] in PROMISED for span in spans)
        self.leaking += any(kind in PROMISED for kind in missed)

    @property
    def leak(self) -> float:
        """Share of texts with a name, address, phone number or mail of which at least one got through."""
        return share(self.leaking, self.holding)

    def recall(self, kind: str) -> float:
        """Share of entities caught."""
        return share(self.caught[kind], self.entities[kind])


def share(part: int, whole: int) -> float:
    """A share of nothing is unknown."""
    return part / whole if whole else math.nan


def records(path: Path, limit: int = 0) -> list[Record]:
    """The file's records, or about `limit` of them spread over it."""
    with path.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines if line.strip()]
    return read[:: max(1, len(read) // limit)] if limit else read


def answers(marked: Sequence[Record], clean: Sequence[Record], lang: str) -> list[str]:
    """Answers made of the texts, the same ones each time; every fourth opens with personal information."""
    chance = random.Random(7)
    holding = [r["text"] for r in marked if r["lang"] == lang and r["spans"] and len(r["text"]) < ANSWER // 2]
    plain = [r["text"] for r in clean if r["lang"] == lang]
    made = []
    for number in range(ANSWERS):
        text = chance.choice(holding) if number % 4 == 0 and holding else ""
        while len(text) < ANSWER:
            text += ("\n" if text else "") + chance.choice(plain or holding)
        made.append(text[:ANSWER])
    return made
