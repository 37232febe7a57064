"""How soon a model's words reach a visitor, and what an answer costs, with one stream open and with many.

python -m bench.stream [--seconds 15] [--streams 1 --streams 20 --streams 60]

The program as it is served (a web process, a worker, the process that reads meaning) on a MongoDB of its own. A
stand-in for Claude writes answers of some 300 characters of Japanese or three times as many of English, in pieces of 8
or 24, 80 ms apart, and notes when each leaves it; half of them begin in an entry's words, half in the model's own,
which nobody may see before the sentence is over and says what it rests on. Visitors ask real questions, each in a chat
and from an address of their own, and ask again as soon as they have their answer. Before each round the stand-in is
asked directly, by as many, in the requests mimi sent: what is measured there is the machine's and the client's own.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # the stand-in's events and the served process are those of the tests

from serving import serving  # noqa: E402

from bench.parts.paced_claude import APART, PIECES_OF_AN_ANSWER, Ask, stand_in  # noqa: E402
from bench.parts.processes import cpu_seconds  # noqa: E402
from bench.parts.stored_apps import NOW, own_database  # noqa: E402
from bench.retrieval import DATA, sets  # noqa: E402
from knowledge.store.apps.apps import App, AppRepository  # noqa: E402
from knowledge.store.database import Database, OwnerId, new_id  # noqa: E402
from knowledge.store.entries.faqs import FaqEntry, FaqRepository  # noqa: E402
from knowledge.words.words import clean  # noqa: E402

IDLE, IDLE_SECONDS = 0.06, 5.0  # so much of a core, at most
QUESTIONS = 400  # to each app; each different, so that the models read it
WARMING = 15  # at once
STANDS_IN = "stand-in"
GOALS = {"ms": 27.0, 1: 20.0, 20: 40.0}
COUNTED = ("find", "insert", "update", "delete", "findAndModify", "aggregate", "count", "commitTransaction")
_numbers = count()


@dataclass
class Heard:
    """When things happened to one question; seconds on the machine's clock."""

    question: str
    asked: float
    first: float = 0.0
    length: int = 0  # characters in the first piece
    ended: float = 0.0
    state: str = ""
    own_words: bool = False
    arrived: float = 0.0  # at the model
    words: float = 0.0  # the model's first ones left it
    enough: float = 0.0  # as many as were shown at first had left it
    sentence: float = 0.0  # its first sentence, and what that rests on, had

    def mark(self, noted: dict[str, Any]) -> None:
        """What the stand-in noted."""
        self.arrived, self.sentence, self.words = noted["arrived"], noted["sentence"], noted["left"][0][1]
        self.enough = next((at for written, at in noted["left"] if written >= self.length), self.ended)


async def fill(database: Database, questions: int) -> list[Ask]:
    """Apps with the entries of bench/data/retrieval's, and so many questions to them."""
    asks: dict[str, Ask] = {}
    for asked in sets(DATA)["apps"]:
        titles = {item.id: item.title for item in asked.corpus}
        app = App(OwnerId(new_id()), "Kotori", f"stream-{new_id()[-12:]}", "ja", NOW)
        await AppRepository(database).add(app)
        entries = [FaqEntry(item.title, item.text, item.title, item.text, (), NOW, NOW) for item in asked.corpus]
        await FaqRepository(database).put_many(app.scope, entries)
        known = [query for query in asked.queries if query["relevant"]]
        for number in range(questions):
            query, again = known[number % len(known)], number // len(known)
            text = query["text"] + (f" {again}" if again else "")
            asks[text] = Ask(app.handle, text, titles[query["relevant"][0]], query["lang"], number % 2 == 1)
    mixed = list(asks.values())
    random.Random(5).shuffle(mixed)
    return mixed


async def ask_mimi(http: aiohttp.ClientSession, url: str, ask: Ask) -> Heard:
    """One visitor's question, read to the end of its answer."""
    number = next(_numbers)
    headers = {"Accept": "text/event-stream", "X-Forwarded-For": f"10.{number >> 8}.{number & 255}.1"}
    heard = Heard(clean(ask.text).strip(), time.monotonic(), own_words=ask.own_words)
    body = {"id": str(uuid.uuid4()), "text": ask.text}
    async with http.post(f"{url}/@{ask.handle}/messages", json=body, headers=headers) as response:
        async for name, data in frames(response):
            if name == b"delta" and not heard.first:
                heard.first, heard.length = time.monotonic(), len(json.loads(data)["text"])
            elif name in (b"done", b"notice"):
                said = json.loads(data)
                heard.state = said.get("state") or said["code"]
    heard.ended = time.monotonic()
    return heard


async def ask_directly(http: aiohttp.ClientSession, url: str, body: str, number: int) -> Heard:
    """The same of the stand-in."""
    heard = Heard(str(number), time.monotonic())
    async with http.post(f"{url}/v1/messages", data=body, headers={"x-direct": str(number)}) as response:
        async for _name, data in frames(response):
            if not heard.first and b"text_delta" in data:
                heard.first, heard.length = time.monotonic(), 1
    heard.ended, heard.state = time.monotonic(), "answered"
    return heard


