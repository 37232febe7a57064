"""Personal information in a text: found, or replaced. Off the event loop, in bounded time.

The recognizers are loaded once for the process by whoever needs them first: a second of CPU and a hundred megabytes.
What they are made of is imported then, too, so that a process can listen meanwhile.
"""

import asyncio
import gc
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from guardrail.findings import Edit, Finding, GuardrailFailed, PiiKind, Redacted, edited, without_overlaps
from guardrail.public_contacts import NOTHING_PUBLIC, PublicContacts
from guardrail.text.segments import next_cut
from knowledge.phrases import VISITOR_LANGS, Tag, _

if TYPE_CHECKING:
    from guardrail.recognizers import Recognizer
    from guardrail.text.reading import Span

# What redacted knowledge holds, and a model copies from it.
COPIED = re.compile(r"[\[［【](PERSON|ADDRESS|PHONE|EMAIL|OTHER_ID)[\]］】]")
HIDDEN = _("[hidden for privacy]")
TIME_LIMIT = 10.0  # seconds; a page of text takes a few milliseconds
# Texts are analysed in stretches of whole sentences: what a rule may look at stays bounded.
STRETCH = 1_500

Result = TypeVar("Result")

Analyze = Callable[[str], list[Finding]]


class LateRecognizers:
    """Text in, findings out, from any thread; whoever comes while they are being loaded waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._analyze: Analyze | None = None

    def analyze(self, text: str) -> list[Finding]:
        """What is in a text, whatever is public."""
        return self.load()(text)

    def load(self) -> Analyze:
        """Everything built and every list read; nothing to do if that is done."""
        if self._analyze is None:
            with self._lock:
                self._analyze = self._analyze or _load()
        return self._analyze


def analysis(table: "Iterable[Recognizer]") -> Analyze:
    """What a table of recognizers finds in a text and in each form it is shown in."""
    from guardrail.engine import Engine  # importing presidio takes most of a second
    from guardrail.names.characters import without_characters
    from guardrail.names.other_languages import without_ordinary
    from guardrail.numbers.segments import with_edges
    from guardrail.text.markup import changed_parts, shown_forms
    from guardrail.text.normalise import normalise
    from guardrail.text.reading import Words

    engine = Engine(Words(), table)

    def _persons(text: str, spans: "Iterable[Span]") -> "Iterator[Span]":
        return without_characters(text, without_ordinary(text, spans))

    def analyze(text: str) -> list[Finding]:
        plain = normalise(text)
        return [
            Finding(*read.original(span.start, span.end), span.kind, span.confidence)
            for read in (plain, *(part for form in shown_forms(text, plain) for part in changed_parts(form, plain)))
            if read.text.strip()
            for span in with_edges(read.text, _persons(read.text, engine.analyze(read.text)))
            if span.end > span.start
        ]

    return analyze


def _load() -> Analyze:
    from guardrail.recognizers import recognizers

    analyze = analysis(recognizers())
    analyze("田中 太郎様 105-0011 東京都港区芝公園4-2-8 Mr. John Smith 03-1234-5678")
    # The lists stay: walking them in search of garbage would stop the process for a tenth of a second each time.
    gc.collect()
    gc.freeze()
    return analyze


class Pii:
    """Finds and replaces personal information; one for the whole process, safe to share between threads."""

    def __init__(
        self, analyze: Analyze, time_limit: float = TIME_LIMIT, prepare: Callable[[], object] | None = None
    ) -> None:
        """`prepare` loads what `analyze` needs; without it nothing has to be loaded."""
        self._analyze = analyze
        self._time_limit = time_limit
        self._prepare = prepare

    @classmethod
    def load(cls) -> "Pii":
        """Everything built and every list read, so that the first text is as fast as the others."""
        pii = cls.late()
        pii.prepare()
        return pii

    @classmethod
    def late(cls) -> "Pii":
        """The same, loaded by whoever prepares it or looks first; everybody else waits for that."""
        recognizers = LateRecognizers()
        return cls(recognizers.analyze, prepare=recognizers.load)

    def prepare(self) -> None:
        """Blocks until everything is loaded. Raises what keeps it from being loaded."""
        if self._prepare is not None:
            self._prepare()
            self._prepare = None

    def find_now(self, text: str, allowed: PublicContacts = NOTHING_PUBLIC) -> list[Finding]:
        """What is in the text and not public: sorted, without overlaps. Blocks."""
        found = without_overlaps(
            replace(finding, start=offset + finding.start, end=offset + finding.end)
            for offset, stretch in _stretches(text)
            for finding in self._analyze(stretch)
        )
        return allowed.without_public(text, found)

    async def find(self, text: str, allowed: PublicContacts = NOTHING_PUBLIC) -> list[Finding]:
        """As `find_now`, in a thread. Raises GuardrailFailed: then nothing of the text may be shown."""
        if not text:
            return []
        return await self.safely(lambda: self.find_now(text, allowed))

    async def safely(self, look: Callable[[], Result]) -> Result:
        """Do `look` in a thread. Raises GuardrailFailed if it fails or takes too long."""
        try:
            if self._prepare is not None:
                await asyncio.to_thread(self.prepare)
            async with asyncio.timeout(self._time_limit):
                return await asyncio.to_thread(look)
        except Exception as error:
            raise GuardrailFailed from error

    async def redact(self, text: str, lang: Tag, allowed: PublicContacts = NOTHING_PUBLIC) -> Redacted:
        """The text as a visitor may see it: a neutral placeholder stands for each finding and for [PHONE]."""
        found = [*await self.find(text, allowed), *copied(text)]
        return redacted(text, without_overlaps(found), lambda _kind: hidden(lang))

    async def redact_for_model(self, text: str, allowed: PublicContacts = NOTHING_PUBLIC) -> Redacted:
        """The text as the model may see it: [PHONE] and the like, so that it never holds the value."""
        return redacted(text, await self.find(text, allowed), lambda kind: f"[{kind}]")


@cache
def one_pii() -> Pii:
    """One analyser for the process: its dictionaries take a second to read, and it keeps nothing of any text.

    It is loaded when it is first prepared or looks at something.
    """
    return Pii.late()


def hidden(lang: Tag) -> str:
    """What a visitor reads where something is withheld."""
    return HIDDEN.say(lang)


def without_hidden(text: str) -> str:
    """What is left of a redacted text, whatever language it was redacted in: what stands there is in no entry."""
    for lang in VISITOR_LANGS:
        text = text.replace(hidden(lang), " ")
    return text


def is_mostly_hidden(text: str, lang: Tag) -> bool:
    """Whether a visitor reads more of placeholders than of anything else."""
    placeholder = hidden(lang)
    rest = sum(map(str.isalnum, text.replace(placeholder, "")))
    return rest < text.count(placeholder) * sum(map(str.isalnum, placeholder))


def copied(text: str) -> list[Finding]:
    """The typed placeholders of redacted knowledge, which no visitor should read."""
    return [Finding(match.start(), match.end(), PiiKind(match[1])) for match in COPIED.finditer(text)]


def redacted(text: str, findings: list[Finding], placeholder: Callable[[PiiKind], str]) -> Redacted:
    """The text with placeholders in place of findings that do not overlap."""
    edits = [Edit(finding.start, finding.end, placeholder(finding.kind)) for finding in findings]
    return Redacted(edited(text, edits), tuple(findings))


def _stretches(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of about STRETCH characters that end where a sentence does, with their offsets."""
    if len(text) <= STRETCH:
        if text:
            yield 0, text
        return
    start = end = 0
    while end < len(text):
        cut = next_cut(text[end : end + STRETCH], complete=True)
        end += cut.at if cut else len(text)
        if end - start >= STRETCH or end >= len(text):
            yield start, text[start:end]
            start = end
