"""What can go wrong in a way that somebody can act on. Anything else goes up to the border that can retry."""

from knowledge.phrases import Phrase


class MimiError(Exception):
    """A refusal whose phrase tells the person what to do next, in their language."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.text)
        self.phrase = phrase


class BadInput(MimiError):
    """What was written cannot be used as it is."""


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


class Unavailable(MimiError):
    """Something mimi needs is not answering now; trying later helps."""
