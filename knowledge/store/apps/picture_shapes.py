"""What a picture is for, and how large it becomes."""

from dataclasses import dataclass
from enum import StrEnum

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_SIDE = 8_000  # pixels; what is larger is not decoded at all
MOST_PIXELS = 40_000_000


class Shape(StrEnum):
    """`LOOSE` is a photo whose place is not chosen yet: its own proportions, made smaller."""

    ICON = "icon"
    HEADER = "header"
    LOOSE = "loose"


@dataclass(frozen=True)
class Size:
    """At most this large, and at least that."""

    width: int
    height: int
    least_width: int
    least_height: int


SIZES: dict[Shape, Size] = {
    Shape.ICON: Size(512, 512, 64, 64),
    Shape.HEADER: Size(1500, 500, 300, 100),
    Shape.LOOSE: Size(2000, 2000, 64, 64),
}


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept and served."""

    content_type: str
    data: bytes
