"""What a mail server's refusal means: try later, never again, or that the operator has to act (RFC 5321, 3463)."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """Where in the dialogue it was said."""

    CONNECT = "connect"
    HELLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"


class Fate(StrEnum):
    """What becomes of the letter."""

    TAKEN = "taken"  # a success by another number than the usual one
    LATER = "later"
    SHUT = "shut"  # the server refuses mimi, not this letter
    NEVER = "never"


# Before the server was told for whom a letter is, a refusal says nothing about the letter.
_ABOUT_MIMI: Final = frozenset({Step.CONNECT, Step.HELLO, Step.STARTTLS, Step.AUTH, Step.SENDER})
# "5.1.1", at the start of a line or as qmail writes it: "sorry, no mailbox here by that name (#5.1.1)".
_STATUS: Final = re.compile(r"(?:^#?|\(#)5\.(\d{1,3})\.(\d{1,3})\b", re.MULTILINE)
# By subject and detail (RFC 3463, the registry of enhanced status codes, and what Exchange adds to it).
_SENDERS: Final = frozenset({(1, 7), (1, 8), (2, 252)})  # mimi's own address is refused
# 5.3.4 is "message too big for system", but Outlook says it of accounts too, and others say 552 of anything.
_SIZE_IN_WORDS: Final = re.compile(r"\btoo (?:large|big|long)\b|exceed.*\bsize\b|\bsize\b.*exceed", re.IGNORECASE)
_NO_SUCH_PLACE: Final = frozenset({(4, 1), (4, 4), (4, 310)})  # no such host, or Exchange's "no such recipient here"
_MAILBOX_FULL: Final = (2, 2)  # "should be used as a persistent transient failure"
_UNDEFINED: Final = 0  # "other or undefined status": its words say more
_LETTER_OR_ADDRESS: Final = frozenset({1, 2, 6})  # subjects: addressing, mailbox, content
# Exim and others give no status; what is not about the address says so in words.
_FULL_IN_WORDS: Final = re.compile(r"quota\b|pleine|(?:mailbox|system) (?:is )?full|storage", re.IGNORECASE)
_MIMI_IN_WORDS: Final = re.compile(
    r"\b(?:relay\w*|sender|auth\w*|block\w*|black\w*|spam\w*|policy|limit\w*|rate|verif\w+|grey\w*|gray\w*|later|dns)\b",
    re.IGNORECASE,
)
# Lists of senders and checks of who sends: whoever names one refuses that, whatever the status.
_LISTED: Final = re.compile(
    r"spamhaus|sorbs|spamcop|\b(?:dns|r|x|s)bls?\b|black ?list|block ?list|reputation|\bip is listed|"
    r"\b(?:spf|dkim|dmarc)\b",
    re.IGNORECASE,
)
# So does a refusal without a status that names an IP address.
_AN_IP: Final = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_MIMI_IN_NUMBERS: Final = frozenset({503, 530, 534, 535, 538})

# Servers that greylist want to be asked again after 1 to 15 minutes, some after an hour, and punish haste; a sign-in
# letter that lives ten minutes is still tried four times. RFC 5321 4.5.4.1 asks for half an hour later on.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 30, 60))


def fate_of(step: Step, code: int, text: str) -> Fate:
    """What a reply that was no success, or not the usual one, means. `code` is below 200 for no reply at all."""
    if 200 <= code < 300 and step in {Step.RECIPIENT, Step.DATA}:
        return Fate.TAKEN
    if step is Step.AUTH and code == 432:  # "a password transition is needed"
        return Fate.SHUT
    if not 500 <= code < 600:
        return Fate.LATER
    status = (int(found[1]), int(found[2])) if (found := _STATUS.search(text)) else None
    if step in _ABOUT_MIMI:
        # MAIL names the letter's size (RFC 1870).
        return Fate.NEVER if step is Step.SENDER and _is_too_large(code, text) else Fate.SHUT
    if step is Step.DATA and _is_too_large(code, text):
        return Fate.NEVER
    if step is Step.RECIPIENT and code == 552 and _FULL_IN_WORDS.search(text):
        return Fate.LATER
    if _LISTED.search(text):
        return Fate.SHUT
    if status and status[0] != _UNDEFINED:
        return _by_status(code, *status)
    return _by_words(step, code, text)


def pause_after(attempt: int) -> timedelta:
    """How long to wait after so many tries, from one on."""
    return PAUSES[min(attempt, len(PAUSES)) - 1]


def _is_too_large(code: int, text: str) -> bool:
    return code == 552 and _SIZE_IN_WORDS.search(text) is not None


def _by_status(code: int, subject: int, detail: int) -> Fate:
    status = (subject, detail)
    if status == _MAILBOX_FULL:
        return Fate.LATER
    if status in _SENDERS:
        return Fate.SHUT
    if status in _NO_SUCH_PLACE or subject in _LETTER_OR_ADDRESS:
        return Fate.NEVER
    # Policy, the network, the server's own state: other letters would fare the same. 501 and 553: an address's form.
    return Fate.NEVER if code in {501, 553} and subject != 7 else Fate.SHUT


def _by_words(step: Step, code: int, text: str) -> Fate:
    if step is Step.RECIPIENT and (code == 552 or _FULL_IN_WORDS.search(text)):
        return Fate.LATER  # RFC 5321 4.5.3.1.10
    if code in _MIMI_IN_NUMBERS or _MIMI_IN_WORDS.search(text) or _AN_IP.search(text):
        return Fate.SHUT
    # After DATA only size is about the letter for certain; SES and SendGrid refuse senders there.
    return Fate.NEVER if step is Step.RECIPIENT else Fate.SHUT
