"""What the guardrail found: which kind of personal information, and where; and the text with something in its place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from knowledge.errors import Unavailable
from knowledge.phrases import Phrase, _


class PiiKind(StrEnum):
    """The kinds a visitor never sees; the values are the types of `python -m guardrail scan`."""

    PERSON = "PERSON"
    ADDRESS = "ADDRESS"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    OTHER_ID = "OTHER_ID"


class Confidence(StrEnum):
    """How sure a finding is. What is doubtful is hidden all the same, and its owner is asked about it."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"

    @property
    def is_certain(self) -> bool:
        """Whether nobody has to be asked."""
        return self is Confidence.CERTAIN


LABELS = {
    PiiKind.PERSON: _("name"),
    PiiKind.ADDRESS: _("address"),
    PiiKind.PHONE: _("phone number"),
    PiiKind.EMAIL: _("e-mail address"),
    PiiKind.OTHER_ID: _("ID or card number"),
}


def label(kind: PiiKind) -> Phrase:
    """The kind as a person would call it."""
    return LABELS[kind]


@dataclass(frozen=True)
class Finding:
    """One piece of personal information, in characters of the text it was found in."""

    start: int
    end: int
    kind: PiiKind
    confidence: Confidence = Confidence.CERTAIN


@dataclass(frozen=True)
class Redacted:
    """A text without personal information, and what was taken out (in offsets of the original)."""

    text: str
    findings: tuple[Finding, ...]

    @property
    def kinds(self) -> tuple[PiiKind, ...]:
        """The distinct kinds, in the order they were met."""
        return tuple(dict.fromkeys(finding.kind for finding in self.findings))


class GuardrailFailed(Unavailable):
    """The text could not be checked, so none of it may be shown."""

    def __init__(self) -> None:
        super().__init__(_("I cannot answer safely at the moment. Please try again a little later."))


def without_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted findings; those that overlap become one, of the kind that covers most, as certain as any of them."""
    merged: list[Finding] = []
    widest = 0
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if merged and finding.start < merged[-1].end:
            last, size = merged[-1], finding.end - finding.start
            kind = finding.kind if size > widest else last.kind
            surest = min(last.confidence, finding.confidence)  # the word "certain" comes first
            merged[-1] = Finding(last.start, max(last.end, finding.end), kind, surest)
            widest = max(widest, size)
        else:
            merged.append(finding)
            widest = finding.end - finding.start
    return merged


# What stands between the members of a list of persons or numbers: nothing but blanks, or "、", "さん、", " and ".
JOINED = re.compile(r"[ 　]*(?:(?:さん|様|氏)?[、，・]|[,/&／]? ?(?:\b(?:and|or)\b)?|と|や|または|及び)[ 　]*")


@dataclass(frozen=True)
class Edit:
    """`text` in place of start:end."""

    start: int
    end: int
    text: str = ""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made; the members of a list share one placeholder, as neighbours do."""
    parts: list[str] = []
    at = 0
    for edit in _apart(edits):
        between = text[at : edit.start]
        if edit.text and parts and parts[-1] == edit.text and JOINED.fullmatch(between):
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
