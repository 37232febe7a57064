"""A production process from outside: started, listened to by its log, told to stop."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

PATIENCE = 180.0


class Serving:
    """A process of `serve`, and the events of its log so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []
        self.output = ""
        self._heard = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def said(self, event: str, times: int = 1) -> list[dict[str, Any]]:
        """Wait until its log has had this event so often."""
        async with asyncio.timeout(PATIENCE), self._heard:
            await self._heard.wait_for(lambda: len(self._named(event)) >= times or self._reading.done())
        assert len(self._named(event)) >= times, self.output[-3000:]
        return self._named(event)

    async def url(self) -> str:
        (listening,) = await self.said("listening")
        return f"http://127.0.0.1:{listening['port']}"

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """The exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        await asyncio.wait_for(self.process.wait(), PATIENCE)
        await self._reading
        return int(self.process.returncode or 0)

    def _named(self, event: str) -> list[dict[str, Any]]:
        return [each for each in self.events if each.get("event") == event]

    async def _read(self) -> None:
        assert self.process.stderr
        async for line in self.process.stderr:
            async with self._heard:
                self.output += line.decode()
                if line.startswith(b"{"):
                    self.events.append(json.loads(line))
                self._heard.notify_all()
        async with self._heard:
            self._heard.notify_all()


@asynccontextmanager
async def serving(argv: list[str], folder: Path, environment: Mapping[str, str]) -> AsyncIterator[Serving]:
    """Started in this folder; stopped, by force if it must be, afterwards."""
    process = await asyncio.create_subprocess_exec(*argv, cwd=folder, env=environment, stderr=asyncio.subprocess.PIPE)
    served = Serving(process)
    try:
        yield served
    finally:
        try:
            await served.stop()
        except TimeoutError:
            await served.stop(signal.SIGKILL)
            raise
