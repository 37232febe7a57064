"""Outbox rows as letters: every header and address made and read by the standard library (RFC 5322, 6531, 3834)."""

import re
from email import policy
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime, quote
from typing import Any

from handlers.outgoing import letter_in
from knowledge.store.outbox.outbox import OutboxRow

_HEADERS = HeaderRegistry()
_NO_ADDRESS = "is no e-mail address: mimi@example.com, or mimi <mimi@example.com>"
_DOT_ATOM = re.compile(r"[^\s\"(),.:;<>@\[\\\]]+(?:\.[^\s\"(),.:;<>@\[\\\]]+)*")


def mailbox_of(text: str) -> Address:
    """The one address that a text names, with or without a name before it. Raises ValueError saying what is wrong."""
    if not text.isprintable():
        raise ValueError("has a line break or a control character in it")
    try:
        header: Any = _HEADERS("From", text)
    except IndexError as error:  # the parser's own, where the domain is missing
        raise ValueError(_NO_ADDRESS) from error
    if len(header.addresses) != 1 or any(group.display_name for group in header.groups):
        raise ValueError("must be one address: mimi@example.com, or mimi <mimi@example.com>")
    [address] = header.addresses
    if header.defects or not address.username or not address.domain:
        raise ValueError(_NO_ADDRESS)
    return Address(address.display_name, address.username, _ascii(address.domain))


def address_of(text: str) -> Address:
    """A bare address as people have it: dots before the @ too, as phones once had them (a..b.@docomo.ne.jp).

    Raises ValueError where the domain cannot be.
    """
    username, _at, domain = text.rpartition("@")
    return Address("", username, _ascii(domain))


def written(address: Address) -> str:
    """How it stands in a letter and on its envelope: quoted where it must be, which says the same (RFC 5321 4.1.2)."""
    username = address.username
    local = username if _DOT_ATOM.fullmatch(username) else f'"{quote(username)}"'
    return f"{local}@{address.domain}"


def to_letter(row: OutboxRow, sender: Address) -> EmailMessage:
    """The mail of a row. The row's id is its Message-ID, so that a copy sent twice can be told as one.

    All of it is ASCII, whatever it says, unless an address before the @ is not. Raises ValueError for what cannot be
    written as a letter.
    """
    to = written(address_of(row.to))
    letter = EmailMessage((policy.SMTP if (to + sender.username).isascii() else policy.SMTPUTF8).clone(cte_type="7bit"))
    letter["From"], letter["To"] = sender, to
    subject, text = letter_in(row.body)
    letter["Subject"] = _in_a_line(subject)
    letter["Date"] = format_datetime(row.created_at)
    letter["Message-ID"] = f"<{row.id}@{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    if row.body.get("reply_to"):
        letter["Reply-To"] = written(address_of(row.body["reply_to"]))
    letter.set_content(text)
    return letter


def _in_a_line(subject: str) -> str:
    words = subject.split()
    # Python loses spaces between encoded words where it folds a header (python/cpython#92081), but not these.
    return (" " if subject.isascii() else "\N{NO-BREAK SPACE}").join(words)


def _ascii(domain: str) -> str:
    """A domain as the name system knows it. UnicodeError, which it raises, is a ValueError."""
    return domain if domain.isascii() else domain.encode("idna").decode()
