"""The recognizers, loaded once for the process by whoever needs them first: a second of CPU and a hundred megabytes.

What they are made of is imported then, too: a process can listen meanwhile.
"""

import gc
import threading
from collections.abc import Callable

from guardrail.findings import Finding

Analyze = Callable[[str], list[Finding]]


class LateRecognizers:
    """Text in, findings out, from any thread; whoever comes while they are being loaded waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._analyze: Analyze | None = None

    def load(self) -> None:
        """Everything built and every list read; nothing if that is done."""
        self._loaded()

    def analyze(self, text: str) -> list[Finding]:
        """What is in a text, whatever is public."""
        return self._loaded()(text)

    def _loaded(self) -> Analyze:
        if self._analyze is None:
            with self._lock:
                self._analyze = self._analyze or _load()
        return self._analyze


def _load() -> Analyze:
    from guardrail.engine import Engine  # importing presidio takes most of a second
    from guardrail.openings.plain_openings import plain_opening
    from guardrail.recognizers import recognizers
    from guardrail.text.changed_parts import changed_parts
    from guardrail.text.markup import shown_forms
    from guardrail.text.normalise import normalise
    from guardrail.text.reading import Words

    engine = Engine(Words(), recognizers())

    def analyze(text: str) -> list[Finding]:
        plain = normalise(text)
        return [
            Finding(*read.original(span.start, span.end), span.kind)
            for read in (plain, *(part for form in shown_forms(text, plain) for part in changed_parts(form, plain)))
            if read.text.strip()
            for span in engine.analyze(read.text)
            if span.end > span.start
        ]

    plain_opening("", "お問い合わせは次のとおりです。", lambda _word: False, complete=True)
    plain_opening("", "Computers start.", lambda _word: False, complete=True)
    analyze("田中 太郎様 東京都港区芝公園4-2-8 Mr. John Smith 03-1234-5678")
    # The lists stay: walking them in search of garbage would stop the process for a tenth of a second each time.
    gc.collect()
    gc.freeze()
    return analyze
