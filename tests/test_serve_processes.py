"""`serve --processes`: one parent, several that serve on one port, and what happens when any of them dies."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, Mimi
from serving import Serving, serving

from bench.image import ROOT
from bot.embedded.line_simulator import LineSimulator
from knowledge.store.database import Database

TWO = [sys.executable, "-m", "bot", "serve", "--role", "web", "--processes", "2"]


@pytest.fixture
async def settings(db: Database) -> AsyncIterator[dict[str, str]]:
    line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
    await line.start()
    mimi = Mimi(db, line, None)
    production = {"MIMI_PUBLIC_URL": "https://mimi.example", "MIMI_PORT": "0", "ANTHROPIC_API_KEY": "key"}
    yield {"PATH": os.environ["PATH"]} | mimi.environment() | production
    await mimi.close()
    await line.stop()


@asynccontextmanager
async def two(settings: dict[str, str]) -> AsyncIterator[Serving]:
    async with serving(TWO, ROOT, settings) as served:
        await served.said("ready", 2)
        yield served


def children(process: int) -> list[int]:
    """Those that serve."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_there(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


async def gone(processes: list[int]) -> None:
    async with asyncio.timeout(60):
        while any(map(is_there, processes)):
            await asyncio.sleep(0.05)


async def asked(url: str) -> int:
    """The status of a request over a connection of its own."""
    async with aiohttp.ClientSession() as http, http.get(f"{url}/healthz") as response:
        return response.status


async def test_either_process_answers(settings: dict[str, str]) -> None:
    """Each in turn, the other being stopped."""
    async with two(settings) as served:
        one, other = children(served.process.pid)
        url = await served.url()
        for stopped in (one, other):
            os.kill(stopped, signal.SIGSTOP)
            # The stopped one may have been woken for a connection already; what it did not take, the other takes.
            async with asyncio.timeout(60):
                assert await asked(url) == 200
            os.kill(stopped, signal.SIGCONT)
        assert await served.stop() == 0
        assert not is_there(one)
        assert not is_there(other)


async def test_one_that_is_killed_is_replaced(settings: dict[str, str]) -> None:
    async with two(settings) as served:
        killed, left = children(served.process.pid)
        os.kill(killed, signal.SIGKILL)
        await served.said("ready", 3)
        now = children(served.process.pid)
        assert len(now) == 2
        assert left in now
        assert killed not in now
        assert (await served.said("process ended"))[0]["code"] == -signal.SIGKILL
        assert await asked(await served.url()) == 200


async def test_when_the_parent_is_killed_the_others_end(settings: dict[str, str]) -> None:
    async with two(settings) as served:
        serve = children(served.process.pid)
        served.process.kill()
        await gone(serve)


async def test_told_to_stop_while_it_starts_it_ends(settings: dict[str, str]) -> None:
    async with serving(TWO, ROOT, settings) as served:
        await served.said("listening")
        assert await served.stop() == 0
    assert "Traceback" not in served.output


@pytest.mark.parametrize("arguments", [[], ["--processes", "2"]])
async def test_what_no_other_try_would_change_ends_it_with_one_line(
    arguments: list[str], settings: dict[str, str]
) -> None:
    """A MongoDB that is no replica set: here, none at all, and it does not wait for one."""
    wrong = settings["MONGODB_URI"].replace(
        "directConnection=true", "directConnection=true&serverSelectionTimeoutMS=200"
    )
    wrong = wrong.replace(wrong.split("/")[2], "127.0.0.1:9")
    argv = [sys.executable, "-m", "bot", "serve", *arguments]
    async with serving(argv, ROOT, settings | {"MONGODB_URI": wrong}) as served:
        await served.process.wait()
        assert await served.stop() == 2
    said = [line for line in served.output.splitlines() if not line.startswith("{")]
    assert set(said) == {
        "MongoDB: not reachable at 127.0.0.1:9: nothing listens there: "
        "start MongoDB there, or correct host and port in MONGODB_URI."
    }


async def test_what_is_loaded_is_shared(settings: dict[str, str]) -> None:
    """A child's own memory is what it changed since it was forked: less than half of what it sees."""
    async with two(settings) as served:
        for child in children(served.process.pid):
            lines = Path(f"/proc/{child}/smaps_rollup").read_text().splitlines()[1:]
            memory = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
            assert memory["Private_Dirty"] < memory["Rss"] / 2
