"""The mailbox of a mimi without a mail server: what would have been sent, kept as a Maildir, on a page of its own."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import Message
from hashlib import sha256
from mailbox import Maildir
from pathlib import Path

from aiohttp import web
from jinja2 import Environment

from bot.letters import to_letter
from knowledge.store.outbox.outbox import OutboxRow

SHOWN = 100
_HEAD = ("Subject", "To", "Reply-To", "Date")
_ADDRESS = re.compile(r"(https?://[^\s<>]+)")
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
body { max-width: 44rem; margin: 0 auto; padding: 1rem; }
article { border-top: 1px solid #8888; padding: 1rem 0; }
h1, h2 { font-size: 1.15rem; margin: 0 0 .25rem; }
p { margin: 0; opacity: .75; font-size: .9rem; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
"""
_CSP = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
_PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mail</title>
<style>{{ style }}</style></head><body><main><h1>Mail</h1>
{% for letter in letters %}<article><h2>{{ letter.subject }}</h2>
{% for line in letter.head %}<p>{{ line }}</p>{% endfor %}
<pre>{% for part, leads in letter.parts %}{% if leads %}<a href="{{ part }}">{{ part }}</a>{% else %}{{ part }}\
{% endif %}{% endfor %}</pre></article>
{% else %}<p>No mail yet. まだメールはありません。</p>{% endfor %}</main></body></html>""")


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
        """GET /dev/mail: the newest letters, their links to tap; nothing in a letter becomes anything else."""
        letters = await asyncio.to_thread(self.letters)
        html = _PAGE.render(letters=letters, style=_STYLE)
        return web.Response(
            text=html, content_type="text/html", charset="utf-8", headers={"Content-Security-Policy": _CSP}
        )

    def letters(self) -> list["KeptLetter"]:
        """The newest letters, the newest first."""
        newest = sorted(self._maildir().items(), key=lambda item: item[0], reverse=True)[:SHOWN]
        return [_as_shown(letter) for _, letter in newest]

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


@dataclass(frozen=True)
class KeptLetter:
    """A letter as a mail program shows it; `parts` is its text, each part with whether it is the address of a page."""

    subject: str
    head: Sequence[str]
    parts: Sequence[tuple[str, bool]]


def _as_shown(letter: Message) -> KeptLetter:
    # What is not ASCII travels encoded (RFC 2047).
    shown = {name: str(make_header(decode_header(letter[name]))) for name in _HEAD if letter[name]}
    payload = letter.get_payload(decode=True)
    text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    parts = tuple((part, n % 2 == 1) for n, part in enumerate(_ADDRESS.split(text)) if part)
    return KeptLetter(shown.pop("Subject", ""), [f"{name}: {words}" for name, words in shown.items()], parts)
