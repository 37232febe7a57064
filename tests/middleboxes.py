"""What may stand between a visitor and mimi: a box that holds back, freezes or cuts what goes through it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

# What of a stream goes on now, from what has come and whether that was all; the rest is held.
Rule = Callable[[bytearray, bool], bytes]


def passes(held: bytearray, ended: bool) -> bytes:
    return _first(held, len(held))


def until_the_end(held: bytearray, ended: bool) -> bytes:
    """A virus scanner that takes a stream for a download."""
    return _first(held, len(held)) if ended else b""


def in_blocks_of(size: int) -> Rule:
    """A compressing proxy, or one with a buffer to fill."""
    return lambda held, ended: _first(held, len(held) if ended else len(held) // size * size)


def all_but_the_last(held: bytearray, ended: bool) -> bytes:
    """Each event waits for the next one."""
    events = bytes(held).rstrip(b"\r\n").rfind(b"\n\n") + 2
    return _first(held, len(held) if ended else max(events, 0) if events > 1 else 0)


@dataclass(eq=False)
class _Way:
    """One connection through the box."""

    down: asyncio.StreamWriter
    up: asyncio.StreamWriter
    frozen: bool = False


@dataclass(eq=False)
class Middlebox:
    """In front of `port`; what is no event stream always passes."""

    port: int
    streams: Rule = passes
    url: str = ""
    opened: int = 0
    _ways: set[_Way] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def freeze(self) -> None:
        """Not one more byte on the connections there are, and no word of it to either side."""
        for way in self._ways:
            way.frozen = True

    def cut(self) -> None:
        """The connections there are end in the middle."""
        for way in self._ways:
            way.down.transport.abort()
            way.up.transport.abort()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until both sides have ended."""
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.opened += 1
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)
        except ConnectionError:
            writer.transport.abort()  # nobody is there
            return
        way = _Way(writer, up_writer)
        self._ways.add(way)
        with suppress(asyncio.CancelledError):  # the box is being closed
            await asyncio.gather(self._ask(reader, way), self._answer(up_reader, way))
        self._ways.discard(way)
        self._tasks.discard(task)
        writer.close()
        up_writer.close()

    async def close(self) -> None:
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask(self, reader: asyncio.StreamReader, way: _Way) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if not way.frozen:
                    way.up.write(data)
        if not way.frozen:
            way.up.close()

    async def _answer(self, reader: asyncio.StreamReader, way: _Way) -> None:
        held, streaming = bytearray(), False
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if way.frozen:
                    continue
                streaming = streaming or b"content-type: text/event-stream" in data[:2000].lower()
                held += data
                ended = data.endswith(b"0\r\n\r\n")  # of a response; the connection may go on
                way.down.write(self.streams(held, ended) if streaming else _first(held, len(held)))
        if not way.frozen:
            with suppress(ConnectionError):
                way.down.write(self.streams(held, True))
                way.down.close()


@asynccontextmanager
async def middlebox(url: str, streams: Rule = passes) -> AsyncIterator[Middlebox]:
    """A started one before the server at `url`."""
    box = Middlebox(int(url.rpartition(":")[2]), streams)
    server = await asyncio.start_server(box.accept, "127.0.0.1", 0)
    box.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield box
    finally:
        server.close()
        await box.close()


def _first(held: bytearray, size: int) -> bytes:
    passed = bytes(held[:size])
    del held[:size]
    return passed
