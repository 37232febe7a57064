"""The other Notifier: mail, through the SMTP server of the settings."""

import asyncio
import contextlib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from aiosmtplib import SMTP, SMTPException, SMTPHeloError, SMTPResponseException

from bot.letters import address_of, to_letter, written
from bot.out.mail_answers import Fate, Step, fate_of, pause_after
from bot.out.sender import NotNow, NotSendable, NotSent
from handlers.ports import Clock
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
        dialogue = SmtpTalk(self._client(), letter, written(self._sender), written(address_of(row.to)))
        user, password = self._url.username, self._url.password or ""
        try:
            async with asyncio.timeout(self._patience):
                await dialogue.open(unquote(user) if user else "", unquote(password))
                await dialogue.hand_over()
        except SMTPResponseException as error:
            fate = fate_of(dialogue.step, error.code, error.message)
            if fate is not Fate.TAKEN:
                raise self._refused(row, dialogue.step, fate, f"{error.code}") from error
        except Unsupported as error:
            raise NotSendable(str(error)) from error
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            raise self._failed(row, dialogue.step, error) from error
        finally:
            await dialogue.close()

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

    def _client(self) -> SMTP:
        # STARTTLS where it is offered: `open` does it, so that it is known which step failed.
        tls = self._url.scheme == "smtps"
        return SMTP(
            hostname=self._url.hostname, port=self._url.port, use_tls=tls, start_tls=False, timeout=self._patience
        )


class Unsupported(Exception):
    """The server lacks what this letter needs."""


class SmtpTalk:
    """One letter's talk with a server. `step` is where it stands; raises what aiosmtplib raises there."""

    def __init__(self, client: SMTP, letter: EmailMessage, sender: str, recipient: str) -> None:
        self.step = Step.CONNECT
        self._client = client
        self._letter = letter
        self._sender = sender
        self._recipient = recipient

    async def open(self, user: str, password: str) -> None:
        """From the first byte to where letters are taken. A login never goes where TLS was offered and failed."""
        await self._client.connect()
        self.step = Step.HELLO
        try:
            await self._client.ehlo()
        except SMTPHeloError:
            if not self._client.is_connected:
                raise
            await self._client.helo()
        if not self._client.use_tls and self._client.supports_extension("starttls"):
            self.step = Step.STARTTLS
            await self._client.starttls()
        if user:
            self.step = Step.AUTH
            await self._client.login(user, password)

    async def hand_over(self) -> None:
        """The letter, until the server says that it has it. Raises Unsupported as well."""
        self.step = Step.SENDER
        data = self._letter.as_bytes()
        options, encoding = [], "ascii"
        if not (self._sender + self._recipient).isascii():
            if not self._client.supports_extension("smtputf8"):
                raise Unsupported("the mail server takes no addresses beyond ASCII (SMTPUTF8)")
            options, encoding = ["SMTPUTF8"], "utf-8"
            if self._client.supports_extension("8bitmime"):
                options.append("BODY=8BITMIME")
        if self._client.supports_extension("size"):
            options.append(f"SIZE={len(data)}")
        await self._client.mail(self._sender, options=options, encoding=encoding)
        self.step = Step.RECIPIENT
        try:
            await self._client.rcpt(self._recipient, encoding=encoding)
        except SMTPResponseException as error:
            if fate_of(self.step, error.code, error.message) is not Fate.TAKEN:
                raise
        self.step = Step.DATA
        await self._client.data(data)

    async def close(self) -> None:
        """Say goodbye if anybody is there; what becomes of that changes nothing."""
        with contextlib.suppress(SMTPException, OSError, TimeoutError):
            await self._client.quit(timeout=A_FAREWELL)
        self._client.close()
