"""One process of the models for the whole machine: whoever needs it starts it, and it outlives whoever did."""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from knowledge.meaning.embedder import ROOT, Embedder, EmbedderFailed
from knowledge.meaning.process import DIMENSIONS, GREETING, Desk

HANGS = (
    *(sys.executable, "-c"),
    "import socket, sys, time; from knowledge.meaning.process import Desk;"
    "Desk(lambda *_: time.sleep(600), socket.socket(fileno=int(sys.argv[3])), 600).serve(float(sys.argv[2]))",
)
ANOTHER = """
import asyncio, sys
from pathlib import Path
from knowledge.meaning.embedder import Embedder

async def main():
    embedder = Embedder(Path(sys.argv[1]), idle=2)
    await embedder.begin()
    print(embedder.process_id, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def runtime() -> AsyncIterator[Path]:
    """A short name: a socket's has room for a hundred characters."""
    with TemporaryDirectory(prefix="mimi-test-") as folder:
        yield Path(folder)


@pytest.fixture
async def make(runtime: Path) -> AsyncIterator[Callable[..., Embedder]]:
    """Embedders of this folder, closed afterwards."""
    made = []

    def one(**manner: object) -> Embedder:
        given: dict[str, Any] = {"rest": 0, "limit": 60, "idle": 2, **manner}
        made.append(Embedder(runtime, **given))
        return made[-1]

    yield one
    processes = {each.process_id for each in made}
    for each in made:
        await each.close()
    for process in processes:
        await ended(process)


async def ended(process: int | None) -> None:
    """Wait until this process is no more; one that is only waited for by its parent is none."""
    async with asyncio.timeout(60):
        while process is not None and alive(process):
            await asyncio.sleep(0.05)


def alive(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


async def test_those_who_come_at_the_same_time_share_one_process(make: Callable[..., Embedder]) -> None:
    several = [make() for _ in range(8)]
    vectors = await asyncio.gather(*(each.vector("返金", "query") for each in several))
    assert len({each.process_id for each in several}) == 1
    assert all(np.array_equal(vector, vectors[0]) for vector in vectors)


async def test_it_outlives_who_started_it_and_ends_when_nobody_is_left(
    runtime: Path, make: Callable[..., Embedder]
) -> None:
    starter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ANOTHER, str(runtime)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert starter.stdout is not None
    process = int(await starter.stdout.readline())
    joined = make()
    await joined.begin()
    starter.kill()
    await starter.wait()
    await joined.vector("返金", "query")
    assert joined.process_id == process
    await joined.close()
    await ended(process)


async def test_one_that_is_killed_is_there_again_before_anybody_asks(make: Callable[..., Embedder]) -> None:
    one, other = make(), make()
    before = await one.vector("返金", "query")
    await other.begin()
    killed = one.process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    async with asyncio.timeout(60):
        while {killed, None, 0} & {one.process_id, other.process_id}:
            await asyncio.sleep(0.02)
    assert one.process_id == other.process_id
    assert np.array_equal(await other.vector("返金", "query"), before)


async def test_what_a_killed_one_left_behind_is_not_in_the_way(runtime: Path, make: Callable[..., Embedder]) -> None:
    first = make()
    await first.begin()
    process = first.process_id
    assert process is not None
    await first.close()
    os.kill(process, signal.SIGKILL)
    await ended(process)
    assert list((runtime / f"mimi-{os.getuid()}").glob("*.sock"))
    await make().vector("返金", "query")


@pytest.mark.parametrize("fault", ["missing", "a file", "open to all", "a link", "too long a name"])
async def test_without_a_folder_to_meet_in_it_is_our_own(fault: str, runtime: Path) -> None:
    ours = runtime / f"mimi-{os.getuid()}"
    match fault:
        case "missing":
            runtime = runtime / "nowhere"
        case "a file":
            ours.write_text("")
        case "open to all":
            ours.mkdir()
            ours.chmod(0o777)
        case "a link":
            ours.symlink_to("/")
        case "too long a name":
            runtime = runtime / ("x" * 100)
            runtime.mkdir()
    embedder = Embedder(runtime, limit=60)
    await embedder.vector("返金", "query")
    process = embedder.process_id
    await embedder.close()
    assert process is not None
    assert not alive(process)


async def test_a_text_that_hangs_takes_the_process_with_it(make: Callable[..., Embedder]) -> None:
    embedder = make(command=HANGS, limit=0.5, rest=60)
    asked = asyncio.create_task(embedder.vector("返金", "query"))
    process = None
    while not asked.done():
        process = embedder.process_id or process
        await asyncio.sleep(0.02)
    with pytest.raises(EmbedderFailed):
        await asked
    assert process
    await ended(process)


def test_a_visitors_question_comes_before_what_nobody_waits_for(runtime: Path) -> None:
    read: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def reading(asked: Mapping[str, str]) -> np.ndarray:
        read.append(asked["text"])
        begun.set()
        go_on.wait(60)
        return np.zeros(DIMENSIONS, np.float32)

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(runtime / "socket"))
        listener.listen()
        desk = threading.Thread(target=Desk(reading, listener, 0.1).serve, args=(600,))
        # A timer of the process is started by threads as by anybody.
        desk.start()
        clients = [socket.socket(socket.AF_UNIX) for _ in range(3)]
        for client in clients:
            client.connect(str(runtime / "socket"))
            assert client.recv(GREETING)
        asks = [("first", "passage"), ("second", "passage"), ("third", "question")]
        for number, (client, (text, read_as)) in enumerate(zip(clients, asks, strict=True)):
            client.sendall(f'{{"text": "{text}", "as": "{read_as}", "lang": "en"}}\n'.encode())
            if number == 0:
                begun.wait(60)
        go_on.set()
        for client in clients:
            assert len(client.recv(DIMENSIONS * 4, socket.MSG_WAITALL)) == DIMENSIONS * 4
            client.close()
        desk.join(60)
    assert read == ["first", "third", "second"]
