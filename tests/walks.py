"""`python -m tests.walks`: how long three ways through mimi are, and how the sources look, as two tables.

A visitor asks what is known, an owner writes one `/faq add` in LINE, a visitor asks what is unknown and its alert is
told. The process is the real application (tests/traced_mimi.py) with what it keeps in memory warm; LINE is simulated,
Claude stood in for, knowledge found by its words. Functions, files and depth are those of our own code in the loop,
without what `bot/embedded` stands in with; what runs in threads (the recognizers) is counted apart. Commands are
MongoDB's without heartbeats and waits for changes. CPU is measured in a second process that is not traced.
`--functions` also prints every function of the walks, `--commands` every command.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # the parts of tests import each other by their bare names

from claude_standin import ClaudeStandIn  # noqa: E402
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, Mimi  # noqa: E402
from source_figures import source_figures  # noqa: E402

from bot.embedded.line_simulator import LineSimulator  # noqa: E402
from bot.embedded.mongod import Mongod  # noqa: E402
from knowledge.store.database import Database  # noqa: E402
from knowledge.store.outbox.pushes import PUSH_SHARES  # noqa: E402
from knowledge.store.registry import create_indexes  # noqa: E402

# Fewer than 20 questions in all, which is what one address may ask in a minute.
TIMES = 5
PATIENCE = 120.0
IDLE_SECONDS = 8.0  # heartbeats, sweeps and rounds have come by then
ANIMALS = ("elephants", "penguins", "giraffes", "hamsters", "crocodiles", "lobsters")
Act = Callable[[int], Awaitable[None]]
Counted = dict[str, Any]


@dataclass(frozen=True)
class Figures:
    """One walk, as it was in most of its repetitions."""

    functions: frozenset[str]
    in_threads: frozenset[str]
    deepest: int
    commands: Counter[str]
    cpu_ms: float

    @classmethod
    def of(cls, runs: list[Counted], idle: Counted) -> "Figures":
        """A walk has what was called in every repetition, and not from where an idle process calls it, too."""
        fewest = min(runs, key=lambda run: sum(run["commands"].values()))
        deepest = statistics.median_low(run["deepest"] for run in runs)
        cpu = statistics.median(run["cpu_ms"] for run in runs)
        return cls(
            _always("calls", runs, idle), _always("in_threads", runs, idle), deepest, Counter(fewest["commands"]), cpu
        )

    @property
    def files(self) -> int:
        return len({function.partition(":")[0] for function in self.functions})


def _always(kind: str, runs: list[Counted], idle: Counted) -> frozenset[str]:
    """What each run called from where an idle process does not."""
    idling = {tuple(call) for call in idle[kind]}
    return frozenset.intersection(
        *(frozenset(called for outermost, called in run[kind] if (outermost, called) not in idling) for run in runs)
    )


class Traced:
    """The process that is measured, and its answers to being told that a walk is over."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    async def port(self) -> int:
        return int(await self._line())

    async def counted(self) -> Counted:
        """What was done since the last call."""
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        return dict(json.loads(await self._line()))

    async def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()

    async def _line(self) -> bytes:
        assert self._process.stdout
        line = await self._process.stdout.readline()
        assert line, self._log.read_text()[-3000:]
        return line


async def walks(mongodb_uri: str, *, traced: bool) -> dict[str, Figures]:
    """Each walk repeated in one process with a database of its own."""
    found: dict[str, Figures] = {}
    async with traced_mimi(mongodb_uri, traced=traced) as (mimi, process):
        await mimi.sign_up()
        await mimi.owner_says("/faq add How much is it? = Three dollars a month.")
        await mimi.settled(PATIENCE)
        await process.counted()
        await asyncio.sleep(IDLE_SECONDS)
        idle = await process.counted()
        for name, act in _acts(mimi).items():
            runs = []
            for number in range(TIMES + 1):
                await process.counted()
                await act(number)
                runs.append(await process.counted())
                await mimi.settled(PATIENCE)  # what follows from it is no part of the way there
            found[name] = Figures.of(runs[1:], idle)  # the first one loads what the others find in memory
    return found


