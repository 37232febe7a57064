"""The other Notifier: mail, through the SMTP server of the settings."""

import asyncio
import contextlib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from aiosmtplib import SMTP, SMTPException, SMTPHeloError, SMTPResponseException

from bot.letters import address_of, to_letter, written
from bot.out.mail_answers import Fate, Step, fate_of, pause_after
from handlers.ports import Clock, NotNow, NotSendable, NotSent
from knowledge.store.outbox.outbox import OutboxRow

log = structlog.get_logger()

PATIENCE: Final = 25.0  # seconds until the server has the letter: shorter than the sender's lease on it
A_FAREWELL: Final = 2.0


class SmtpNotifier:
    """Sends rows whose body is `{"subject", "text", "reply_to"}` as plain-text mail."""

    def __init__(self, smtp_url: str, sender: Address, clock: Clock, patience: float = PATIENCE) -> None:
        self._url = urlsplit(smtp_url)
        self._sender = sender
        self._clock = clock
        self._patience = patience
        self._shut: tuple[datetime, str] | None = None

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        """Hand the mail over; its Message-ID. Raises NotSent for what may pass, NotNow for what the operator has to
        mend, NotSendable for what will not."""
        try:
            letter = to_letter(row, self._sender)
        except ValueError as error:
            raise NotSendable("no letter can be addressed so") from error
        if self._shut and self._clock.now() < self._shut[0]:
            # Not every letter knocks at a door that is shut: servers lock out who fails to log in too often.
            raise NotNow(self._shut[1], pause_after(row.attempts))
        await self._handed_over(row, letter)
        self._shut = None
        return (letter["Message-ID"],)

    async def _handed_over(self, row: OutboxRow, letter: EmailMessage) -> None:
        talk = SmtpTalk(self._url, self._patience)
        try:
            async with asyncio.timeout(self._patience):
                await talk.greet()
                await talk.encrypt()
                await talk.sign_in()
                data = letter.as_bytes()
                await talk.address(written(self._sender), written(address_of(row.to)), len(data))
                await talk.hand_over(data)
        except SMTPResponseException as error:
            fate = fate_of(talk.step, error.code, error.message)
            if fate is not Fate.TAKEN:
                raise self._refused(row, talk.step, fate, f"{error.code}") from error
        except Unsupported as error:
            raise NotSendable(str(error)) from error
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            raise self._failed(row, talk.step, error) from error
        finally:
            await talk.close()

    def _failed(self, row: OutboxRow, step: Step, error: Exception) -> Exception:
        """Without a reply: a connection that never was or broke, or a server without what the settings ask for."""
        causes = (error, error.__cause__)
        if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
            return self._refused(row, step, Fate.SHUT, "certificate not trusted")
        if step is Step.AUTH and type(error) is SMTPException:  # no reply: AUTH, or a way of it, is not offered
            return self._refused(row, step, Fate.SHUT, "not offered")
        # Once the letter is on its way nobody knows whether it arrived, and a copy should not come at once.
        return NotSent(f"SMTP {step}: {type(error).__name__}", pause_after(row.attempts) if step is Step.DATA else None)

    def _refused(self, row: OutboxRow, step: Step, fate: Fate, what: str) -> Exception:
        problem = f"SMTP {step}: {what}"
        if fate is Fate.NEVER:
            return NotSendable(problem)
        pause = pause_after(row.attempts)
        if fate is Fate.LATER:
            return NotSent(problem, pause)
        log.error("mail server refuses mimi", step=step.value, answer=what)
        if step not in {Step.RECIPIENT, Step.DATA}:
            self._shut = self._clock.now() + pause_after(1), problem
        return NotNow(problem, pause)


class Unsupported(Exception):
    """The server lacks what this letter needs."""


class SmtpTalk:
    """A talk with a mail server, for a letter or for `doctor`. `step` is where it stands; raises what aiosmtplib raises
    there."""

    def __init__(self, url: SplitResult, patience: float) -> None:
        self.step = Step.CONNECT
        # STARTTLS where it is offered: `encrypt` does it, so that it is known which step failed.
        tls = url.scheme == "smtps"
        self.client = SMTP(hostname=url.hostname, port=url.port, use_tls=tls, start_tls=False, timeout=patience)
        self._user, self._password = unquote(url.username or ""), unquote(url.password or "")

    async def greet(self) -> None:
        """From the first byte to what the server can do."""
        await self.client.connect()
        self.step = Step.HELLO
        await self._hello()

    async def encrypt(self) -> None:
        """TLS where it is offered. A login never goes where it was offered and failed."""
        if not self.client.use_tls and self.client.supports_extension("starttls"):
            self.step = Step.STARTTLS
            await self.client.starttls()
            await self._hello()

    async def sign_in(self) -> None:
        """With the name and password of the settings, where they have them."""
        if self._user:
            self.step = Step.AUTH
            await self.client.login(self._user, self._password)

    async def address(self, sender: str, recipient: str, size: int = 0) -> None:
        """Who writes to whom, and with how many bytes where that is known. Raises Unsupported as well."""
        self.step = Step.SENDER
        options, encoding = [], "ascii"
        if not (sender + recipient).isascii():
            if not self.client.supports_extension("smtputf8"):
                raise Unsupported("the mail server takes no addresses beyond ASCII (SMTPUTF8)")
            options, encoding = ["SMTPUTF8"], "utf-8"
            if self.client.supports_extension("8bitmime"):
                options.append("BODY=8BITMIME")
        if size and self.client.supports_extension("size"):
            options.append(f"SIZE={size}")
        await self.client.mail(sender, options=options, encoding=encoding)
        self.step = Step.RECIPIENT
        try:
            await self.client.rcpt(recipient, encoding=encoding)
        except SMTPResponseException as error:
            if fate_of(self.step, error.code, error.message) is not Fate.TAKEN:
                raise

    async def hand_over(self, data: bytes) -> None:
        """The letter, until the server says that it has it."""
        self.step = Step.DATA
        await self.client.data(data)

    async def close(self) -> None:
        """Say goodbye if anybody is there; what becomes of that changes nothing."""
        with contextlib.suppress(SMTPException, OSError, TimeoutError):
            await self.client.quit(timeout=A_FAREWELL)
        self.client.close()

    async def _hello(self) -> None:
        """EHLO, or HELO where a server of before 1995 does not know it."""
        try:
            await self.client.ehlo()
        except SMTPHeloError:
            if not self.client.is_connected:
                raise
            await self.client.helo()
