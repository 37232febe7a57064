"""What LINE objects to in a request: which property, and in what words."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One objection. `bad_name` marks an unknown property or a wrong JSON type, which LINE reports alone."""

    property: str
    message: str
    bad_name: bool = False

    def __str__(self) -> str:
        return f"{self.property}: {self.message or 'not a property, or not of this type'}"


def property_path(parts: Iterable[str | int]) -> str:
    """The way LINE writes a place in the body: `messages[0].template.actions[1].label`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
