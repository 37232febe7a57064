"""Names of the US census and the words people use most: what is a name, what is only capitalised."""

import math
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import names

from guardrail.names.word_tables import AMBIGUOUS, GIVEN_ELSEWHERE, NO_GIVEN_NAME, PRODUCTS
from knowledge.words.dictionaries import by_frequency

FREQUENT = 2_500  # so many words are ordinary even if someone is called that
RARE = 12_000
LEAST = 0.0005  # per cent of people who have a name; the census rounds to it
UNUSED = 6.5  # a word on no list is used once in ten to the power of this


@dataclass(frozen=True)
class EnglishLists:
    """All in lower case."""

    first: frozenset[str]  # given names
    last: frozenset[str]  # surnames
    frequent: frozenset[str]  # the words people use most, names among them
    used: frozenset[str]  # the words people use at all, names and places among them
    by_rank: tuple[str, ...]  # the same, the most used first
    ordinary: frozenset[str]  # words that say nothing about a person when capitalised
    likely: tuple[dict[str, float], dict[str, float]]  # of given names and surnames, in powers of ten; see `likeness`

    @classmethod
    @cache
    def load(cls) -> "EnglishLists":
        """From the lists of `names` and wordfreq; read once for the process."""
        given, surnames = dict.fromkeys(GIVEN_ELSEWHERE, LEAST) | _census("first:male"), _census("last")
        for name, share in _census("first:female").items():
            given[name] = max(share, given.get(name, 0))
        first, last = given.keys() - NO_GIVEN_NAME, frozenset(surnames)
        how_often = {word: at / 100 for at, words in enumerate(by_frequency("small")) for word in words}
        used = list(how_often)
        ordinary = (AMBIGUOUS | PRODUCTS).union(
            word for rank, word in enumerate(used[:RARE]) if word not in first and (rank < FREQUENT or word not in last)
        )
        likely = tuple(
            {name: math.log10(max(share, LEAST) / 100) + how_often.get(name, UNUSED) for name, share in each.items()}
            for each in (given, surnames)
        )
        return cls(
            frozenset(first),
            last,
            frozenset(used[:RARE]),
            frozenset(used),
            tuple(used),
            ordinary,
            (likely[0], likely[1]),
        )

    def likeness(self, word: str) -> tuple[float, float]:
        """How much likelier it is that somebody has it as a given name and as a surname than that it is said."""
        given, surnames = self.likely
        return given.get(word, 0.0), surnames.get(word, 0.0)


def without_accents(word: str) -> str:
    """Without what is written above, below and through its letters."""
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    return bare.translate(THROUGH)


THROUGH = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})


def _census(key: str) -> dict[str, float]:
    """Names, and how many per cent have them."""
    lines = Path(names.FILES[key]).read_text(encoding="ascii").splitlines()
    return {line.split()[0].lower(): float(line.split()[1]) for line in lines}
