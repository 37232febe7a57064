"""Files and long texts in a form, read no further than their limit (S29, S34)."""

from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from knowledge.errors import BadInput
from knowledge.phrases import _

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
    if request.content_type != MULTIPART:
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > most + ROOM_FOR_THE_FORM:
        raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=request.content_length or 0)
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == field:
                return Upload((part.filename or "")[:LONGEST_NAME], await _read(part, most))
    except ValueError as error:
        raise _unreadable() from error
    raise _unreadable()


async def _read(part: BodyPartReader, most: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > most:
            raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(data))
    return bytes(data)


def _unreadable() -> BadInput:
    return BadInput(_("This request could not be read. Please check it and send it again."))
