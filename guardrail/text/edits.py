"""Changes to a text: which places give way to what."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """`text` in place of start:end."""

    start: int
    end: int
    text: str = ""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made; neighbours that only blanks part share one placeholder."""
    parts: list[str] = []
    at = 0
    for edit in _apart(edits):
        between = text[at : edit.start]
        if edit.text and parts and parts[-1] == edit.text and not between.strip(" 　"):
            at = edit.end
            continue
        parts += [between, edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    """Sorted, overlapping ones as one: what lies within a wider one goes with it, else a placeholder stays."""
    apart: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, -e.end, e.text)):
        if apart and edit.start < apart[-1].end:
            last = apart[-1]
            if edit.end > last.end:
                apart[-1] = Edit(last.start, edit.end, last.text or edit.text)
        else:
            apart.append(edit)
    return apart
