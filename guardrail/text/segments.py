"""Where a growing text may be cut, so that the pieces do not depend on how the text arrived.

A cut is decided from the text around it alone and only once enough of what follows is known; a stream and
the finished text are therefore cut in the same places.
"""

import re
from dataclasses import dataclass

LONGEST = 600  # characters of one piece; running text is cut far earlier
SHORTEST = 24  # "Yes. " is no piece of its own: each costs an analysis
DECIDE = 3  # characters behind an end that say whether it is one
LOOK_AHEAD = 400  # what must be known behind a forced cut, so that nothing found straddles it

# A sentence's end (with closing brackets), or the end of a line.
CANDIDATE = re.compile(r"[。！？!?．][」』）)】\"'”’*]*|(?<=[^\s.]{2})[.][)\"'”’*]*(?=\s)|\n")
# A full stop behind these ends no sentence; a piece that ended there would part a title from its name.
ABBREVIATION = re.compile(
    r"(?:^|[^A-Za-z])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Ave|Rd|Blvd|Apt|Ste|No|Tel|Inc|Ltd|Co|Corp|Jr|Sr|vs|Ext"
    r"|Messrs|Mt|Ft|Rev|Hon|Capt|Lt|Sgt|Gen|Col|e\.g|i\.e|P\.O|approx|Attn|Dept)\.$",
    re.IGNORECASE,
)
LINE_STARTS_ANEW = re.compile(r"\n|[-*•・#>|] ?[^\d\s-]|[-*•・#>|] |\d{1,2}[.)] |[#■●▼◆【]")
MARKS = "*_~`\\[]&"  # Markdown that a reader does not see may part what belongs together
BLANKS = " \t\r\n\u3000"
SENTENCE_ENDED = re.compile(r"[。！？!?．.:：;|」』）)】]\s*\Z")


@dataclass(frozen=True)
class Cut:
    """The end of the next piece; `forced` when no natural end came in time."""

    at: int
    forced: bool = False


def next_cut(text: str, *, complete: bool, after: int = 0) -> Cut | None:
    """The first cut of `text` behind `after`, or None when that depends on what is still to come."""
    for match in CANDIDATE.finditer(text, 0, LONGEST):
        if match.end() < SHORTEST or match.end() <= after:
            continue
        if match.end() == len(text) and not complete:
            return None
        following = text[match.end() : match.end() + DECIDE]
        if len(following) < DECIDE:
            if not complete:
                return None
            following = ""
        if _ends_here(text, match, following):
            return Cut(match.end())
    if len(text) >= LONGEST + LOOK_AHEAD:
        return Cut(_quiet_place(text), forced=True)
    if complete and text:
        return Cut(len(text)) if len(text) <= LONGEST else Cut(_quiet_place(text), forced=True)
    return None


def _ends_here(text: str, match: re.Match[str], following: str) -> bool:
    mark = match.group()[0]
    # A line that was broken for its length goes on: "call Mary\nSmith" must not be cut into two pieces.
    if mark == "\n":
        before = text[max(0, match.start() - 80) : match.start()]
        return bool(
            not before.strip() or SENTENCE_ENDED.search(before) or LINE_STARTS_ANEW.match(following)
        ) and not _number_goes_on(before, following)
    if mark == ".":
        before = text[max(0, match.start() - 12) : match.start() + 1]
        return not ABBREVIATION.search(before) and not _number_goes_on(before[:-1], following)
    if mark == "!" and text[match.start() - 1 : match.start()] == "<":
        return False  # a comment
    # ! and ．inside an address, a full-width number or an image do not end a sentence.
    return not (mark in "．!?" and (following[:1].isalnum() or following.startswith(tuple(MARKS))))


def _number_goes_on(before: str, following: str) -> bool:
    """A number or mail address may be broken over lines: digits or joints on both sides of the break."""
    left, right = before.rstrip(BLANKS + MARKS), following.lstrip(BLANKS + MARKS)
    return bool(left and right) and left[-1] in "0123456789-+()@.;" and right[0] in "0123456789-()@#"


def _quiet_place(text: str) -> int:
    """Where a text without sentence ends is cut: the last blank or comma before the limit, else the limit."""
    for at in range(LONGEST, LONGEST // 2, -1):
        if text[at - 1] in " 　、,\t\n|":
            return at
    return LONGEST
