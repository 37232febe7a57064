"""What must hold of a zip file before anything in it is unpacked (S35), and its entries' names and bytes."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from knowledge.errors import BadInput
from knowledge.phrases import _

MOST_ENTRIES = 2_000
MOST_IN_ALL = 50 * 1024 * 1024
MOST_IN_ONE = 25 * 1024 * 1024
LARGEST_RATIO = 200
SMALL = 1024 * 1024  # below this a ratio says nothing
PACKED = (".zip", ".docx", ".xlsx", ".pptx", ".gz", ".7z", ".rar", ".bz2", ".xz", ".jar")
ENCRYPTED = 0x1
UTF_8 = 0x800
MOST_OF_TYPE = 200
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


def names_in(data: bytes) -> list[str]:
    """The names of its entries. Raises BadInput for a broken one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()[: MOST_ENTRIES + 1]
    except BROKEN as error:
        raise broken() from error


def mimetype_in(data: bytes) -> bytes:
    """What an OpenDocument file says it is, b"" where it says nothing. Raises BadInput for a broken one."""
    with opened(data) as archive:
        entry = next(
            (each for each in archive.infolist() if each.filename == "mimetype" and each.file_size < MOST_OF_TYPE), None
        )
        return content(archive, entry).strip() if entry else b""


def check(data: bytes) -> None:
    """Raises BadInput for what no honest document is: too many, too large, packed twice, links, ways out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except BROKEN as error:
        raise broken() from error
    check_sizes(entries)
    for entry in entries:
        if entry.filename.lower().endswith(PACKED):
            raise _unfit()
        if entry.flag_bits & ENCRYPTED:
            raise _locked()


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """A ZIP that holds files of their own. Raises BadInput for a broken one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except BROKEN as error:
        raise broken() from error


def honest_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Its entries. Raises BadInput for a bomb, links, ways out; what is packed in it is looked at when it is read."""
    entries = archive.infolist()
    check_sizes(entries)
    return entries


def content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """An entry's bytes. Raises BadInput for one that is locked, broken or packed in a way of the past."""
    if entry.flag_bits & ENCRYPTED:
        raise _locked()
    try:
        return archive.read(entry)
    except NotImplementedError as error:
        raise BadInput(_("I cannot read this kind of compression. Please send the file itself.")) from error
    except BROKEN as error:
        raise broken() from error


def name_of(entry: zipfile.ZipInfo) -> str:
    """An entry's path. Without the flag for UTF-8 it is in whatever its system used, in Japan Shift_JIS."""
    if entry.flag_bits & UTF_8:
        return entry.filename
    try:
        # What zipfile took it for.
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return entry.filename


def broken() -> BadInput:
    """The refusal of a file whose inside is damaged."""
    return BadInput(_("This file is broken. Please save it again and send the new one."))


def check_sizes(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Raises BadInput for entries that are too many or too large, for links and for ways out."""
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_IN_ALL:
        raise _bomb()
    for entry in entries:
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > MOST_IN_ONE or (entry.file_size > SMALL and ratio > LARGEST_RATIO):
            raise _bomb()
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        # A path that would leave the folder it is unpacked to; nothing is unpacked here, and no honest one has it.
        if is_link or entry.filename.startswith(("/", "\\")) or ".." in entry.filename.replace("\\", "/").split("/"):
            raise _unfit()


def _unfit() -> BadInput:
    return BadInput(_("This file contains other files that a document should not have. Please save it as PDF."))


def _locked() -> BadInput:
    return BadInput(_("This file is locked by a password. Please send it without one."))


def _bomb() -> BadInput:
    return BadInput(_("Unpacked, this file would be far too large. Please send a smaller one."))
