"""What a conversation's visitor has been shown so far, as far as it matters for what may follow."""

from collections.abc import Iterable

TAIL = 400  # characters in which a known value may be spread out
KEPT = 4_000  # characters in which its parts may stand alone


class Memory:
    """One for each conversation, kept over its turns or made again from the answers a visitor has seen."""

    def __init__(self, answers: Iterable[str] = ()) -> None:
        self.shown = "".join(f"{answer}\n" for answer in answers)[-KEPT:]

    @property
    def tail(self) -> str:
        """The end of what was shown."""
        return self.shown[-TAIL:]

    def add(self, shown: str) -> None:
        """Remember a piece that leaves now."""
        self.shown = (self.shown + shown)[-KEPT:]

    def end_turn(self) -> None:
        """The next piece belongs to another answer."""
        self.add("\n")
