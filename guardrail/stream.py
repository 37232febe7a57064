"""An answer filtered while it is being written; the result is the same however it arrives in pieces."""

import re

from guardrail.contacts import NOTHING_PUBLIC, PublicContacts
from guardrail.findings import Finding, GuardrailFailed, PiiKind, without_overlaps
from guardrail.pii import Pii, copied, hidden, redacted
from guardrail.segments import LOOK_AHEAD, Cut, next_cut
from knowledge.phrases import Lang

CONTEXT = 80  # characters already let out that are read again, so that a name after "担当:\n" is seen
HALVES = re.compile(r"[\ud800-\udfff]")


class StreamFilter:
    """Takes an answer piece by piece, gives back what may be shown. Raises GuardrailFailed, then for good."""

    def __init__(self, pii: Pii, lang: Lang, allowed: PublicContacts = NOTHING_PUBLIC) -> None:
        self._pii = pii
        self._lang = lang
        self._allowed = allowed
        self._half = ""  # the first half of a surrogate pair, until the other one comes
        self._context = ""
        self._waiting = ""
        self._failed = False
        self._withheld: dict[PiiKind, None] = {}

    @property
    def withheld(self) -> tuple[PiiKind, ...]:
        """The distinct kinds withheld so far, in the order they came."""
        return tuple(self._withheld)

    async def feed(self, chunk: str) -> str:
        """What may be shown now: whole sentences, checked."""
        return await self._release(chunk, complete=False)

    async def close(self) -> str:
        """The rest of the answer, checked."""
        return await self._release("", complete=True)

    async def _release(self, chunk: str, *, complete: bool) -> str:
        if self._failed:
            raise GuardrailFailed
        self._waiting += self._whole_characters(chunk, complete=complete)
        shown = []
        while cut := next_cut(self._waiting, complete=complete):
            shown.append(await self._checked(cut))
        return "".join(shown)

    def _whole_characters(self, chunk: str, *, complete: bool) -> str:
        text, self._half = self._half + chunk, ""
        if not HALVES.search(text):
            return text
        if not complete and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    async def _checked(self, cut: Cut) -> str:
        """The next piece without personal information; taken off what waits."""
        before = len(self._context)
        look_ahead = LOOK_AHEAD if cut.forced else 0
        try:
            found = await self._pii.find(self._context + self._waiting[: cut.at + look_ahead], self._allowed)
        except GuardrailFailed:
            self._failed = True
            raise
        end = _not_inside(found, before, cut.at) if cut.forced else cut.at
        piece, self._waiting = self._waiting[:end], self._waiting[end:]
        self._context = (self._context + piece)[-CONTEXT:]
        return self._redacted(piece, _in_piece(found, before, end))

    def _redacted(self, piece: str, found: list[Finding]) -> str:
        result = redacted(piece, without_overlaps(found + copied(piece)), lambda _kind: hidden(self._lang))
        self._withheld.update(dict.fromkeys(result.kinds))
        return result.text


def _not_inside(found: list[Finding], before: int, at: int) -> int:
    """A forced end moved in front of a finding it would cut in two, unless the finding fills the piece."""
    for finding in found:
        start, end = finding.start - before, finding.end - before
        if 0 < start < at < end:
            return start
    return at


def _in_piece(found: list[Finding], before: int, end: int) -> list[Finding]:
    """The findings in offsets of the piece, what lies in the context or beyond cut off."""
    clipped = (Finding(max(0, f.start - before), min(end, f.end - before), f.kind) for f in found)
    return [finding for finding in clipped if finding.end > finding.start]
