"""A mail server that wants a password, in good moods and bad ones, and letters that are on their way to it."""

import asyncio
import itertools
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from mimi import soon
from traffic import SETTLING_SECONDS, Reckoning, written_all_the_while

from knowledge.store.database import Database
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow


@dataclass
class PostOffice:
    """Keeps what comes. `answers` are what it says instead, by step: `auth` or `rcpt`."""

    answers: dict[str, str] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    url: str = ""

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, _given: LoginPassword
    ) -> AuthResult:
        """Whoever comes has the right password, but for a bad mood."""
        refused = self.answers.get("auth")
        return AuthResult(success=refused is None, handled=refused is not None, message=refused)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refused := self.answers.get("rcpt"):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd)
        assert isinstance(envelope.content, bytes)
        self.subjects.append(str(message_from_bytes(envelope.content)["Subject"]))
        return "250 OK"


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """An open one."""
    office = PostOffice()
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # a line for each letter

    def session() -> SMTP:
        return SMTP(office, authenticator=office.authenticate, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    office.url = f"smtp://mimi:password@127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield office
    server.close()


@dataclass
class Letters:
    """Letters that are to be sent, one in every moment; reckoned as what people write is (tests/traffic.py)."""

    database: Database
    office: PostOffice
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _put: dict[str, float] = field(default_factory=dict)

    def flowing(self) -> AbstractAsyncContextManager[None]:
        """While it is entered, letters are written."""
        return written_all_the_while(self._write)

    async def back(self, since: float, seconds: float = 120) -> float:
        """How long after `since` a letter that was written after it is there."""

        async def there() -> bool:
            return any(at >= since and subject in self.office.subjects for subject, at in self._put.items())

        await soon(there, seconds)
        return time.monotonic() - since

    async def reckoning(self) -> Reckoning:
        """What has become of all of them."""

        async def all_there() -> bool:
            return set(self._put) <= set(self.office.subjects)

        with suppress(TimeoutError):  # what has not come by then is lost
            await soon(all_there, SETTLING_SECONDS)
        came = Counter(self.office.subjects)
        return Reckoning.of({subject: came[subject] for subject in self._put})

    async def _write(self) -> None:
        subject = f"Letter {next(self._numbers)} of {id(self)}"
        self._put[subject] = time.monotonic()
        row = OutboxRow(Channel.MAIL, "yuki@example.com", {"subject": subject, "text": "Hello."}, datetime.now(UTC))
        await OutboxRepository(self.database).put(row)
