"""Where the machine's one process of the models is met: a socket in a folder that our user alone may enter.

Whoever needs the process and meets nobody starts it. The race for that is settled by a lock on a file, which the
kernel gives up when its last holder ends: the process takes it along, so as long as it lives nobody starts another.
"""

import fcntl
import os
import socket
import stat
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

PRIVATE = 0o700
BACKLOG = 128
PATIENCE = 10.0  # seconds; who holds the lock is a moment away from listening, or from having ended
PAUSE = 0.02


class EmbedderSocket:
    """One for each model: after an upgrade the old process and the new one stand side by side for a while."""

    def __init__(self, runtime: Path, model: str) -> None:
        """`runtime` is a folder of this machine, such as /tmp, in which one of our own is made."""
        self._folder = runtime / f"mimi-{os.getuid()}"
        name = sha256(model.encode()).hexdigest()[:12]
        self._socket, self._lock = self._folder / f"{name}.sock", self._folder / f"{name}.lock"

    def meet(self, command: Sequence[str], environment: Mapping[str, str]) -> socket.socket:
        """A connection to the process, which is started if nobody runs it. Raises OSError. Blocks for a moment."""
        self._enter()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(FileNotFoundError, ConnectionRefusedError):
                return self._connected()
            if not self._started(command, environment):
                time.sleep(PAUSE)
        raise TimeoutError("nobody listens, and somebody holds the lock")

    def _enter(self) -> None:
        """The folder, made or found; not one that somebody else has put there."""
        with suppress(FileExistsError):
            self._folder.mkdir(PRIVATE)
        found = self._folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise PermissionError(f"{self._folder} is not a folder of our user's alone")

    def _connected(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(self._socket))
        except OSError:
            connection.close()
            raise
        return connection

    def _started(self, command: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Whether we were the one to start it. It listens before it is loaded: connections wait."""
        with self._lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._socket.unlink(missing_ok=True)  # of one that was killed
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(self._socket))
                listener.listen(BACKLOG)
                start(command, listener, environment, holding=(lock.fileno(),))
        return True


def start(
    command: Sequence[str], meeting: socket.socket, environment: Mapping[str, str], holding: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """The process, with a socket to serve and nothing else of ours: no setting, so no secret. Raises OSError."""
    # Spawned, never forked: its OpenMP hangs after a fork. In a session of its own: what stops us leaves it to others.
    # What it says of its death could hold what somebody wrote, so it goes nowhere.
    return subprocess.Popen(  # noqa: S603
        [*command, str(meeting.fileno())],
        env=dict(environment),
        pass_fds=(meeting.fileno(), *holding),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
