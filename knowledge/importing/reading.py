"""Files read in a process of their own, one each, which is ended when it needs more than its share (S37)."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path

import structlog

from knowledge.errors import BadInput
from knowledge.importing.found import Asked, Found, found_from_plain
from knowledge.importing.process import header_of
from knowledge.phrases import _, from_plain

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-m", "knowledge.importing.process")
ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT = 60.0  # seconds by the clock; the process's own limit is of processor time
MOST_OUTPUT = 64 * 1024 * 1024
AT_ONCE = 2
PIECE = 256 * 1024


class Reading:
    """Bytes in, what they say out. Whatever a file does to its reader, only that file fails."""

    def __init__(self, command: Sequence[str] = COMMAND, limit: float = LIMIT) -> None:
        self._command = command
        self._limit = limit
        self._places = asyncio.Semaphore(AT_ONCE)

    async def read(self, data: bytes, asked: Asked) -> Found:
        """What is found. Raises BadInput with what its owner can do."""
        async with self._places:
            process = await _start(self._command)
            try:
                async with asyncio.timeout(self._limit):
                    output = await _talk(process, header_of(asked) + data)
            except (TimeoutError, OSError, EOFError) as error:
                log.warning("reading failed", error=type(error).__name__)
                raise _too_much() from error
            finally:
                await _end(process)
        if process.returncode != 0:
            # Out of memory or time, or something nobody foresaw; what it said of it could hold what stood there.
            log.warning("reading failed", returncode=process.returncode)
            raise _too_much()
        return await asyncio.to_thread(_understood, output)


async def _start(command: Sequence[str]) -> Process:
    # Spawned with nothing of ours: no setting, so no secret, and no open file but its pipes.
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=ROOT, env=environment
    )


async def _talk(process: Process, given: bytes) -> bytes:
    """Give it all, and take what it says. Raises EOFError when it says too much."""
    assert process.stdin is not None
    assert process.stdout is not None
    giving = asyncio.create_task(_give(process.stdin, given))
    try:
        output = bytearray()
        while piece := await process.stdout.read(PIECE):
            output += piece
            if len(output) > MOST_OUTPUT:
                raise EOFError
        await process.wait()
        return bytes(output)
    finally:
        giving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await giving


async def _give(stdin: asyncio.StreamWriter, given: bytes) -> None:
    # One that dies before it has read everything has said why, or is told by how it ended.
    with contextlib.suppress(OSError):
        stdin.write(given)
        await stdin.drain()
        stdin.close()


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


def _understood(output: bytes) -> Found:
    """What it says, which a file that took the process over may have made up."""
    try:
        plain = json.loads(output)
        problem = from_plain(plain["problem"]) if "problem" in plain else None
        found = None if problem else found_from_plain(plain)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _too_much() from error
    if problem or found is None:
        raise BadInput(problem or _too_much().phrase)
    return found


def _too_much() -> BadInput:
    return BadInput(_("This file takes too much time or memory to read. Please send a smaller or simpler one."))
