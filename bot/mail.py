"""The other Notifier: mail, through the SMTP server of the settings."""

from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from bot.sender import NotSendable, NotSent
from knowledge.store.outbox import OutboxRow

TIMEOUT_SECONDS = 15.0
PERMANENT = 500


class SmtpNotifier:
    """Sends rows whose body is `{"subject", "text", "reply_to"}` as plain-text mail."""

    def __init__(self, smtp_url: str, sender: str) -> None:
        self._url = urlsplit(smtp_url)
        self._sender = sender

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        """Hand the mail over; its Message-ID. Raises NotSent for what may pass, NotSendable for what will not."""
        letter = to_letter(row, self._sender)
        try:
            await aiosmtplib.send(
                letter,
                hostname=self._url.hostname,
                port=self._url.port,
                username=unquote(self._url.username) if self._url.username else None,
                password=unquote(self._url.password) if self._url.password else None,
                use_tls=self._url.scheme == "smtps",
                timeout=TIMEOUT_SECONDS,
            )
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            code = getattr(error, "code", PERMANENT)
            raise (NotSendable if code >= PERMANENT else NotSent)(f"SMTP {code}") from error
        except (SMTPException, OSError, TimeoutError) as error:
            raise NotSent(type(error).__name__) from error
        return (letter["Message-ID"],)


def to_letter(row: OutboxRow, sender: str) -> EmailMessage:
    """The mail of a row. The row's id is its Message-ID, so that a copy sent twice can be told as one."""
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, row.to
    letter["Subject"] = " ".join(row.body["subject"].split())
    letter["Message-ID"] = f"<{row.id}@{sender.rpartition('@')[2].rstrip('>')}>"
    if row.body.get("reply_to"):
        letter["Reply-To"] = row.body["reply_to"]
    letter.set_content(row.body["text"])
    return letter
