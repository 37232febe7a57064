"""A process that is given bytes, says something about them and ends; ended when it needs more than its share (S37).

What comes from outside is looked at nowhere else: a thread of ours could not be stopped, and would hold everybody up.
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_OUTPUT = 24 * 1024 * 1024
PIECE = 256 * 1024
# A process that was killed is gone at once; only what it has started itself may still hold its pipes.
ENDS_WITHIN_SECONDS = 2.0


class TooMuch(Exception):
    """It needed more than its share, or died of what it was given."""


def command_of(module: str) -> tuple[str, ...]:
    """A module of ours as a process."""
    return sys.executable, "-m", module


async def said_by(command: Sequence[str], given: bytes, limit: float) -> bytes:
    """All that the process says. Raises TooMuch; what is cancelled leaves no process behind."""
    process = await _start(command)
    try:
        async with asyncio.timeout(limit):
            output = await _talk(process, given)
    except (TimeoutError, OSError, EOFError) as error:
        log.warning("reading failed", error=type(error).__name__)
        raise TooMuch from error
    finally:
        await _end(process)
    if process.returncode != 0:
        # Out of memory or time, or something nobody foresaw; what it said of it could hold what stood there.
        log.warning("reading failed", returncode=process.returncode)
        raise TooMuch
    return output


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
            # A small file may say a lot: a table of one letter a row, or a bomb that got past its reader.
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
    assert process.stdout is not None
    try:
        async with asyncio.timeout(ENDS_WITHIN_SECONDS):
            # Python 3.11 says that it has ended once its pipes have, which of one that is not read nobody notices.
            while await process.stdout.read(PIECE):
                pass
            await process.wait()
    except TimeoutError:
        log.warning("reading ended late")
