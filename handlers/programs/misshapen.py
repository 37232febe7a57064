"""That what a program sent has another shape than it should, and where."""

from collections.abc import Sequence
from typing import TypedDict

from knowledge.errors import BadInput
from knowledge.phrases import Phrase

MOST_SAID = 5


class Wrong(TypedDict):
    """`path` is a JSON Pointer into what was sent."""

    path: str
    message: str


class Misshapen(BadInput):
    """Says where, without a word of what was sent. For programs, in English."""

    def __init__(self, errors: Sequence[Wrong]) -> None:
        said = "; ".join(f"{each['path'] or '/'}: {each['message']}" for each in errors[:MOST_SAID])
        super().__init__(Phrase("{said}", {"said": said}))
        self.errors = list(errors)
