"""Programs that tests start, which are gone when the tests are, even by SIGKILL."""

import asyncio
import ctypes
import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 60


async def child(*command: str, environment: Mapping[str, str] | None = None, log: Path) -> asyncio.subprocess.Process:
    """Start `command`; what it says goes to the end of `log`. `environment` goes beyond what every program needs."""
    bare = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    with log.open("ab") as said:
        return await asyncio.create_subprocess_exec(
            *command, stdout=said, stderr=said, env=bare | dict(environment or {}), preexec_fn=_dies_with_us
        )


async def ended(process: asyncio.subprocess.Process, how: int = signal.SIGTERM) -> None:
    """End it, frozen or not, and wait until it is gone."""
    if process.returncode is None:
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _dies_with_us() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
