"""A backup as one file: a ZIP of one BSON file a collection, and last a manifest that says what must be in it.

The BSON files are those of `mongodump`, so that the data is never locked up in a format of mimi's own.
"""

import contextlib
import hashlib
import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument

from bot.problems import CannotStart
from knowledge.store.dumps import documents_in

KIND: Final = "mimi backup"
FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
CHUNK: Final = 1024 * 1024
LARGEST_MANIFEST: Final = 1024 * 1024
SHORTEST_DOCUMENT: Final = 5
# MongoDB's limit, and a little for what it adds itself. https://www.mongodb.com/docs/manual/reference/limits/
LONGEST_DOCUMENT: Final = 16 * 1024 * 1024 + 16 * 1024
DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, InvalidBSON, NotImplementedError)


class NotUsable(CannotStart):
    """A file that cannot be restored, or cannot be written; the message says why and what to do."""


@dataclass(frozen=True)
class Part:
    """What the manifest says of one collection."""

    documents: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the file is. `key` tells whether another mimi has the same MIMI_SECRET_KEY, and not what that is."""

    mimi: str
    schema: int
    taken_at: str
    one_moment: bool
    key: str
    collections: dict[str, Part]

    @property
    def documents(self) -> int:
        return sum(part.documents for part in self.collections.values())


class BackupWriter:
    """Takes collections one after another; what it holds in memory is one batch."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts: dict[str, Part] = {}

    async def add(self, name: str, batches: AsyncIterator[bytes]) -> None:
        """Write one collection."""
        count, size, digest = 0, 0, hashlib.sha256()
        with self._archive.open(_member(name), "w", force_zip64=True) as entry:
            async for batch in batches:
                entry.write(batch)
                digest.update(batch)
                count, size = count + documents_in(batch), size + len(batch)
        self._parts[name] = Part(count, size, digest.hexdigest())

    def close(self, **facts: Any) -> Manifest:
        """Write the manifest, without which it is no backup."""
        manifest = Manifest(collections=self._parts, **facts)
        said = {"kind": KIND, "format": FORMAT, **asdict(manifest)}
        self._archive.writestr(MANIFEST, json.dumps(said, indent=1))
        return manifest


@contextmanager
def writing(path: Path) -> Iterator[BackupWriter]:
    """Write a new backup: there under its name when it is whole and on the disk, else nothing is there.

    Raises NotUsable if it cannot be written, also when something has that name: it may be the last good backup.
    """
    if path.exists():
        raise NotUsable(f"{path} is there already: give the backup another name, a date for example.")
    try:
        descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                    yield BackupWriter(archive)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).rename(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(beside).unlink()
    except OSError as error:
        raise NotUsable(f"{path} cannot be written ({error.strerror}).") from error


class BackupFile:
    """A backup that was looked through from its first byte to its last."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def documents(self, name: str) -> Iterator[RawBSONDocument]:
        """A collection's documents."""
        with self._archive.open(_member(name)) as entry:
            for raw in _framed(entry):
                yield RawBSONDocument(raw)


@contextmanager
def reading(path: Path) -> Iterator[BackupFile]:
    """Open a backup and compare all of it with its manifest. Raises NotUsable."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(path, archive)
            for name, part in manifest.collections.items():
                _compare(path, archive, name, part)
            yield BackupFile(archive, manifest)
    except OSError as error:
        raise NotUsable(f"{path} cannot be read ({error.strerror or error}).") from error
    except DAMAGE as error:
        raise NotUsable(
            f"{path} is damaged or not whole, or no backup of mimi's ({error}): nothing was restored. Use another copy."
        ) from error


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    if MANIFEST not in archive.namelist() or archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise NotUsable(f"{path} is no backup of mimi's: `python -m bot backup` makes them.")
    try:
        said = json.loads(archive.read(MANIFEST))
        if said.pop("kind") != KIND:
            raise NotUsable(f"{path} is no backup of mimi's: `python -m bot backup` makes them.")
        if (form := int(said.pop("format"))) > FORMAT:
            raise NotUsable(f"{path} has format {form}, this mimi reads up to {FORMAT}: restore it with a newer mimi.")
        parts = {str(name): Part(**part) for name, part in said.pop("collections").items()}
        return Manifest(collections=parts, **said)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotUsable(f"{path} has a manifest that says nothing: it was changed. Use another copy.") from error


def _compare(path: Path, archive: zipfile.ZipFile, name: str, part: Part) -> None:
    """Read one collection to its end. Raises NotUsable where it is not what the manifest says."""
    count, size, digest = 0, 0, hashlib.sha256()
    if _member(name) in archive.namelist():
        with archive.open(_member(name)) as entry:
            for raw in _framed(entry):
                digest.update(raw)
                count, size = count + 1, size + len(raw)
    if Part(count, size, digest.hexdigest()) != part:
        raise NotUsable(
            f"{path} is damaged: of {name} it has {count} documents that are not the {part.documents} it should have. "
            "Nothing was restored. Use another copy."
        )


def _framed(entry: IO[bytes]) -> Iterator[bytes]:
    """The documents of a BSON file; each says its length first. Raises InvalidBSON."""
    while head := _exactly(entry, 4):
        (length,) = struct.unpack("<i", head)
        if not SHORTEST_DOCUMENT <= length <= LONGEST_DOCUMENT:
            raise InvalidBSON("a document of an impossible length")
        rest = _exactly(entry, length - 4)
        if len(rest) != length - 4:
            raise InvalidBSON("a document that ends too soon")
        yield head + rest


def _exactly(entry: IO[bytes], wanted: int) -> bytes:
    """So many bytes, fewer only at the end; a ZIP's entries may give less at a time."""
    read = entry.read(wanted)
    while len(read) < wanted and (more := entry.read(wanted - len(read))):
        read += more
    return read


def _member(name: str) -> str:
    return f"{name}.bson"
