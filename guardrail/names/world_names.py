"""Given names and surnames of many countries, in Latin letters and lower case."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "world_names.txt.gz"


@dataclass(frozen=True)
class WorldNames:
    """What Faker's providers call people, by `python -m bench.tagger.world`."""

    given: frozenset[str]
    surnames: frozenset[str]

    @classmethod
    @cache
    def load(cls) -> "WorldNames":
        """Read once for the process."""
        given, surnames = gzip.decompress(FILE.read_bytes()).decode().splitlines()
        return cls(frozenset(given.split(",")), frozenset(surnames.split(",")))
