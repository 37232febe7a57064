"""A ZIP that is given away while it is written: in memory is only what has not been taken yet.

The standard library's `zipfile` writes to what cannot be wound back, sizes after the content (APPNOTE 4.3.9), and in 64
bits where it is told that an entry may be large: docs/decisions/0024 says why no other library is needed for it.
"""

import io
import zipfile
from datetime import datetime
from typing import IO, Any, Final, cast

from handlers.clock import JAPAN

# What may become larger than this is written with sizes of 64 bits. The rest is without, since there are programs that
# stumble over them where they are not needed.
LARGE: Final = zipfile.ZIP64_LIMIT
READABLE: Final = 0o644 << 16  # the rights of a file that is unpacked on Unix


class ZipStream:
    """One archive, its entries one after another."""

    def __init__(self, made_at: datetime) -> None:
        self._sink = _Sink()
        self._archive = zipfile.ZipFile(cast("IO[bytes]", self._sink), "w")
        at = made_at.astimezone(JAPAN)
        self._made_at = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self._entry: IO[bytes] | None = None

    def begin(self, name: str, *, may_be_large: bool = False, packed: bool = True) -> None:
        """What is written from now on is in this file. `packed` is False for what is as small as it gets already."""
        info = zipfile.ZipInfo(name, self._made_at)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = READABLE
        self._entry = self._archive.open(info, "w", force_zip64=may_be_large)

    def write(self, content: bytes) -> None:
        assert self._entry is not None
        self._entry.write(content)

    def end(self) -> None:
        """The file is whole."""
        assert self._entry is not None
        self._entry.close()
        self._entry = None

    def put(self, name: str, content: bytes, *, packed: bool = True) -> None:
        """A whole file that is small."""
        self.begin(name, packed=packed)
        self.write(content)
        self.end()

    def finish(self) -> None:
        """The archive is whole."""
        self._archive.close()

    def drop(self) -> None:
        """Nobody takes it any more, whole or not."""
        if self._entry:
            self.end()
        self.finish()

    def take(self) -> bytes:
        """What has been written since it was last asked."""
        return self._sink.take()


class _Sink(io.RawIOBase):
    """Where `zipfile` writes to: it has no place to go back to, so that nothing is to be mended afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._written += content
        return len(content)

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken
