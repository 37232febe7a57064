"""What a client sent, read no further than our limit and taken apart into plain strings (S16, S25, S29), or the file of
a form (S34).
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from knowledge.errors import BadInput
from knowledge.phrases import _

LONGEST_BODY = 64 * 1024
MOST_FIELDS = 20
MOST_CHOSEN = 100
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
# The texts of a form, as far as they have been read.
SENT: Final[web.RequestKey[list[tuple[str, str]]]] = web.RequestKey("sent")
# All of it as it came, once somebody has read it: it comes only once.
BODY: Final[web.RequestKey[bytes]] = web.RequestKey("body")
# Who wants to know what of a form with files has been read, before anything is done with it (once.py).
WHEN_READ: Final[web.RequestKey[Callable[[bytes], Awaitable[None]]]] = web.RequestKey("when_read")


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of a form. Raises HTTP 413 or 415."""
    return dict(await _read_fields(request, MOST_FIELDS))


async def read_chosen(request: web.Request, field: str) -> tuple[dict[str, str], list[str]]:
    """The fields of a form of which one is there once for each thing that was ticked, and those. Raises the same."""
    fields = await _read_fields(request, MOST_FIELDS + MOST_CHOSEN)
    return dict(fields), list(dict.fromkeys(value for name, value in fields if name == field))


async def _read_fields(request: web.Request, most: int) -> list[tuple[str, str]]:
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType
    body = (await read_bytes(request)).decode("utf-8", "replace")
    try:
        request[SENT] = fields = parse_qsl(body, keep_blank_values=True, max_num_fields=most)
    except ValueError as error:
        raise _unreadable() from error
    return fields


async def read_json(request: web.Request, most: int = LONGEST_BODY) -> dict[str, Any]:
    """The object that was sent; its values are still anything. Raises HTTP 413 or 415, BadInput."""
    if request.content_type != JSON:
        raise web.HTTPUnsupportedMediaType
    try:
        value = json.loads(await read_bytes(request, most) or b"{}")
        # A lone surrogate is a string for Python and for nothing behind it.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(value, dict):
        raise _unreadable()
    return value


def text_in(fields: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A field that must be a string: never an object that a database could take for a query. Raises BadInput."""
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise BadInput(_("“{field}” must be given as text.", field=name))
    return value


async def read_bytes(request: web.Request, most: int = LONGEST_BODY) -> bytes:
    """What was sent, as it is. Raises HTTP 413."""
    if BODY in request:
        return request[BODY]
    # Before anything is read; a client that gives no length, or a wrong one, is stopped below.
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=request.content_length or 0)
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > most:
            raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(body))
    request[BODY] = read = bytes(body)
    return read


def _unreadable() -> BadInput:
    return BadInput(_("This request could not be read. Please check it and send it again."))


MULTIPART = "multipart/form-data"
ROOM_FOR_THE_FORM = 64 * 1024
LONGEST_NAME = 255


@dataclass(frozen=True)
class Upload:
    """A part of a form as a browser sent it. A file's name is only ever shown; a text has none."""

    name: str
    data: bytes


async def read_upload(request: web.Request, field: str, most: int) -> Upload:
    """What stands in one field of a form. Raises HTTP 413 or 415, BadInput where it is missing or broken."""
    async for upload in _uploads(request, field, most, most):
        await _is_read(request, [upload])
        return upload
    raise _unreadable()


async def read_uploads(request: web.Request, field: str, most: int, together: int) -> list[Upload]:
    """All files that were chosen in one field, each of `most` bytes, `together` in all. Raises the same."""
    uploads = [upload async for upload in _uploads(request, field, most, together)]
    await _is_read(request, uploads)
    return uploads


async def _uploads(request: web.Request, field: str, most: int, together: int) -> AsyncIterator[Upload]:
    if request.content_type != MULTIPART:
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > together + ROOM_FOR_THE_FORM:
        raise web.HTTPRequestEntityTooLarge(max_size=together, actual_size=request.content_length or 0)
    room = together
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == field:
                data = await _read_part(part, min(most, room))
                room -= len(data)
                if part.filename is None:
                    request.setdefault(SENT, []).append((field, data.decode("utf-8", "replace")))
                yield Upload((part.filename or "")[:LONGEST_NAME], data)
    except ValueError as error:
        raise _unreadable() from error


async def _read_part(part: BodyPartReader, most: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > most:
            raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(data))
    return bytes(data)


async def read_texts(request: web.Request, most: int) -> dict[str, str]:
    """The fields of a form too long for an ordinary one, where a Japanese character takes nine bytes; files in it are
    left out. Raises the same as `read_upload`.
    """
    if request.content_type != MULTIPART:
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > most + ROOM_FOR_THE_FORM:
        raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=request.content_length or 0)
    fields: dict[str, str] = {}
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or len(fields) == MOST_FIELDS:
                raise _unreadable()
            if part.filename is None:
                fields[part.name or ""] = text = (await _read_part(part, most)).decode("utf-8", "replace")
                request.setdefault(SENT, []).append((part.name or "", text))
    except ValueError as error:
        raise _unreadable() from error
    await _is_read(request, [Upload(name, text.encode()) for name, text in fields.items()])
    return fields


async def _is_read(request: web.Request, parts: Sequence[Upload]) -> None:
    """Say what was read of a form with files: this, and nothing else of it, is what will be done."""
    if tell := request.get(WHEN_READ):
        marks = [(part.name, sha256(part.data).hexdigest()) for part in parts]
        await tell(json.dumps(marks).encode())
