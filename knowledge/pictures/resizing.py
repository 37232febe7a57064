"""Pictures resized in a process of their own, one each, which is ended when it needs more than its share (S37)."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE

import structlog

from knowledge.errors import BadInput
from knowledge.phrases import _, from_plain
from knowledge.store.apps.picture_shapes import LARGEST_FILE, Picture, Shape

log = structlog.get_logger()

COMMAND = (sys.executable, "-m", "knowledge.pictures.process")
LIMIT_SECONDS = 30.0


async def remade(data: bytes, shape: Shape) -> Picture:
    """A file of an owner's as a picture to show. Raises BadInput, saying what is wrong with it."""
    if len(data) > LARGEST_FILE:
        raise BadInput(_("That file is too large. At most {most} MB can be sent.", most=LARGEST_FILE // (1024 * 1024)))
    process = await asyncio.create_subprocess_exec(*COMMAND, shape.value, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            output, _nothing = await process.communicate(data)
    except TimeoutError as error:
        raise _too_much() from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        log.warning("picture not made", returncode=process.returncode)
        raise _too_much()
    head, _newline, made = output.partition(b"\n")
    told = json.loads(head)
    if "problem" in told:
        raise BadInput(from_plain(told["problem"]))
    return Picture(told["type"], made)


def _too_much() -> BadInput:
    return BadInput(_("This picture could not be made smaller. Please send another one."))
