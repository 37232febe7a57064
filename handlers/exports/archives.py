"""An export that comes back, read record by record: nothing in it is trusted, and nothing more than needed unpacked.

A file may have been unpacked and packed again (a folder around it, what macOS adds), laid out anew by an editor, or
made by an older mimi that wrote no manifest.
"""

import io
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final, TextIO

from handlers.exports.contents import FORMAT, MANIFEST
from knowledge.errors import BadInput
from knowledge.phrases import _

LARGEST: Final = 50 * 1024 * 1024  # bytes, packed
MOST_ENTRIES: Final = 50_000
MOST_IN_ALL: Final = 1024 * 1024 * 1024  # bytes of all that is read, unpacked
LARGEST_RATIO: Final = 200
SMALL: Final = 1024 * 1024  # below this a ratio says nothing
LARGEST_RECORD: Final = 16 * 1024 * 1024  # characters; the store holds no more
LARGEST_PICTURE: Final = 10 * 1024 * 1024
READ_AT_ONCE: Final = 64 * 1024
ENCRYPTED: Final = 0x1
OF_MACOS: Final = ("__MACOSX/", ".DS_Store")
NEEDED: Final = ("apps.json", "owners.json")
# What is read of it at most, beside the pictures that it names.
READ: Final = (
    *NEEDED,
    *(MANIFEST, "alert_settings.json", "checks.json", "conversations.json", "documents.json", "faqs.json"),
    *("messages.json", "pictures.json"),
)
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)

Record = dict[str, Any]
_BETWEEN = re.compile(r"[\s,]*")


class Archive:
    """One such file. Raises BadInput, saying what is wrong with it, from whatever is asked of it."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = [each for each in self._zip.infolist() if not each.is_dir() and not _is_of_macos(each.filename)]
        except BROKEN as error:
            raise BadInput(
                _("This is not a ZIP file, or it is damaged. Please choose the one that mimi gave you.")
            ) from error
        if len(entries) > MOST_ENTRIES:
            raise _too_large()
        self._entries = _by_name(entries)
        if not all(name in self._entries for name in NEEDED):
            raise BadInput(
                _(
                    "This ZIP file is not a mimi export: there is no apps.json in it. Please choose the file that mimi "
                    "gave you."
                )
            )
        self._check_sizes()
        self._check_format()

    def records(self, name: str) -> Iterator[Record]:
        """The records of a JSON list, one after another; none if there is no such file."""
        if name not in self._entries:
            return
        n = 0
        try:
            with self._zip.open(self._entries[name]) as packed, io.TextIOWrapper(packed, "utf-8-sig") as text:
                for value in _values(text):
                    if not isinstance(value, dict):
                        raise ValueError("no record")
                    yield value
                    n += 1
        except (*BROKEN, RecursionError) as error:
            raise BadInput(_("{file} in this ZIP file cannot be read after record {n}.", file=name, n=n)) from error

    def holds(self, name: str) -> bool:
        """Whether a file is in it: pictures may be left out where the whole is too large to send."""
        return name in self._entries

    def picture(self, name: str) -> bytes:
        """A picture by the name that pictures.json gives it."""
        entry = self._entries.get(name)
        if entry is None or not name.startswith("pictures/") or entry.file_size > LARGEST_PICTURE:
            raise _unreadable("pictures.json")
        try:
            return self._zip.read(entry)
        except BROKEN as error:
            raise _unreadable(name) from error

    def _check_sizes(self) -> None:
        read = [self._entries[name] for name in READ if name in self._entries]
        bomb = any(each.file_size > SMALL and each.file_size > LARGEST_RATIO * each.compress_size for each in read)
        if bomb or sum(each.file_size for each in read) > MOST_IN_ALL:
            raise _too_large()

    def _check_format(self) -> None:
        """What has no manifest is of before there was one."""
        if MANIFEST not in self._entries:
            return
        try:
            if self._entries[MANIFEST].file_size > SMALL:
                raise ValueError
            said = json.loads(self._zip.read(self._entries[MANIFEST]))["format"]
            is_newer = said > FORMAT
        except (*BROKEN, TypeError, KeyError, RecursionError) as error:
            raise _unreadable(MANIFEST) from error
        if is_newer:
            raise BadInput(_("This export was made by a newer version of mimi, which this one cannot read."))


def _by_name(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Entries by their names, without a folder that is around all of them."""
    for each in entries:
        _check_entry(each)
    tops = {PurePosixPath(each.filename).parts[0] for each in entries}
    around = len(tops) == 1 and all(len(PurePosixPath(each.filename).parts) > 1 for each in entries)
    skipped = len(tops.pop()) + 1 if around else 0
    named = {each.filename[skipped:]: each for each in entries}
    if len(named) < len(entries):
        raise _not_as_given()
    return named


def _check_entry(entry: zipfile.ZipInfo) -> None:
    leads_out = entry.filename.startswith(("/", "\\")) or ".." in entry.filename.replace("\\", "/").split("/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if leads_out or is_link or not PurePosixPath(entry.filename).parts:
        raise _not_as_given()
    if entry.flag_bits & ENCRYPTED:
        raise BadInput(_("This file is locked by a password. Please send it without one."))


def _is_of_macos(name: str) -> bool:
    return name.startswith(OF_MACOS[0]) or name.endswith(OF_MACOS[1])


def _values(text: TextIO) -> Iterator[Any]:
    """The values of a JSON list, however it is laid out, with no more of it in memory than the largest one."""
    decoder = json.JSONDecoder()
    left, at = text.read(READ_AT_ONCE).lstrip(), 1
    if not left.startswith("["):
        raise ValueError("no list")
    while True:
        between = _BETWEEN.match(left, at)
        at = between.end() if between else at
        if left.startswith("]", at):
            return
        try:
            value, at = decoder.raw_decode(left, at)
        except json.JSONDecodeError as error:  # or there is more of it to come
            left, at = left[at:], 0
            more = text.read(max(READ_AT_ONCE, len(left)))
            if not more or len(left) > LARGEST_RECORD:
                raise ValueError("no end") from error
            left += more
        else:
            yield value


def _unreadable(name: str) -> BadInput:
    return BadInput(_("{file} in this ZIP file cannot be read: it was changed or is damaged.", file=name))


def _not_as_given() -> BadInput:
    return BadInput(
        _(
            "This ZIP file is not as mimi made it: it contains something that does not belong in it. Please choose the "
            "file that mimi gave you."
        )
    )


def _too_large() -> BadInput:
    return BadInput(_("Unpacked, this file would be far too large. Please send a smaller one."))
