"""English words by how often they are used: wordfreq's lists, without wordfreq.

Importing it loads what takes texts of forty languages apart, a third of a second of CPU and 11 MB for two lists.
"""

import gzip
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgpack


def by_frequency(size: Literal["small", "large"]) -> Iterator[list[str]]:
    """Lists of words that are used alike, the most used first: the nth are used once in 10 ** (n / 100) words.

    "small" ends at one word in a million, "large" at one in a hundred million.
    """
    found = find_spec("wordfreq")
    assert found is not None, "wordfreq is installed with mimi"
    assert found.origin is not None
    path = Path(found.origin).parent / "data" / f"{size}_en.msgpack.gz"
    with gzip.open(path) as packed:
        unpacker = msgpack.Unpacker(packed)  # piece by piece: most of the large list is not wanted
        lists = unpacker.read_array_header() - 1
        header = unpacker.unpack()
        if header != {"format": "cB", "version": 1}:
            raise ValueError(f"{path} is in another format than wordfreq's own: {header}")
        for _ in range(lists):
            yield unpacker.unpack()
