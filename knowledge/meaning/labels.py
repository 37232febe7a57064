"""Which label a short text most likely has, by weights that were trained on texts that people labelled. Pure.

A text is seen by what it is made of, its words and the runs of its letters, and by its vector of meaning where there is
one: trained with both and with words alone, the same weights do for either.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.meaning.process import DIMENSIONS, E5_DIMENSIONS, USE_DIMENSIONS
from knowledge.words.words import clean, words_in_order

PLACES = 4096  # of the table into which words and letters are hashed
RUNS = (2, 3, 4)  # letters
# What a full match of each counts, set with bench/wishes.py.
# A vector of both models has length 1, each one's part of it the square root of a half.
_MEANING = np.repeat(np.array([3.0, 2.0], np.float32) * np.float32(2**0.5), (E5_DIMENSIONS, USE_DIMENSIONS))
_MADE_OF = np.float32(3.0)
_MOST = 127  # of a weight, which is a byte

_ADDRESS = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"\d+")
_AROUND = " 。.!！?？、"

Row = NDArray[np.float32]


@dataclass(frozen=True)
class LabelWeights:
    """What was trained: `rare` says how rare each place of the table is, `trained_on` names the texts.

    `model` names the models whose vectors they are for; with others a text has its words alone.
    """

    labels: tuple[str, ...]
    rare: Row
    of_features: Row  # DIMENSIONS + PLACES by labels
    of_labels: Row
    model: str
    trained_on: str

    @classmethod
    def read(cls, path: Path) -> "LabelWeights":
        """As `write` wrote them. Raises OSError."""
        with np.load(path, allow_pickle=False) as kept:
            labels: list[str] = kept["names"].tolist()
            model, trained_on = map(str, kept["about"].tolist())
            of_features = kept["of_features"].astype(np.float32) * kept["steps"]
            return cls(tuple(labels), kept["rare"], of_features, kept["of_labels"], model, trained_on)

    def write(self, path: Path) -> None:
        """A byte a weight, which changes nothing measurable."""
        steps = np.abs(self.of_features).max(axis=0) / _MOST
        kept: dict[str, Any] = {
            "names": np.array(self.labels),
            "about": np.array([self.model, self.trained_on]),
            "rare": self.rare,
            "of_features": np.round(self.of_features / steps).astype(np.int8),
            "of_labels": self.of_labels,
            "steps": steps,
        }
        np.savez_compressed(path, **kept)

    def chances(self, text: str, meaning: Row | None = None) -> list[tuple[str, float]]:
        """Every label with how likely it is (they add up to 1), the likeliest first."""
        scores = features([text], [meaning], self.rare)[0] @ self.of_features + self.of_labels
        each = np.exp(scores - scores.max())
        each /= each.sum()
        return [(self.labels[at], float(each[at])) for at in np.argsort(-each, kind="stable").tolist()]


def features(texts: Sequence[str], meanings: Sequence[Row | None], rare: Row) -> Row:
    """What the weights are for, a row each: the vector of meaning, or zeros, and what the text is made of."""
    vectors = np.stack([np.zeros(DIMENSIONS, np.float32) if each is None else each for each in meanings])
    made_of = table(texts) * rare
    made_of *= _MADE_OF / np.maximum(np.linalg.norm(made_of, axis=1, keepdims=True), 1e-9)
    return np.concatenate((vectors * _MEANING, made_of), axis=1)


def rareness(texts: Sequence[str]) -> Row:
    """How rare each place of the table is among these texts; 0 for what only one of them has."""
    having = table(texts).sum(axis=0)
    return np.where(having > 1, np.log(len(texts) / np.maximum(having, 1)), 0).astype(np.float32)


def table(texts: Sequence[str]) -> Row:
    """Ones in the places of what each text is made of."""
    rows = np.zeros((len(texts), PLACES), np.float32)
    for row, text in zip(rows, texts, strict=True):
        # As Python hashes it would differ in each process.
        row[[zlib.crc32(each.encode()) % PLACES for each in _parts(text)]] = 1
    return rows


def _parts(text: str) -> Iterable[str]:
    # Which address or number it is says nothing about what is wanted with it.
    plain = _NUMBER.sub("0", _ADDRESS.sub("https://", clean(text).lower())).strip(_AROUND)
    words = [word for word, _carries in words_in_order(plain)]
    ended = f"^{plain}$"
    yield from (ended[at : at + run] for run in RUNS for at in range(len(ended) - run + 1))
    yield from (f"w:{word}" for word in words)
    yield from (f"b:{one} {two}" for one, two in pairwise(words))
