"""Presidio without spaCy, which it imports for pipelines that we do not run, at a second and some 80 MB.

Without its own recognizers, too: they take half a second to import, for their expressions and a list of domains.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

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
