"""The other end of an SMTP server, for tests that read what is mailed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session


class Postbox:
    """Keeps what comes, or answers as it is told to."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.says = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd)
        if self.says.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.letters.append(message_from_bytes(envelope.content))
        return self.says

    def to(self, address: str) -> list[Message]:
        """What has come for this address."""
        return [letter for letter in self.letters if letter["To"] == address]


@asynccontextmanager
async def open_postbox() -> AsyncIterator[tuple[Postbox, str]]:
    """A postbox, and the URL that mails to it."""
    box = Postbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    yield box, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