async def frames(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[bytes, bytes]]:
    """Names and data of server-sent events."""
    rest = b""
    async for chunk in response.content.iter_any():
        *whole, rest = (rest + chunk).split(b"\n\n")
        for each in whole:
            lines = dict(line.partition(b": ")[::2] for line in each.split(b"\n"))
            yield lines.get(b"event", b""), lines.get(b"data", b"")


async def asking(streams: int, seconds: float, one: Callable[[int], Awaitable[Heard]]) -> dict[int, Heard]:
    """So many ask at once, each again when it has its answer; begun one after the other."""
    heard: dict[int, Heard] = {}
    numbers, until = count(), time.monotonic() + seconds
    lasts = PIECES_OF_AN_ANSWER * APART

    async def visitor(turn: int) -> None:
        await asyncio.sleep(lasts * turn / streams)
        while time.monotonic() < until:
            number = next(numbers)
            heard[number] = await one(number)

    async with asyncio.TaskGroup() as tasks:
        for turn in range(streams):
            tasks.create_task(visitor(turn))
    return heard


@dataclass
class Used:
    """What processes have used, seconds by name, and MongoDB's commands."""

    cpu: dict[str, float]
    commands: int
    at: float = field(default_factory=time.monotonic)


class Meter:
    """Reads what the program's processes use; what they use while idle is taken off."""

    def __init__(self, database: Database, pids: dict[str, int]) -> None:
        self._database = database
        self._pids = pids
        self._idle: tuple[dict[str, float], float] = (dict.fromkeys(pids, 0.0), 0.0)

    async def read(self) -> Used:
        commands = (await self._database.raw.command("serverStatus"))["metrics"]["commands"]
        asked = sum(commands[name]["total"] for name in COUNTED if name in commands)
        return Used({name: cpu_seconds(pid) for name, pid in self._pids.items()}, asked)

    async def idle(self) -> None:
        """Wait until nothing happens any more, and note what is used then."""
        busy = True
        while busy:
            before = await self.read()
            await asyncio.sleep(IDLE_SECONDS)
            spent = await self.since(before)
            busy = sum(spent.cpu.values()) > IDLE_SECONDS * IDLE
        self._idle = {name: each / IDLE_SECONDS for name, each in spent.cpu.items()}, spent.commands / IDLE_SECONDS

    async def since(self, before: Used) -> Used:
        now = await self.read()
        (cpu, commands), seconds = self._idle, now.at - before.at
        used = {name: now.cpu[name] - before.cpu[name] - cpu[name] * seconds for name in now.cpu}
        return Used(used, round(now.commands - before.commands - commands * seconds))


@dataclass(frozen=True)
class Round:
    """What one number of streams came to."""

    streams: int
    mimi: list[Heard]
    direct: list[Heard]
    used: Used
    yardstick: float  # seconds of CPU that the stand-in itself takes for an answer

    def lines(self) -> list[str]:
        """As printed."""
        said = [each for each in self.mimi if each.state == "answered" and each.first]
        before, there = spread(h.arrived - h.asked for h in said), spread(h.arrived - h.asked for h in self.direct)
        floor = spread(h.first - h.words for h in self.direct)
        theirs = [h for h in said if not h.own_words]
        first = [h.first - h.words for h in theirs]
        own = [h.first - h.sentence for h in said if h.own_words]
        late = median(h.first - h.asked for h in theirs) - median(h.first - h.asked for h in self.direct)
        goal = GOALS.get(self.streams)
        met = "" if goal is None else f" (goal {goal:.0f}: {'met' if median(first) * 1000 <= goal else 'missed'})"
        each = {name: used / len(self.mimi) for name, used in self.used.cpu.items() if name != STANDS_IN}
        lasted, cpu = statistics.fmean(h.ended - h.asked for h in said), sum(each.values())
        by = ", ".join(f"{name} {1000 * used:.1f}" for name, used in each.items())
        enough = "met" if cpu * 1000 <= GOALS["ms"] else "missed"
        return [
            f"{self.streams} at once: {len(self.mimi)} answers, {len(self.mimi) - len(said)} of them otherwise",
            f"  question to the model           {before}, directly {there}",
            f"  model's first words, shown      {spread(first)}{met}, directly {floor}",
            f"  ... from as many as were shown  {spread(h.first - h.enough for h in theirs)}",
            f"  its first own sentence, shown   {spread(own)}",
            f"  first words later than directly {late * 1000:.0f} ms, all in all",
            f"  CPU an answer                   {cpu * 1000:.1f} ms (goal {GOALS['ms']:.0f}: {enough}): {by}",
            f"  ... as that of the stand-in     {cpu / self.yardstick:.1f} times {self.yardstick * 1000:.1f} ms",
            f"  MongoDB commands an answer      {self.used.commands / len(self.mimi):.1f}",
            f"  streams a core                  {lasted / cpu:.0f}, of {lasted:.1f} s each",
        ]


