"""The vectors of questions that were asked a moment ago: people ask the same, and what is grouped is grouped again."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from knowledge.meaning.embedder import Vector

MOST = 4_000  # questions; 8 MB


class RecentVectors:
    """Kept under a digest of the text, so that no visitor's words stay in memory."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, NDArray[np.float16]] = OrderedDict()

    async def get(self, text: str, read: Callable[[str], Awaitable[Vector]]) -> Vector:
        """The text's vector, from `read` if it is not kept; what `read` raises is raised here."""
        key = blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        if key not in self._kept:
            self._kept[key] = (await read(text)).astype(np.float16)
        self._kept.move_to_end(key)
        vector = self._kept[key].astype(np.float32)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return vector
