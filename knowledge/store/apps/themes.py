"""How an app's page looks: an accent colour, and light, dark, or as the visitor's device has it."""

import re
from dataclasses import dataclass
from enum import StrEnum

COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


class Look(StrEnum):
    """Light, dark, or what the visitor's device says."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Theme:
    """`accent` is `#rrggbb`, or empty for mimi's own colour. Raises ValueError for anything else."""

    accent: str = ""
    look: Look = Look.AUTO

    def __post_init__(self) -> None:
        if self.accent and not COLOUR.match(self.accent):
            raise ValueError("an accent is #rrggbb in lower case")
