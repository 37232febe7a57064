"""Receipts of deletions: what was erased, by kind and count, and when, signed so that nobody can alter a figure.

A receipt is kept by whoever it was made for and by nobody else; it names no person. It is text between two lines, so
that a mail with it, quoted or wrapped, can be given to `python -m bot receipt verify` as it is.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.told_times import HOME, time_words
from knowledge.errors import BadInput
from knowledge.phrases import Lang, Phrase, _

BEGIN, END = "-----BEGIN MIMI RECEIPT-----", "-----END MIMI RECEIPT-----"
_BETWEEN = re.compile(rf"{BEGIN}(.*?){END}", re.DOTALL)
_NOT_OF_IT = re.compile(r"[^A-Za-z0-9_.=-]")
LINE_LENGTH = 64
VERSION = 1
# What people know by name; the rest is counted together.
NAMED: Final[Mapping[str, Phrase]] = {
    "apps": _("Apps"),
    "faqs": _("FAQ entries"),
    "documents": _("Documents"),
    "pictures": _("Pictures"),
    "conversations": _("Conversations"),
    "messages": _("Messages"),
    "alerts": _("Alerts"),
}


class AlteredReceipt(BadInput):
    """It is a receipt, but not as it was signed."""


@dataclass(frozen=True)
class Receipt:
    """`erased` is collection name -> documents. `subject` is the id, known from nowhere else by now, of what went."""

    service: str
    kind: str  # account or app
    subject: str
    erased: Mapping[str, int]
    begun_at: datetime
    done_at: datetime

    def lines(self, lang: Lang) -> str:
        """What went, as people read it: `Apps: 2`."""
        named = [(name.say(lang), self.erased[kind]) for kind, name in NAMED.items() if self.erased.get(kind)]
        rest = sum(count for kind, count in self.erased.items() if kind not in NAMED)
        others = [(_("Other records").say(lang), rest)] if rest else []
        return "\n".join(f"{name}: {count:,}" for name, count in (*named, *others)) or "-"


class Receipts:
    """Signs and reads them with a key derived from the service's (HMAC-SHA256, RFC 2104)."""

    def __init__(self, secret: str, service: str) -> None:
        self._key = hmac.new(secret.encode(), b"mimi receipt", hashlib.sha256).digest()
        self.service = service.rstrip("/")

    def signed(self, receipt: Receipt) -> str:
        """The receipt as text, between its two lines."""
        said = {
            "version": VERSION,
            "service": receipt.service,
            "kind": receipt.kind,
            "subject": receipt.subject,
            "erased": dict(receipt.erased),
            "begun_at": receipt.begun_at.isoformat(),
            "done_at": receipt.done_at.isoformat(),
        }
        content = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        token = f"{_to_text(content)}.{_to_text(self._mark(content))}"
        wrapped = [token[start : start + LINE_LENGTH] for start in range(0, len(token), LINE_LENGTH)]
        return "\n".join([BEGIN, *wrapped, END])

    def read(self, text: str) -> Receipt:
        """The receipt in a text, a mail for example. Raises BadInput, or AlteredReceipt if it was changed."""
        found = _BETWEEN.search(text)
        if not found:
            raise BadInput(_("There is no receipt in this text."))
        content, _dot, mark = _NOT_OF_IT.sub("", found[1]).partition(".")
        try:
            said, signature = base64.urlsafe_b64decode(content), base64.urlsafe_b64decode(mark)
        except binascii.Error as error:
            raise AlteredReceipt(_("This receipt was altered, or was not issued by this service.")) from error
        if not hmac.compare_digest(signature, self._mark(said)) or f"{_to_text(said)}" != content:
            raise AlteredReceipt(_("This receipt was altered, or was not issued by this service."))
        fields = json.loads(said)
        return Receipt(
            service=fields["service"],
            kind=fields["kind"],
            subject=fields["subject"],
            erased=fields["erased"],
            begun_at=datetime.fromisoformat(fields["begun_at"]),
            done_at=datetime.fromisoformat(fields["done_at"]),
        )

    def words(self, receipt: Receipt, lang: Lang) -> Phrase:
        """What is said with it at the end, the receipt included."""
        return _(
            "Deleted on {at}:\n{lines}\n\nThis receipt proves it. Only you have it; the service that issued it can "
            "check it.\n{receipt}",
            at=time_words(receipt.done_at, HOME, lang, seconds=True),
            lines=receipt.lines(lang),
            receipt=self.signed(receipt),
        )

    def _mark(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()


def _to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()
