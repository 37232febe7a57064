"""A mail server that says what a test tells it to, at each step of the dialogue."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATES = Path(__file__).parent / "certificates"
GOES_WELL = {"AUTH": "235 ok", "STARTTLS": "220 go ahead", "QUIT": "221 bye"}


def shown_certificate(name: str) -> ssl.SSLContext:
    """What a server needs to show `certificates/<name>.pem`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


@dataclass
class Dialogue:
    """`says` answers a command by its first word; `offers` is what EHLO lists, `then_offers` what it lists over TLS."""

    offers: Sequence[str] = ("STARTTLS", "AUTH PLAIN LOGIN")
    says: Mapping[str, str] = field(default_factory=dict)
    then_offers: Sequence[str] | None = None
    greeting: str = "220 mail.example ESMTP"
    certificate: str = "good"
    tls_at_once: bool = False
    heard: list[str] = field(default_factory=list)
    talks: set[asyncio.Task[None] | None] = field(default_factory=set)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        self.talks.add(asyncio.current_task())
        offers = self.offers
        try:
            await _say(writer, self.greeting)
            while line := (await reader.readline()).decode("latin-1").strip():
                self.heard.append(line)
                verb = line.split()[0].upper()
                answer = self.says.get(verb) or GOES_WELL.get(verb, "250 ok")
                if verb == "EHLO" and verb not in self.says:
                    answer = "\r\n".join(("250-mail.example", *(f"250-{each}" for each in offers), "250 8BITMIME"))
                await _say(writer, answer)
                if verb == "STARTTLS" and answer.startswith("220"):
                    await writer.start_tls(shown_certificate(self.certificate))
                    offers = self.then_offers or [each for each in self.offers if each != "STARTTLS"]
        except (OSError, ValueError):  # the other side ends it, or speaks TLS where nobody does
            return
        finally:
            writer.close()


@asynccontextmanager
async def open_dialogue(dialogue: Dialogue) -> AsyncIterator[int]:
    """The port it listens on."""
    context = shown_certificate(dialogue.certificate) if dialogue.tls_at_once else None
    server = await asyncio.start_server(dialogue.talk, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.gather(*(talk for talk in dialogue.talks if talk))


async def _say(writer: asyncio.StreamWriter, answer: str) -> None:
    writer.write(f"{answer}\r\n".encode())
    await writer.drain()
