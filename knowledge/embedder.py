"""Text -> a vector of what it means, from a process of its own that may die, hang or be missing."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge.embedder_process import DIMENSIONS, E5_PACKAGE, LONGEST, USE_PACKAGE
from knowledge.language import language_of

log = structlog.get_logger(__name__)

PACKAGES = (E5_PACKAGE, USE_PACKAGE)  # one is enough; both are better
REVISION = 2  # of what we do with the models' vectors
WORKER = (sys.executable, "-m", "knowledge.embedder_process")
ROOT = Path(__file__).resolve().parent.parent

START_LIMIT = 300.0  # seconds to load and be ready: two of CPU, on a busy machine
LIMIT = 10.0  # seconds for one text, on a busy machine
REST = 5.0  # seconds before another try with a process that died

ReadAs = Literal["question", "query", "passage"]
Vector = NDArray[np.float32]


class EmbedderFailed(Exception):
    """No vector this time; words alone have to do."""


class Embedder:
    """One process, started when it is first needed and again after it died."""

    def __init__(
        self,
        command: Sequence[str] = WORKER,
        limit: float = LIMIT,
        rest: float = REST,
        packages: Sequence[str] = PACKAGES,
    ) -> None:
        self._command = command
        self._limit = limit
        self.rest = rest
        self._process: Process | None = None
        self.starts = 0
        self._turn = asyncio.Lock()
        self._rest_until = 0.0
        self._asking: set[asyncio.Task[Vector]] = set()
        self.model = _model(packages)

    async def vector(self, text: str, read_as: ReadAs) -> Vector:
        """Of length 1. Raises EmbedderFailed; who is tired of waiting may go away at any time."""
        await self._turn.acquire()
        if not self.model:  # missing, or closed in the meantime
            self._turn.release()
            raise EmbedderFailed("missing")
        # A task of its own: the process answers in turn, so an answer nobody waits for must still be read.
        task = asyncio.create_task(self._answered(text[:LONGEST], read_as))
        self._asking.add(task)
        task.add_done_callback(self._asked)
        return await asyncio.shield(task)

    async def begin(self) -> None:
        """Have the process loaded before anything is asked of it; if it cannot be, the first question tries again."""
        with suppress(EmbedderFailed):
            await self.vector("", "question")

    @property
    def process_id(self) -> int | None:
        """None while there is no process."""
        return self._process.pid if self._process is not None else None

    async def close(self) -> None:
        """End the process; nothing is asked afterwards."""
        self.model = ""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self._end()

    def _asked(self, task: asyncio.Task[Vector]) -> None:
        self._turn.release()
        self._asking.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, for the case that nobody waits any more

    async def _answered(self, text: str, read_as: ReadAs) -> Vector:
        process = await self._ready()
        try:
            async with asyncio.timeout(self._limit):
                return await _ask(process, text, read_as)
        except (OSError, EOFError, TimeoutError) as error:
            await self._failed(error)
            raise EmbedderFailed("died") from error

    async def _ready(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        if asyncio.get_running_loop().time() < self._rest_until:
            raise EmbedderFailed("resting")
        try:
            async with asyncio.timeout(START_LIMIT):
                self.starts += 1
                self._process = await _start(self._command)
                await _read(self._process)
        except (OSError, EOFError, TimeoutError) as error:
            await self._failed(error)
            raise EmbedderFailed("not started") from error
        return self._process

    async def _failed(self, error: Exception) -> None:
        await self._end()
        self._rest_until = asyncio.get_running_loop().time() + self.rest
        log.warning("embedder_failed", error=type(error).__name__, rest=self.rest)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()


def _model(packages: Sequence[str]) -> str:
    """The models' names with their versions; empty if none is there, which is said once."""
    found = [f"{name} {there}" for name in packages if (there := _version(name))]
    if not found:
        log.info("embedder_missing", packages=list(packages), instead="words alone")
        return ""
    return f"{', '.join(found)} r{REVISION}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


async def _start(command: Sequence[str]) -> Process:
    # Spawned, never forked: its OpenMP hangs after a fork. It gets no setting, so no secret, of ours.
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment = one_thread | {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)}
    # What it says of its death could hold what somebody wrote, so it goes nowhere.
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=ROOT, env=environment
    )


async def _ask(process: Process, text: str, read_as: ReadAs) -> Vector:
    assert process.stdin is not None
    request = {"text": text, "as": read_as, "lang": language_of(text)}
    process.stdin.write(json.dumps(request).encode() + b"\n")
    await process.stdin.drain()
    return await _read(process)


async def _read(process: Process) -> Vector:
    assert process.stdout is not None
    return np.frombuffer(await process.stdout.readexactly(DIMENSIONS * 4), "<f4")
