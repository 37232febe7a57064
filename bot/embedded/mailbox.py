"""The mailbox of a mimi without a mail server: what would have been sent, kept as a Maildir, on a page of its own."""

import asyncio
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import Message
from mailbox import Maildir
from pathlib import Path

from aiohttp import web

from bot.letters import to_letter
from knowledge.store.outbox.outbox import OutboxRow

SHOWN = 100


class Mailbox:
    """A Notifier that keeps the mail instead of sending it."""

    def __init__(self, folder: Path, sender: Address) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        """Keep the mail of a row; its Message-ID."""
        letter = to_letter(row, self._sender)
        await asyncio.to_thread(self._keep, letter)
        return (letter["Message-ID"],)

    async def page(self, request: web.Request) -> web.Response:
        """GET /dev/mail: the newest letters as plain text, which no letter's content can turn into anything else."""
        letters = await asyncio.to_thread(self._read)
        return web.Response(text="\n\n".join(letters) or "No mail yet. まだメールはありません。", charset="utf-8")

    def _maildir(self) -> Maildir:
        box = Maildir(self._folder)
        # Letters hold links that sign in: nobody else on this machine reads them. Older ones too.
        for folder in (self._folder, *(self._folder / name for name in ("tmp", "new", "cur"))):
            folder.chmod(0o700)
        return box

    def _keep(self, letter: Message) -> None:
        box = self._maildir()
        kept = self._folder / "new" / box.add(letter)
        kept.chmod(0o600)

    def _read(self) -> list[str]:
        newest = sorted(self._maildir().items(), key=lambda item: item[0], reverse=True)[:SHOWN]
        return [_as_text(letter) for _, letter in newest]


def _as_text(letter: Message) -> str:
    # As a mail program shows them: what is not ASCII travels encoded (RFC 2047).
    shown = {name: make_header(decode_header(letter[name])) for name in ("To", "Subject", "Reply-To") if letter[name]}
    head = [f"{name}: {words}" for name, words in shown.items()]
    payload = letter.get_payload(decode=True)
    text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return "\n".join([*head, "", text, "─" * 60])