@asynccontextmanager
async def traced_mimi(mongodb_uri: str, *, traced: bool) -> AsyncIterator[tuple[Mimi, Traced]]:
    """A mimi in a process of its own, and everything around it in this one."""
    async with AsyncExitStack() as stack:
        database = Database.open(mongodb_uri.replace("/mimi?", f"/walks_{'traced' if traced else 'plain'}?"))
        stack.callback(database.close)
        await create_indexes(database)
        line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN, quota=None)
        await line.start()
        stack.push_async_callback(line.stop)
        claude = ClaudeStandIn()
        await claude.start()
        stack.push_async_callback(claude.stop)
        mimi = Mimi(database, line, claude)
        stack.push_async_callback(mimi.close)
        await database.ping()
        log = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mimi-walks-"))) / "log"
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        process = Traced(
            await asyncio.create_subprocess_exec(
                *(sys.executable, str(HERE / "traced_mimi.py"), *(["--traced"] if traced else [])),
                cwd=HERE.parent,
                env=bare | {"PYTHONPATH": str(HERE.parent)} | mimi.environment(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=stack.enter_context(log.open("wb")),
                limit=2**22,
            ),
            log,
        )
        stack.push_async_callback(process.end)
        mimi.url = f"http://127.0.0.1:{await process.port()}"
        line.webhook_url = f"{mimi.url}/line/webhook"
        yield mimi, process


def _acts(mimi: Mimi) -> dict[str, Act]:
    async def asks_what_is_known(_number: int) -> None:
        answer = await mimi.visitor_asks("How much is it?")
        assert answer.state == "answered", answer.state

    async def teaches(number: int) -> None:
        (said,) = await mimi.owner_says(f"/faq add Are {ANIMALS[number]} fun? = Yes, {ANIMALS[number]} are.")
        assert said.startswith("Learned"), said

    async def asks_what_is_unknown(number: int) -> None:
        question = f"Where does one park {ANIMALS[number]} overnight?"
        assert mimi.claude
        mimi.claude.will_not_know(question)
        seen = len(mimi.owner.chat)
        # What follows a push is collected for a while; each of these is to be told at once, as a day's first one is.
        await mimi.database.collection(PUSH_SHARES.name).delete_many({})
        answer = await mimi.visitor_asks(question)
        assert answer.state == "unknown", answer.state
        await mimi.line.wait_for(lambda: any(item.from_bot for item in mimi.owner.chat[seen:]), PATIENCE)

    return {
        "a known question, answered": asks_what_is_known,
        "one /faq add in LINE, to its reply": teaches,
        "an unknown question, to its alert": asks_what_is_unknown,
    }


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mimi-walks-") as folder:
        mongod = Mongod(Path(folder))
        await mongod.start()
        try:
            traced, plain = await walks(mongod.uri, traced=True), await walks(mongod.uri, traced=False)
        finally:
            await mongod.stop()
    sys.stdout.write("\n".join((*_walked(traced, plain), "", *_counted())) + "\n")


def _walked(traced: Mapping[str, Figures], plain: Mapping[str, Figures]) -> Iterator[str]:
    yield from (
        "| walk | functions | files | in threads | deepest stack | MongoDB commands | CPU ms |",
        "| --- " * 7 + "|",
    )
    for name, walk in traced.items():
        commands = plain[name].commands
        cells = (
            len(walk.functions),
            walk.files,
            len(walk.in_threads),
            walk.deepest,
            commands.total(),
            round(plain[name].cpu_ms),
        )
        yield f"| {name} | {' | '.join(map(str, cells))} |"
        if "--functions" in sys.argv:
            yield from (f"    {each}" for each in sorted(walk.functions))
        if "--commands" in sys.argv:
            yield from (f"    {count} {each}" for each, count in sorted(commands.items()))


def _counted() -> Iterator[str]:
    yield from ("| the sources | |", "| --- | --- |")
    yield from (f"| {what} | {figure} |" for what, figure in source_figures().items())


if __name__ == "__main__":
    asyncio.run(main())
