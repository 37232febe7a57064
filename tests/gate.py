"""A way between two programs that can be slow, or cut like a cable: bytes stop, and nobody is told.

A process of its own, `python tests/gate.py TARGET`, so that no busy test holds up what goes through: it says its port,
and reads what it shall do, a line each.
"""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass, field

# What a mongod says of itself to its fellows, and a client never does (MongoDB: `hello`, src/mongo/rpc).
FELLOW = b"internalClient"
PIECE = 64 * 1024


class Gate:
    """Hands everything on from `port` to `target`, both ways.

    While it is cut, what was sent waits, as packets do that are sent again and again; connections are made, as by a
    kernel whose program hangs.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Begin to listen."""
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-S", __file__, str(self.target))
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        self.port = int(await self._said())

    async def stop(self) -> None:
        """End, and everything that goes through with it."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            await self._process.wait()

    async def cut(self) -> None:
        """Nothing goes through from now on."""
        await self._do("cut all")

    async def cut_clients(self) -> None:
        """Members of a replica set go on talking with each other; nobody else does."""
        await self._do("cut clients")

    async def mend(self) -> None:
        """All of it goes through again."""
        await self._do("mend")

    async def slow_down(self, seconds: float) -> None:
        """What clients say takes so long to get there; 0: no longer than it takes."""
        await self._do(f"delay {seconds}")

    async def _do(self, what: str) -> None:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(f"{what}\n".encode())
        await self._said()

    async def _said(self) -> str:
        assert self._process
        assert self._process.stdout
        return (await self._process.stdout.readline()).decode()


@dataclass
class _Way:
    """What goes through, in the gate's own process."""

    target: int
    delay: float = 0.0
    everybody: bool = True
    mended: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self) -> None:
        """Until there is nobody to say what shall be done."""
        self.mended.set()
        server = await asyncio.start_server(self._come, "127.0.0.1", 0)
        _say(server.sockets[0].getsockname()[1])
        orders = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(orders)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        while order := (await orders.readline()).decode().split():
            self._obey(*order)
            _say("done")
        os._exit(0)  # with everything that goes through

    def _obey(self, order: str, what: str = "") -> None:
        match order:
            case "cut":
                self.everybody = what == "all"
                self.mended.clear()
            case "mend":
                self.mended.set()
            case "delay":
                self.delay = float(what)

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):  # one of the two has gone
            await self._between(reader, writer)
        writer.close()

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(PIECE)
        fellow = FELLOW in first
        await self._may_pass(fellow)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        far_writer.write(first)
        there = asyncio.create_task(self._pass_on(reader, far_writer, fellow, to_target=True))
        back = asyncio.create_task(self._pass_on(far_reader, writer, fellow, to_target=False))
        await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        there.cancel()
        back.cancel()
        await asyncio.gather(there, back, return_exceptions=True)
        far_writer.close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fellow: bool, *, to_target: bool
    ) -> None:
        while piece := await reader.read(PIECE):
            if to_target and self.delay and not fellow:
                await asyncio.sleep(self.delay)
            await self._may_pass(fellow)
            writer.write(piece)
            await writer.drain()

    async def _may_pass(self, fellow: bool) -> None:
        if self.everybody or not fellow:
            await self.mended.wait()


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_Way(int(sys.argv[1])).serve())
