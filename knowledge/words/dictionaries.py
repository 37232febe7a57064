"""The dictionaries words are looked up in, loaded as sparingly as they can be.

Sudachi's is loaded once for the process; its 75 MB serve retrieval and the guardrail alike. Words by how often they
are used are wordfreq's lists without wordfreq: importing it loads what takes texts of forty languages apart, a third of
a second of CPU and 11 MB for two lists.
"""

import ctypes
import gzip
import sys
import threading
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgpack
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


def by_frequency(size: Literal["small", "large"], lang: str = "en") -> Iterator[list[str]]:
    """Lists of words that are used alike, the most used first: the nth are used once in 10 ** (n / 100) words.

    "small" ends at one word in a million, "large" at one in a hundred million.
    """
    found = find_spec("wordfreq")
    assert found is not None, "wordfreq is installed with mimi"
    assert found.origin is not None
    path = Path(found.origin).parent / "data" / f"{size}_{lang}.msgpack.gz"
    with gzip.open(path) as packed:
        unpacker = msgpack.Unpacker(packed)  # piece by piece: most of the large list is not wanted
        lists = unpacker.read_array_header() - 1
        header = unpacker.unpack()
        if header != {"format": "cB", "version": 1}:
            raise ValueError(f"{path} is in another format than wordfreq's own: {header}")
        for _ in range(lists):
            yield unpacker.unpack()
