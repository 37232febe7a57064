"""Sudachi's dictionary, loaded once for the process; its 75 MB serve retrieval and the guardrail alike."""

import ctypes
import sys
import threading
from functools import cache
from pathlib import Path

from sudachipy import Dictionary, Tokenizer

FILE = "/sudachidict_core/resources/system.dic"
MADV_DONTNEED = 4

_local = threading.local()


@cache
def dictionary() -> Dictionary:
    """The dictionary, which threads may share."""
    loaded = Dictionary(dict="core")
    _let_go_of_its_file()
    return loaded


def _let_go_of_its_file() -> None:
    """Sudachi has copied 30 MB of the mapped file; what is looked up in it later is mapped again, page by page."""
    if sys.platform != "linux":
        return
    for line in Path("/proc/self/maps").read_text().splitlines():
        if line.endswith(FILE):
            start, end = (int(address, 16) for address in line.split()[0].split("-"))
            ctypes.CDLL(None).madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_DONTNEED)


def tokenizer() -> Tokenizer:
    """This thread's tokenizer: they share the dictionary, not their working memory."""
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = dictionary().create()
    own: Tokenizer = _local.tokenizer
    return own
