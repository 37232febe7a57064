"""Text -> a vector of what it means, from a process that may die, hang or be missing, and that others use, too."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge.language import language_of
from knowledge.meaning.embedder_socket import EmbedderSocket, start
from knowledge.meaning.process import (
    DIMENSIONS,
    E5_PACKAGE,
    GREETING,
    LONGEST,
    START_LIMIT,
    USE_DIMENSIONS,
    USE_PACKAGE,
)

log = structlog.get_logger(__name__)

PACKAGES = (E5_PACKAGE, USE_PACKAGE)  # one is enough; both are better
REVISION = 2  # of what we do with the models' vectors
WORKER = (sys.executable, "-m", "knowledge.meaning.process")
ROOT = Path(__file__).resolve().parent.parent.parent
TRIES = 2  # with a new process for the second: another container's end may have taken the first along

LIMIT = 10.0  # seconds for one text, on a busy machine
REST = 5.0  # seconds before another try with a process that died
IDLE = 60.0  # seconds that the process waits for somebody to connect before it ends

ReadAs = Literal["question", "query", "passage"]
Vector = NDArray[np.float32]


class EmbedderFailed(Exception):
    """No vector this time; words alone have to do."""


class Embedder:
    """A connection to the process, made when it is first needed and again after it was lost.

    With a `runtime` folder the process is the machine's: found there, or started for everyone. Without one, or where
    nothing can be put into it, it is our own and ends with us.
    """

    def __init__(
        self,
        runtime: Path | None = None,
        *,
        command: Sequence[str] = WORKER,
        limit: float = LIMIT,
        rest: float = REST,
        idle: float = IDLE,
        packages: Sequence[str] = PACKAGES,
    ) -> None:
        self._command = (*command, str(idle), str(limit))
        self._limit = limit
        self.rest = rest
        self._line: _Line | None = None
        self._own: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self._turn = asyncio.Lock()
        self._rest_until = 0.0
        self._tasks: set[asyncio.Task[Vector]] = set()
        self._again: asyncio.Task[None] | None = None
        self.model = _model(packages)
        self._place = EmbedderSocket(runtime, self.model) if runtime else None

    async def vector(self, text: str, read_as: ReadAs) -> Vector:
        """Of length 1. Raises EmbedderFailed; who is tired of waiting may go away at any time."""
        asked = {"text": text[:LONGEST], "as": read_as, "lang": _centre_of(text)}
        return await self._vector(asked, DIMENSIONS)

    async def quick(self, texts: Sequence[str]) -> Vector:
        """Of each text the part that the quick model makes, the last USE_DIMENSIONS, of length 1. Raises the same."""
        asked = {"texts": [text[:LONGEST] for text in texts], "langs": list(map(_centre_of, texts))}
        return (await self._vector(asked, len(texts) * USE_DIMENSIONS)).reshape(len(texts), USE_DIMENSIONS)

    @property
    def is_quick(self) -> bool:
        """Whether the quick model is there."""
        return USE_PACKAGE in self.model

    async def _vector(self, asked: Mapping[str, Any], numbers: int) -> Vector:
        await self._turn.acquire()
        if not self.model:  # missing, or closed in the meantime
            self._turn.release()
            raise EmbedderFailed("missing")
        # A task of its own: the process answers in turn, so an answer nobody waits for must still be read.
        task = asyncio.create_task(self._answered(asked, numbers))
        self._tasks.add(task)
        task.add_done_callback(self._asked)
        return await asyncio.shield(task)

    async def begin(self) -> None:
        """Have the process loaded before anything is asked of it; if it cannot be, the first question tries again."""
        with suppress(EmbedderFailed):
            await self.vector("", "question")

    @property
    def process_id(self) -> int | None:
        """None while there is no connection."""
        return self._line.process if self._line is not None else None

    async def close(self) -> None:
        """Let go of the process; nothing is asked afterwards."""
        self.model = ""
        tasks = [*self._tasks, *([self._again] if self._again else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._end()

    def _asked(self, task: asyncio.Task[Vector]) -> None:
        self._turn.release()
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, for the case that nobody waits any more

    async def _answered(self, asked: Mapping[str, Any], numbers: int) -> Vector:
        request = json.dumps(asked).encode() + b"\n"
        for _again in range(TRIES):
            try:
                line = await self._ready()
                async with asyncio.timeout(self._limit):
                    return np.frombuffer(await line.ask(request, numbers * 4), "<f4")
            except EOFError as error:
                failed: Exception = error
                await self._end()
            except (OSError, TimeoutError) as error:
                failed = error
                break
        await self._end()
        self._rest_until = asyncio.get_running_loop().time() + self.rest
        log.warning("embedder_failed", error=type(failed).__name__, rest=self.rest)
        raise EmbedderFailed("died") from failed

    async def _ready(self) -> "_Line":
        """A connection to a process that is loaded. Raises EOFError, OSError, TimeoutError."""
        if self._line is not None and not self._line.lost:
            return self._line
        await self._end()
        if asyncio.get_running_loop().time() < self._rest_until:
            raise EmbedderFailed("resting")
        async with asyncio.timeout(START_LIMIT):
            self._line = await self._connected()
        return self._line

    async def _connected(self) -> "_Line":
        self.starts += 1
        connection = await asyncio.to_thread(self._met)
        loop = asyncio.get_running_loop()
        _transport, line = await loop.create_connection(lambda: _Line(self._was_lost), sock=connection)
        self._line = line
        line.process = int.from_bytes(await line.ask(b"", GREETING), "little")
        return line

    def _met(self) -> socket.socket:
        """A connection to the machine's process, else to one of our own. Raises OSError."""
        if self._place is not None:
            try:
                return self._place.meet(self._command, _environment())
            except OSError as error:
                log.warning("embedder_not_shared", error=type(error).__name__, number=error.errno)
                self._place = None
        ours, its = socket.socketpair()
        with its:
            self._own = start(self._command, its, _environment())
        return ours

    def _was_lost(self, line: "_Line") -> None:
        """Look for the process again before somebody asks; one that dies at once is left to the next question."""
        if line is self._line and line.lasted > self.rest:
            self._again = asyncio.create_task(self.begin())

    async def _end(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.hang_up()
        own, self._own = self._own, None
        if own is not None:
            own.kill()
            await asyncio.to_thread(own.wait)


class _Line(asyncio.Protocol):
    """One connection: a question out, so many bytes back. Not to be asked again before they are there."""

    def __init__(self, was_lost: "Callable[[_Line], None]") -> None:
        self.process = 0
        self.lost = False
        self._was_lost = was_lost
        self._began = time.monotonic()
        self._transport: asyncio.Transport | None = None
        self._heard = bytearray()
        self._wanted = 0
        self._told: asyncio.Future[None] | None = None

    async def ask(self, question: bytes, wanted: int) -> bytes:
        """Raises EOFError when the other side is gone."""
        assert self._transport is not None
        self._told, self._wanted = asyncio.get_running_loop().create_future(), wanted
        self._transport.write(question)
        self._tell()
        await self._told
        answer = bytes(self._heard[:wanted])
        del self._heard[:wanted]
        return answer

    @property
    def lasted(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._began

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._tell()
        self._was_lost(self)

    def _tell(self) -> None:
        if self._told is None or self._told.done():
            return
        if len(self._heard) >= self._wanted:
            self._told.set_result(None)
        elif self.lost:
            self._told.set_exception(EOFError())


def _centre_of(text: str) -> Literal["ja", "en"]:
    """The language whose centre (centres.py) a text's vector is moved by; for Chinese, Japanese is the nearer one."""
    return "ja" if language_of(text) in ("ja", "zh-Hans", "zh-Hant") else "en"


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


def _environment() -> dict[str, str]:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return one_thread | {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)}
