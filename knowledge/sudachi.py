"""Sudachi's dictionary, loaded once for the process; its 75 MB serve retrieval and the guardrail alike."""

import threading
from functools import cache

from sudachipy import Dictionary, Tokenizer  # type: ignore[import-untyped]

_local = threading.local()


@cache
def dictionary() -> Dictionary:
    """The dictionary, which threads may share."""
    return Dictionary(dict="core")


def tokenizer() -> Tokenizer:
    """This thread's tokenizer: they share the dictionary, not their working memory."""
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = dictionary().create()
    own: Tokenizer = _local.tokenizer
    return own
