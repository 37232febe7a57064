"""What can go wrong in a way that somebody can act on. Anything else goes up to the border that can retry."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.phrases import Phrase


class MimiError(Exception):
    """A refusal whose phrase tells the person what to do next, in their language."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.text)
        self.phrase = phrase


class BadInput(MimiError):
    """What was written cannot be used as it is. `at` names what of it, where several things were."""

    def __init__(self, phrase: Phrase, at: str = "") -> None:
        super().__init__(phrase)
        self.at = at


@contextmanager
def written_at(name: str) -> Iterator[None]:
    """What is refused in here is refused for what was written as `name`."""
    try:
        yield
    except BadInput as error:
        error.at = error.at or name
        raise


class NotFound(MimiError):
    """There is no such thing for this person, whether or not someone else has one."""


class Gone(NotFound):
    """It was there until lately, and is there for nobody now."""


class NotAllowed(MimiError):
    """This person may not do that."""


class TooMany(MimiError):
    """A limit was reached; `retry_after` says in how many seconds it is worth trying again, `whose` limit it is."""

    def __init__(self, phrase: Phrase, retry_after: int, whose: str = "") -> None:
        super().__init__(phrase)
        self.whose = whose
        self.retry_after = retry_after


class CheckNeeded(MimiError):
    """A message is taken once its writer has shown that a person waits: by a token and a proof, or after `wait`.

    `parts` numbers of so many `bits`, or `wait` milliseconds (guardrail/spam/challenges.py); `why` it is not taken yet.
    """

    def __init__(self, phrase: Phrase, why: str, token: str, bits: int, parts: int, wait: int) -> None:
        super().__init__(phrase)
        self.why = why
        self.token = token
        self.bits = bits
        self.parts = parts
        self.wait = wait

    @property
    def seconds(self) -> int:
        """The wait as people count it."""
        return max(1, math.ceil(self.wait / 1000))


class Unavailable(MimiError):
    """Something mimi needs is not answering now; trying later helps."""
