"""Names of the US census and the words people use most: what is a name, what is only capitalised."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import names

from guardrail.names.word_tables import AMBIGUOUS, GIVEN_ELSEWHERE, NO_GIVEN_NAME, PRODUCTS
from knowledge.words.dictionaries import by_frequency

FREQUENT = 2_500  # so many words are ordinary even if someone is called that
RARE = 12_000


@dataclass(frozen=True)
class EnglishLists:
    """All in lower case."""

    first: frozenset[str]  # given names
    last: frozenset[str]  # surnames
    frequent: frozenset[str]  # the words people use most, names among them
    used: frozenset[str]  # the words people use at all, names and places among them
    by_rank: tuple[str, ...]  # the same, the most used first
    ordinary: frozenset[str]  # words that say nothing about a person when capitalised

    @classmethod
    @cache
    def load(cls) -> "EnglishLists":
        """From the lists of `names` and wordfreq; read once for the process."""
        first = (_census("first:male") | _census("first:female") | GIVEN_ELSEWHERE) - NO_GIVEN_NAME
        last = _census("last")
        used = [word for words in by_frequency("small") for word in words]
        ordinary = (AMBIGUOUS | PRODUCTS).union(
            word for rank, word in enumerate(used[:RARE]) if word not in first and (rank < FREQUENT or word not in last)
        )
        return cls(first, last, frozenset(used[:RARE]), frozenset(used), tuple(used), ordinary)


def _census(key: str) -> frozenset[str]:
    lines = Path(names.FILES[key]).read_text(encoding="ascii").splitlines()
    return frozenset(line.split()[0].lower() for line in lines)
