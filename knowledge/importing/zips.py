"""What must hold of a zip file before anything in it is unpacked (S35)."""

import io
import stat
import zipfile
import zlib

from knowledge.errors import BadInput
from knowledge.phrases import _

MOST_ENTRIES = 2_000
MOST_IN_ALL = 50 * 1024 * 1024
MOST_IN_ONE = 25 * 1024 * 1024
LARGEST_RATIO = 200
SMALL = 1024 * 1024  # below this a ratio says nothing
PACKED = (".zip", ".docx", ".xlsx", ".pptx", ".gz", ".7z", ".rar", ".bz2", ".xz", ".jar")
ENCRYPTED = 0x1
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


def names_in(data: bytes) -> list[str]:
    """The names of its entries. Raises BadInput for a broken one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()[: MOST_ENTRIES + 1]
    except BROKEN as error:
        raise broken() from error


def check(data: bytes) -> None:
    """Raises BadInput for what no honest document is: too many, too large, packed twice, links, ways out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except BROKEN as error:
        raise broken() from error
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_IN_ALL:
        raise _bomb()
    for entry in entries:
        _check_entry(entry)


def broken() -> BadInput:
    """The refusal of a file whose inside is damaged."""
    return BadInput(_("This file is broken. Please save it again and send the new one."))


def _check_entry(entry: zipfile.ZipInfo) -> None:
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > MOST_IN_ONE or (entry.file_size > SMALL and ratio > LARGEST_RATIO):
        raise _bomb()
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    # A path that would leave the folder it is unpacked to; nothing is unpacked here, and no honest document has one.
    leads_out = entry.filename.startswith(("/", "\\")) or ".." in entry.filename.replace("\\", "/").split("/")
    if is_link or leads_out or entry.filename.lower().endswith(PACKED):
        raise BadInput(_("This file holds other files that a document has no use for. Please save it as PDF."))
    if entry.flag_bits & ENCRYPTED:
        raise BadInput(_("This file is locked by a password. Please send it without one."))


def _bomb() -> BadInput:
    return BadInput(_("Unpacked, this file would be far too large. Please send a smaller one."))
