"""An answer filtered while it is being written; the result is the same however it arrives in pieces."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from guardrail.findings import Edit, Finding, GuardrailFailed, PiiKind, edited, without_overlaps
from guardrail.known.downwards import BEHIND
from guardrail.known.forms import Forms
from guardrail.known.known_values import NOTHING_KNOWN, Begun, KnownValues, Together
from guardrail.links import Hosts
from guardrail.openings import LOOKS, free_end, free_opening
from guardrail.pii import Pii, copied, hidden
from guardrail.public_contacts import NOTHING_PUBLIC, PublicContacts
from guardrail.text.invisible import VisibleText
from guardrail.text.segments import DECIDE, LOOK_AHEAD, Cut, next_cut
from knowledge.phrases import Tag

CONTEXT = 60  # characters already let out that are read again: no rule looks further back for what names a number
# UTF-16 surrogates: a model's pieces may be cut between the two halves of an emoji.
HALVES = re.compile(r"[\ud800-\udfff]")

TAIL = 400  # characters in which a known value may be spread out
AROUND = 80  # ahead of where one has begun that are looked at again with it
KEPT = 4_000  # characters in which its parts may stand alone


class Memory:
    """One for each conversation, kept over its turns or made again from the answers a visitor has seen."""

    def __init__(self, answers: Iterable[str] = ()) -> None:
        self.shown = "".join(f"{answer}\n" for answer in answers)[-KEPT:]
        self.written = self.shown  # the same with what was withheld, as far as it is still known

    @property
    def tail(self) -> str:
        """The end of what was written."""
        return self.written[-TAIL:]

    def add(self, shown: str, written: str) -> None:
        """Remember a piece that leaves now, and what it was before anything was withheld."""
        self.shown = (self.shown + shown)[-KEPT:]
        self.written = (self.written + written)[-KEPT:]


LONGEST_ROW = 200  # characters
TABLE_GOES_ON = re.compile(r"(?:\A|\n)[ \t]*\|[^\n]*\n[ \t]*\|[^\n]*\Z")

Result = TypeVar("Result")


class StreamFilter:
    """Takes an answer piece by piece, gives back what may be shown. Raises GuardrailFailed, then for good."""

    def __init__(
        self,
        pii: Pii,
        lang: Tag,
        allowed: PublicContacts = NOTHING_PUBLIC,
        known: KnownValues | Together = NOTHING_KNOWN,
        hosts: Hosts | None = None,
        memory: Memory | None = None,
    ) -> None:
        """`hosts`: where links may lead, None for anywhere; `memory`: what the conversation showed before."""
        self._pii = pii
        self._lang = lang
        self._allowed = allowed
        self._known = known
        self._hosts = hosts
        self._memory = memory or Memory()
        self._visible = VisibleText()
        self._half = ""  # the first half of a surrogate pair, until the other one comes
        self._context = ""
        self._waiting = ""
        # How much of what was shown is read again with what follows: where a known value may have begun.
        self._reach = len(self._memory.tail)
        self._read: Forms | None = None
        self._begun: Begun | None = None
        self._early = 0  # how much of what waits has left already: words that nothing can be found in
        self._looks: Sequence[int] = LOOKS  # lengths at which is still to be asked for them
        self._held = 0  # the last cut that was passed over, as a known value may go on behind it
        # Whether the initials of what was shown may go on as a known value: then no plain word is harmless.
        self._spelling = known.begun_across(self._memory.written[-BEHIND:])
        self._failed = False
        self._withheld: Counter[PiiKind] = Counter()

    @property
    def withheld(self) -> Mapping[PiiKind, int]:
        """What was withheld so far: how often each kind, in the order they came."""
        return dict(self._withheld)

    async def feed(self, chunk: str) -> str:
        """What may be shown now: whole sentences, checked, and the plain words the answer begins with."""
        return await self._release(chunk, complete=False)

    async def close(self) -> str:
        """The rest of the answer, checked."""
        rest = await self._release("", complete=True)
        self._memory.add("\n", "\n")  # what follows belongs to another answer
        return rest

    async def _release(self, chunk: str, *, complete: bool) -> str:
        if self._failed:
            raise GuardrailFailed
        self._waiting += self._visible.add(self._whole_characters(chunk, complete=complete), complete=complete)
        shown = ""
        if next_cut(self._waiting, complete=complete, after=self._held):
            shown = await self._safely(partial(self._pieces, complete=complete))
        return shown + await self._first_words()

    async def _safely(self, look: Callable[[], Result]) -> Result:
        try:
            return await self._pii.safely(look)
        except GuardrailFailed:
            self._failed = True
            raise

    def _whole_characters(self, chunk: str, *, complete: bool) -> str:
        text, self._half = self._half + chunk, ""
        if not HALVES.search(text):
            return text
        if not complete and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _pieces(self, *, complete: bool) -> str:
        """All that may leave by now, checked. Blocks; after a failure this filter is not asked again."""
        shown = []
        while cut := self._next_cut(complete=complete):
            shown.append(self._checked(cut))
        return "".join(shown)

    def _next_cut(self, *, complete: bool) -> Cut | None:
        """The next cut at which no known value has begun."""
        while cut := next_cut(self._waiting, complete=complete, after=self._held):
            whole = complete and cut.at == len(self._waiting)
            waits = self._known and not (cut.forced or whole)
            self._begun = self._known.begun(self._forms(self._waiting[: cut.at])) if waits else None
            # A table is read down its columns, too: with its last row the others may be part of a value.
            in_table = waits and TABLE_GOES_ON.search(self._waiting, max(0, cut.at - LONGEST_ROW), cut.at + DECIDE)
            if not in_table and (self._begun is None or not self._begun.is_enough):
                return cut
            self._held = cut.at
        return None

    def _forms(self, text: str) -> Forms:
        """What may hold a known value that ends in the text: made once for each cut that is looked at."""
        read = self._memory.tail[len(self._memory.tail) - self._reach :] + text
        if self._read is None or self._read.text != read:
            self._read = Forms(read)
        return self._read

    def _checked(self, cut: Cut) -> str:
        """The next piece without personal information, as far as it has not left; taken off what waits."""
        text = self._waiting[: cut.at + (LOOK_AHEAD if cut.forced else 0)]
        found = self._found(text)
        # A natural end is chosen for what stands around it; a forced one may lie inside a finding.
        end = _not_inside(found, cut.at) if cut.forced else cut.at
        piece, self._waiting = self._waiting[:end], self._waiting[end:]
        early = self._early
        if not (early or self._context) and found and found[0].start < LOOKS[-1]:
            # Whether it left does not depend on how the answer arrived.
            early = free_opening(piece, self._free_end)
        shown = self._redacted(piece, _between(found, early, end))
        self._context = _end_of(self._context + piece)
        self._memory.add(shown, piece)
        self._spelling = self._known.begun_across(self._memory.written[-BEHIND:])
        self._reach = len(self._memory.tail)
        if self._read and self._begun and shown == piece:
            self._reach = min(self._reach, len(self._read.text) - self._begun.at + AROUND)
        left, self._early, self._held = self._early, max(0, self._early - end), 0
        return shown[left:]

    def _found(self, text: str) -> list[Finding]:
        """What there is in the text that waits, read together with what was shown before it."""
        before = self._context
        found = _moved(self._pii.find_now(before + text, self._allowed), -len(before))
        if self._known:
            read = self._forms(text)
            known = self._allowed.without_public(read.text, self._known.find(read))
            found += _moved(known, len(text) - len(read.text))
            memory = self._memory
            found += self._allowed.without_public(text, self._known.find_scattered(memory.shown, memory.written, text))
            behind = memory.written[-BEHIND:]
            across = self._allowed.without_public(behind + text, self._known.find_across(behind + text))
            found += _moved(across, -len(behind))
        return without_overlaps(found)

    def _redacted(self, piece: str, found: list[Finding]) -> str:
        found = without_overlaps(found + copied(piece))
        self._withheld.update(finding.kind for finding in found)
        edits = [Edit(f.start, f.end, hidden(self._lang)) for f in found]
        if self._hosts is not None:
            edits += self._hosts.edits(piece, found, self._lang)
        return edited(piece, edits)

    async def _first_words(self) -> str:
        """If nothing of the answer is shown yet: what it begins with and nothing can turn into a finding."""
        while self._looks and len(self._waiting) >= self._looks[0] and not (self._early or self._context):
            size, *self._looks = self._looks
            self._early = await self._safely(partial(self._free_end, self._waiting[:size]))
            if self._early:
                return self._waiting[: self._early]
        return ""

    def _free_end(self, opening: str) -> int:
        if self._spelling:
            return 0
        find = partial(self._pii.find_now, allowed=self._allowed)
        return free_end(opening, find, self._known, self._allowed.names)


def _end_of(text: str) -> str:
    """The last CONTEXT characters, from the beginning of a sentence if it is near: its words are known already."""
    start = max(0, len(text) - CONTEXT)
    begins = max(text.rfind(end, max(0, start - CONTEXT), start) for end in "。！？\n") + 1
    return text[begins or start :]


def _not_inside(found: list[Finding], at: int) -> int:
    """A forced end moved in front of a finding it would cut in two, or behind one that fills the piece."""
    for finding in found:
        if finding.start < at < finding.end:
            return finding.start if finding.start > 0 else finding.end
    return at


def _moved(found: list[Finding], by: int) -> list[Finding]:
    return [Finding(f.start + by, f.end + by, f.kind) for f in found]


def _between(found: list[Finding], start: int, end: int) -> list[Finding]:
    """The findings as far as they lie there."""
    clipped = (Finding(max(start, f.start), min(end, f.end), f.kind) for f in found)
    return [finding for finding in clipped if finding.end > finding.start]
