"""An SMTP server that says what a test has written down for each step, however odd; raw, so that it can break rules."""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

HANG = "(hangs)"
DROP = "(drops the connection)"
# What an honest server says where nothing else is written down.
HONEST = {
    "connect": "220 mx.example ESMTP",
    "EHLO": "250-mx.example\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 ENHANCEDSTATUSCODES",
    "HELO": "250 mx.example",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 2.7.0 accepted",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    ".": "250 2.0.0 queued as 1A2B",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}
Says = str | Sequence[str]


class Dialogue:
    """Answers by step; a list is used up one connection's step at a time, its last answer for ever."""

    def __init__(self, says: Mapping[str, Says], tls: ssl.SSLContext | None = None) -> None:
        self._says = {
            step: deque([said] if isinstance(said, str) else said) for step, said in {**HONEST, **says}.items()
        }
        self._tls = tls
        self.heard: list[str] = []
        self.letters: list[bytes] = []

    def commands(self, verb: str) -> list[str]:
        """The lines heard that begin so."""
        return [line for line in self.heard if line.upper().startswith(verb)]

    def _next(self, step: str) -> str:
        waiting = self._says.get(step)
        if not waiting:
            return "502 5.5.1 command not implemented"
        return waiting.popleft() if len(waiting) > 1 else waiting[0]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        with suppress(ConnectionError, ssl.SSLError):
            if await self._say(writer, "connect"):
                while line := await reader.readline():
                    text = line.decode("utf-8", "replace").rstrip("\r\n")
                    self.heard.append(text)
                    if not await self._step(text.split(" ")[0].upper(), reader, writer):
                        break
        writer.close()

    async def _step(self, verb: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        said = await self._say(writer, verb)
        if verb == "STARTTLS" and said.startswith("220"):
            if self._tls is None:
                return False
            await writer.start_tls(self._tls)
        if verb == "DATA" and said.startswith("354"):
            letter = await reader.readuntil(b"\r\n.\r\n")
            if said := await self._say(writer, "."):
                # Dots that hide dots are taken off (RFC 5321 4.5.2).
                self.letters += [letter[:-3].replace(b"\n..", b"\n.")] if said.startswith("2") else []
        return bool(said) and verb != "QUIT"

    async def _say(self, writer: asyncio.StreamWriter, step: str) -> str:
        """What was said; nothing if the connection is over."""
        said = self._next(step)
        if said == HANG:
            await asyncio.Event().wait()
        if said == DROP:
            return ""
        writer.write(f"{said}\r\n".encode("utf-8", "surrogateescape"))
        await writer.drain()
        return said


@asynccontextmanager
async def talking(says: Mapping[str, Says], tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[Dialogue, str]]:
    """A server with these answers, and host and port of it."""
    dialogue, busy = Dialogue(says, tls), set[asyncio.Task[None]]()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy.add(task)
        with suppress(asyncio.CancelledError):
            await dialogue.talk(reader, writer)
        busy.discard(task)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    yield dialogue, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    for task in list(busy):
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