def spread(each: Any) -> str:
    """Milliseconds: the median and what 95 of 100 keep within."""
    values = sorted(value * 1000 for value in each)
    return f"{statistics.median(values):.1f} / {values[int(len(values) * 0.95)]:.1f} ms" if values else "-"


def median(each: Any) -> float:
    values = list(each)
    return statistics.median(values) if values else 0.0


class Bench:
    """Everything that is measured, started."""

    def __init__(self, http: aiohttp.ClientSession, asks: Sequence[Ask], claude: str, url: str, meter: Meter) -> None:
        self._http = http
        self._asks = iter(asks)
        self._claude = claude
        self._url = url
        self._meter = meter

    async def warm(self, asks: Sequence[Ask]) -> None:
        """What is read once and kept is read."""
        waiting = iter(asks)

        async def one() -> None:
            for ask in waiting:
                await ask_mimi(self._http, self._url, ask)

        await asyncio.gather(*(one() for _ in range(WARMING)))
        await self._meter.idle()

    async def round(self, streams: int, seconds: float) -> Round:
        """Directly, then through mimi."""
        bodies = (await self._told())["bodies"]

        async def directly(number: int) -> Heard:
            return await ask_directly(self._http, self._claude, bodies[number % len(bodies)], number)

        before = await self._meter.read()
        direct = await asking(streams, seconds / 3, directly)
        theirs = await self._meter.since(before)
        noted = (await self._told())["marks"]
        for number, heard in direct.items():
            heard.mark(noted[str(number)])
        before = await self._meter.read()
        said = await asking(streams, seconds, self._of_mimi)
        used, noted = await self._meter.since(before), (await self._told())["marks"]
        for heard in said.values():
            if heard.question in noted:
                heard.mark(noted[heard.question])
        return Round(streams, list(said.values()), list(direct.values()), used, theirs.cpu[STANDS_IN] / len(direct))

    async def _of_mimi(self, _number: int) -> Heard:
        return await ask_mimi(self._http, self._url, next(self._asks))

    async def _told(self) -> dict[str, Any]:
        async with self._http.get(f"{self._claude}/marks") as response:
            return dict(await response.json())


async def measure(stack: AsyncExitStack, seconds: float, streams: Sequence[int]) -> None:
    """Start everything, and print round by round."""
    database = await stack.enter_async_context(own_database())
    asks = await fill(database, QUESTIONS)
    claude, standing_in = stand_in(stack, {clean(ask.text).strip(): ask for ask in asks})
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    environment = _environment(database, claude, folder)
    served = {}
    for role in ("web", "worker"):
        argv = [sys.executable, "-m", "bot", "serve", "--role", role]
        served[role] = await stack.enter_async_context(serving(argv, ROOT, environment))
        await served[role].said("ready")
    http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    url = await served["web"].url()
    await ask_mimi(http, url, asks[0])
    pids = {role: each.process.pid for role, each in served.items()}
    pids |= {"mongod": int((await database.raw.command("serverStatus"))["pid"]), "embedder": _embedder(pids.values())}
    one_of_each = {ask.title: ask for ask in asks[1:]}
    rest = [ask for ask in asks[1:] if one_of_each[ask.title] is not ask]
    bench = Bench(http, rest, claude, url, Meter(database, pids | {STANDS_IN: standing_in}))
    await bench.warm(list(one_of_each.values()))
    for at_once in streams:
        print("\n".join((await bench.round(at_once, seconds)).lines()), flush=True)


def _environment(database: Database, claude: str, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "MIMI_PUBLIC_URL": "https://mimi.example",
        "MIMI_PORT": "0",
        "MIMI_SECRET_KEY": uuid.uuid4().hex,
        "MIMI_RUNTIME_DIR": str(folder),
        "MIMI_TRUSTED_PROXY": "true",
        "MIMI_RICH_MENU": "false",
        "MONGODB_URI": database.uri,
        "ANTHROPIC_API_KEY": "sk-ant-stand-in",
        "ANTHROPIC_BASE_URL": claude,
        "LINE_CHANNEL_SECRET": "bench-channel-secret",
        "LINE_CHANNEL_ACCESS_TOKEN": "bench-access-token",
        "LINE_API_URL": "http://127.0.0.1:9",
        "LINE_DATA_API_URL": "http://127.0.0.1:9",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "mimi@example.com",
    } | ({"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {})


def _embedder(parents: Iterable[int]) -> int:
    """The process that reads meaning: the child of one of these that was started for it."""
    for parent in parents:
        # Any of its threads may have started it.
        for child in " ".join(each.read_text() for each in Path(f"/proc/{parent}/task").glob("*/children")).split():
            if b"knowledge.meaning.process" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    raise LookupError("no process reads meaning")


async def run(seconds: float, streams: Sequence[int]) -> None:
    async with AsyncExitStack() as stack:
        await measure(stack, seconds, streams)


def main(
    seconds: Annotated[float, typer.Option(min=3)] = 15,
    streams: Annotated[list[int], typer.Option(min=1)] = [1, 20, 60],  # noqa: B006
) -> None:
    """Print the figures."""
    asyncio.run(run(seconds, streams))


if __name__ == "__main__":
    typer.run(main)
