"""The mean vector of a language's everyday questions, by model: shipped for the versions that are locked, else made.

Making them takes seconds of CPU whenever the models are loaded. `python -m knowledge.meaning.centres` writes the file
anew; it has to be run after the questions or a model's version changed.
"""

import base64
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.meaning.common_questions import COMMON_QUESTIONS
from knowledge.words.words import clean

SHIPPED = Path(__file__).with_suffix(".json")

Vector = NDArray[np.float32]
Centres = Mapping[str, Vector]


def centres(package: str, read: Callable[[str], Vector]) -> Centres:
    """By language; `read` is what the installed package makes of a query."""
    shipped, model = json.loads(SHIPPED.read_text(encoding="ascii")), _model(package)
    if shipped["questions"] == _questions() and model in shipped["centres"]:
        return {lang: _decoded(vector) for lang, vector in shipped["centres"][model].items()}
    return made(read)


def made(read: Callable[[str], Vector]) -> Centres:
    """The same from the model itself."""
    return {
        lang: np.mean([read(clean(text)) for text in texts], axis=0).astype("<f4")
        for lang, texts in COMMON_QUESTIONS.items()
    }


def write(models: Mapping[str, Callable[[str], Vector]]) -> None:
    """Ship the centres of these packages' models."""
    found = {
        _model(package): {lang: _encoded(vector) for lang, vector in made(read).items()}
        for package, read in models.items()
    }
    text = json.dumps({"questions": _questions(), "centres": found}, indent=1)
    SHIPPED.write_text(f"{text}\n", encoding="ascii")


def _model(package: str) -> str:
    return f"{package} {version(package)}"


def _questions() -> str:
    return sha256(json.dumps(COMMON_QUESTIONS).encode()).hexdigest()


def _encoded(vector: Vector) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")


def _decoded(text: str) -> Vector:
    return np.frombuffer(base64.b64decode(text), "<f4")


if __name__ == "__main__":
    from knowledge.meaning.process import readers  # which takes the centres from here

    write({name: read_as["query"] for name, read_as in readers().items()})
