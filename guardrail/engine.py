"""The frame the rules run in: presidio's AnalyzerEngine, holding our recognizers only, and without spaCy.

No pipeline, no model and no suffix list: nothing is fetched when it is built or run. Presidio imports spaCy for
pipelines that we do not run, at a second and some 80 MB, and its own recognizers at half a second more, for their
expressions and a list of domains; so both are stood in for while it is imported. What is left takes most of a second,
which is why this module is imported where the engine is built.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, cast

from guardrail.findings import Confidence, PiiKind
from guardrail.recognizers import Recognizer
from guardrail.text.reading import ReadText, Span, Words

# What presidio's modules name when they are imported.
MODULES = (
    *("spacy", "spacy.language", "spacy.pipeline", "spacy.tokens", "spacy.util", "spacy.vocab"),
    *("thinc", "thinc.api"),  # spaCy's own machine learning
    "presidio_analyzer.predefined_recognizers",
)


class _Named(type):
    """A class of which anything may be asked and which does nothing: presidio only mentions it."""

    def __getattr__(cls, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Named(name, (), {})


def _nothing(*_: object, **__: object) -> object:
    """Also a decorator's maker: gives back what it decorates."""
    return lambda decorated: decorated


@contextmanager
def without_spacy() -> Iterator[None]:
    """While this lasts `import spacy` finds a stand-in; afterwards spaCy can be imported as ever."""
    missing = [name for name in MODULES if name not in sys.modules]
    sys.modules.update((name, _StandIn(name)) for name in missing)
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


with without_spacy():
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

# The rules of both languages run on every text, so the engine knows one language: any.
ANY = "any"
KINDS = [str(kind) for kind in PiiKind]
CERTAIN, DOUBTFUL = 1.0, 0.5  # presidio's scores for a confidence


class _Read(NlpArtifacts):
    """Presidio's place for what a pipeline found out: here, our reading of the text."""

    def __init__(self, reading: ReadText) -> None:
        # Presidio declares spaCy's Doc here and needs none of it.
        super().__init__([], cast(Any, ()), [], [], cast("NlpEngine", None), ANY)
        self.reading = reading


class _LightNlp(NlpEngine):
    """What stands where a spaCy pipeline would: Sudachi's words, for texts that have Japanese in them."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def load(self) -> None:
        """The dictionary is loaded by whoever made `Words`."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return _Read(self._words.read(text))

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: object
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return [ANY]


class _Rule(EntityRecognizer):
    """One line of the table of recognizers, as presidio wants it."""

    def __init__(self, name: str, kind: PiiKind | None, find: Callable[[ReadText], Iterable[Span]]) -> None:
        self._find = find
        super().__init__([str(kind)] if kind else KINDS, name=name, supported_language=ANY)

    def load(self) -> None:
        """Lists are read when the table is made."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        spans = self._find(cast(_Read, nlp_artifacts).reading)
        return [RecognizerResult(str(span.kind), span.start, span.end, _score(span)) for span in spans]


def _score(span: Span) -> float:
    return CERTAIN if span.confidence.is_certain else DOUBTFUL


class _All(RecognizerRegistry):
    """Every recognizer for every text: there is one language, and all kinds are looked for, always."""

    def get_recognizers(self, *_: object, **__: object) -> list[EntityRecognizer]:
        return list(self.recognizers)


class _NoEnhancing(ContextAwareEnhancer):
    """Our rules look at the context themselves."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0, 0)

    def enhance_using_context(
        self, text: str, raw_results: list[RecognizerResult], *rest: object, **more: object
    ) -> list[RecognizerResult]:
        return raw_results


class Engine:
    """Normalised text in, spans out; any failure of any recognizer goes up."""

    def __init__(self, words: Words, recognizers: Iterable[Recognizer]) -> None:
        rules = [_Rule(r.name, r.kind, r.find) for r in recognizers]
        registry = _All(recognizers=rules, supported_languages=[ANY])
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=_LightNlp(words),
            supported_languages=[ANY],
            context_aware_enhancer=_NoEnhancing(),
        )

    def analyze(self, text: str) -> list[Span]:
        """Everything the recognizers see; overlaps are left to the caller."""
        # What is doubtful is hidden as well: no threshold takes it away.
        results = self._analyzer.analyze(text, ANY, entities=KINDS, score_threshold=0.0)
        return [_span(result) for result in results]


def _span(result: RecognizerResult) -> Span:
    confidence = Confidence.CERTAIN if result.score == CERTAIN else Confidence.DOUBTFUL
    return Span(result.start, result.end, PiiKind(result.entity_type), confidence)
