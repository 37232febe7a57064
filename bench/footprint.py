"""What production costs a machine: the size of its packages; memory, and CPU until it listens and is ready, by role.

In the image as bench/image.py makes it, against a MongoDB of this bench's own and the LINE simulator, knowledge found
by meaning. "Listens": somebody can connect. "Ready": everything is loaded. Memory is read when the process that reads
meaning is there, too. `python -m bench.footprint [FOLDER PYTHON]` measures another tree of mimi's with that Python.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.image import build
from bot.embedded.line_simulator import LineSimulator
from bot.embedded.mongod import Mongod

ROLES = (("web", 1), ("worker", 1), ("all", 1), ("web", 2))
TICKS = os.sysconf("SC_CLK_TCK")
WAIT = 120.0
SETTLED, BUSY = 3.0, 0.15  # seconds, and the CPU a second that an idle process may use
SECRET, TOKEN = "bench-channel-secret", "bench-access-token"


@dataclass(frozen=True)
class Tree:
    """A mimi to start: how, where, and with what environment besides the settings."""

    command: list[str]
    folder: Path
    environment: dict[str, str]


async def main() -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mimi-")))
        tree = _given() or _image(folder)
        mongod = Mongod(folder / "mongod")
        await mongod.start()
        stack.push_async_callback(mongod.stop)
        line = LineSimulator(channel_secret=SECRET, access_token=TOKEN, quota=None)
        await line.start()
        stack.push_async_callback(line.stop)
        for role, processes in ROLES if not _given() else ROLES[:3]:
            await asyncio.to_thread(_measure, tree, role, processes, _settings(mongod, line, folder))


def _image(folder: Path) -> Tree:
    image = build(folder / "image")
    (packages,) = image.inside("/srv/venv").resolve().glob("lib/python*/site-packages")
    size = sum(path.lstat().st_size for path in packages.rglob("*") if path.is_file())
    print(f"packages: {size / 1e6:.0f} MB")
    return Tree(image.argv(["serve"]), image.inside(image.workdir), image.environment({}))


def _given() -> Tree | None:
    if len(sys.argv) < 3:
        return None
    path = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return Tree([sys.argv[2], "-m", "bot", "serve"], Path(sys.argv[1]), path)


def _settings(mongod: Mongod, line: LineSimulator, folder: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "MIMI_PUBLIC_URL": "https://bench.example",
        "MIMI_HOST": "127.0.0.1",
        "MIMI_PORT": str(port),
        "MIMI_SECRET_KEY": "bench-secret-key-of-at-least-32-characters",
        "MONGODB_URI": mongod.uri,
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "LINE_API_URL": line.url,
        "LINE_DATA_API_URL": line.url,
        "ANTHROPIC_API_KEY": "bench-key",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "mimi@example.com",
    }


def _measure(tree: Tree, role: str, processes: int, settings: dict[str, str]) -> None:
    more = ["--processes", str(processes)] if processes > 1 else []
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [*tree.command, "--role", role, *more], cwd=tree.folder, env=tree.environment | settings, stderr=log
        )
        try:
            began = time.monotonic()
            _until(lambda: _connects(int(settings["MIMI_PORT"])), process)
            listens = _cpu(process.pid), time.monotonic() - began
            _until(lambda: _said(log, "ready", processes) or _answers(settings, tree), process)
            ready = _cpu(process.pid), time.monotonic() - began
            _settle(process.pid)
            _report(role, processes, process.pid, listens, ready)
        finally:
            process.terminate()
            process.wait(30)


def _report(role: str, processes: int, pid: int, listens: tuple[float, float], ready: tuple[float, float]) -> None:
    name = role if processes == 1 else f"{role} x {processes}"
    for what, (cpu, seconds) in (("listens", listens), ("is ready", ready)):
        print(f"{name:<8} {what:<8} after {cpu:.2f} CPU s ({seconds:.1f} s)")
    for each in _family(pid):
        rss, pss = _memory(each)
        command = Path(f"/proc/{each}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        what = "reads meaning" if "knowledge.meaning.process" in command else "mimi"
        print(f"         {what:<14} RSS {rss:.0f} MB, PSS {pss:.0f} MB, {_own_cpu(each):.2f} CPU s since it began")


def _until(there: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT
    while not there():
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"mimi ended with {process.returncode}")
        time.sleep(0.005)


def _connects(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _said(log: IO[str], event: str, times: int) -> bool:
    log.seek(0)
    return log.read().count(f'"event": "{event}"') >= times


def _answers(settings: dict[str, str], tree: Tree) -> bool:
    """Where a tree says nothing when it is ready: it answers only then."""
    return _given() is tree or (_given() is not None and _connects(int(settings["MIMI_PORT"])))


def _settle(pid: int) -> None:
    """Wait until it does no more than it always does, the process that reads meaning included."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        used = _all_cpu(pid)
        time.sleep(SETTLED)
        if _all_cpu(pid) - used < BUSY * SETTLED:
            return


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))
    for thread in Path(f"/proc/{pid}/task").iterdir():
        if thread.name != str(pid):
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))


def _cpu(pid: int) -> float:
    """Of mimi's own processes; what reads meaning is not waited for."""
    return sum(
        _own_cpu(each)
        for each in _family(pid)
        if b"knowledge.meaning.process" not in Path(f"/proc/{each}/cmdline").read_bytes()
    )


def _all_cpu(pid: int) -> float:
    return sum(map(_own_cpu, _family(pid)))


def _own_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory(pid: int) -> tuple[float, float]:
    found = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    rss, pss = (int(found[name].split()[0]) * 1024 / 1e6 for name in ("Rss", "Pss"))
    return rss, pss


if __name__ == "__main__":
    asyncio.run(main())
