"""Pictures resized in a process of their own, one each, which is ended when it needs more than its share (S37)."""

import json

from knowledge.errors import BadInput
from knowledge.importing.limited_process import TooMuch, command_of, said_by
from knowledge.phrases import _, from_plain
from knowledge.store.apps.pictures import LARGEST_FILE, Picture, Shape

COMMAND = command_of("knowledge.pictures.process")
LIMIT_SECONDS = 30.0


async def remade(data: bytes, shape: Shape) -> Picture:
    """A file of an owner's as a picture to show. Raises BadInput, saying what is wrong with it."""
    if len(data) > LARGEST_FILE:
        raise BadInput(_("That file is too large. At most {most} MB can be sent.", most=LARGEST_FILE // (1024 * 1024)))
    try:
        output = await said_by((*COMMAND, shape.value), data, LIMIT_SECONDS)
    except TooMuch as error:
        raise BadInput(_("I could not resize this picture. Please send another one.")) from error
    head, _newline, made = output.partition(b"\n")
    told = json.loads(head)
    if "problem" in told:
        raise BadInput(from_plain(told["problem"]))
    return Picture(told["type"], made)
