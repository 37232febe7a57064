"""A process of mimi that counts what it does: `python tests/traced_mimi.py [--traced]`, told on its standard input.

It prints its port once it is ready. Each line it then reads ends what it counts and begins anew; it prints what was
counted as a line of JSON. Its settings come from the environment, as for `serve`. Without `--traced` only MongoDB's
commands and CPU are counted, since a traced process is several times as slow.
"""

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from aiohttp import web
from pymongo import monitoring

from bot import logs

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = tuple(f"{ROOT / package}/" for package in ("bot", "handlers", "knowledge", "web", "guardrail"))
# What stands in for LINE and MongoDB's server is no part of a walk.
STANDS_IN = f"{ROOT / 'bot' / 'embedded'}/"
# What every process asks all the time, whoever does what: its own heartbeat, and the wait for changes.
IDLE_COLLECTIONS = frozenset({"processes"})


class Calls:
    """Which of our functions are called, from which outermost one, and how deep they stand; in threads, apart."""

    def __init__(self) -> None:
        self.calls: set[tuple[CodeType, CodeType]] = set()
        self.in_threads: set[tuple[CodeType, CodeType]] = set()
        self._loop = threading.get_ident()
        self.deepest = 0
        self._ours: dict[CodeType, bool] = {}

    def begin(self) -> None:
        """Forget what was counted."""
        self.calls, self.in_threads, self.deepest = set(), set(), 0

    def watch(self) -> None:
        """From now on, in this thread and in those that begin later."""
        sys.setprofile(self._called)
        threading.setprofile(self._called)

    def _called(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or not self._is_ours(frame.f_code):
            return
        depth, outermost, above = 1, frame.f_code, frame.f_back
        while above is not None:
            if self._is_ours(above.f_code):
                depth, outermost = depth + 1, above.f_code
            above = above.f_back
        if threading.get_ident() == self._loop:
            self.calls.add((outermost, frame.f_code))
            self.deepest = max(self.deepest, depth)
        else:
            self.in_threads.add((outermost, frame.f_code))

    def _is_ours(self, code: CodeType) -> bool:
        known = self._ours.get(code)
        if known is None:
            name = code.co_filename
            # A comprehension or a lambda is a part of the function around it.
            known = name.startswith(PACKAGES) and not name.startswith(STANDS_IN) and not code.co_name.startswith("<")
            self._ours[code] = known
        return known


class Commands(monitoring.CommandListener):
    """What is asked of MongoDB: "find owners" -> how often."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        collection = str(event.command.get(event.command_name))
        if event.command_name != "getMore" and collection not in IDLE_COLLECTIONS:
            self.counted[f"{event.command_name} {collection}"] += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to count."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Counted when it started."""


async def main() -> None:
    """Serve until the standard input ends."""
    calls, commands = Calls(), Commands()
    if "--traced" in sys.argv:
        calls.watch()
    monitoring.register(commands)
    logs.set_up(pretty=False)  # to stderr: what is printed is for whoever measures
    from bot.app import build_app  # with the listener registered: clients made from now on have it
    from bot.keys import LOADING
    from bot.settings import Settings
    from web.site.server import Runner

    app = build_app(Settings.read())
    runner = Runner(app, shutdown_timeout=2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await app[LOADING]
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    cpu = time.process_time()
    while True:
        sys.stdout.flush()
        if not await asyncio.to_thread(sys.stdin.readline):
            break
        counted = {
            "calls": _named(calls.calls),
            "in_threads": _named(calls.in_threads),
            "deepest": calls.deepest,
            "commands": dict(commands.counted),
            "cpu_ms": (time.process_time() - cpu) * 1000,
        }
        sys.stdout.write(json.dumps(counted) + "\n")
        calls.begin()
        commands.counted.clear()
        cpu = time.process_time()
    await runner.cleanup()


def _named(calls: set[tuple[CodeType, CodeType]]) -> list[list[str]]:
    return [[f"{Path(code.co_filename).relative_to(ROOT)}:{code.co_qualname}" for code in pair] for pair in calls]


if __name__ == "__main__":
    asyncio.run(main())
