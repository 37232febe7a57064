"""Letters about an owner's e-mail address, and the row that sends one."""

from datetime import datetime, timedelta

from knowledge.phrases import Lang, Phrase, _
from knowledge.store.database import OwnerId
from knowledge.store.outbox.outbox import LETTER_LIVES, Channel, OutboxRow


def letter(
    address: str,
    lang: Lang,
    at: datetime,
    words: tuple[Phrase, Phrase],
    owner: OwnerId | None,
    lives: timedelta = LETTER_LIVES,
    kind: str = "",
    subject: str = "",
) -> OutboxRow:
    """A letter (subject and text) to be sent now, tried for as long as it `lives`.

    The owner it belongs to hears of it in LINE if it cannot be delivered. `subject` is the id of what it is about.
    """
    heading, text = words
    body = {"subject": heading.say(lang), "text": text.say(lang)}
    return OutboxRow(Channel.MAIL, address, body, at, owner_id=owner, subject=subject, kind=kind, lives=lives)


def code_words(code: str) -> tuple[Phrase, Phrase]:
    """Subject and text that carry a code."""
    text = _(
        "Your code is {code}.\n\n"
        "Write it to mimi where you gave this address, within 10 minutes. Pass it to nobody.\n\n"
        "If you did not ask for this, nothing has to be done.",
        code=code,
    )
    return _("mimi: your code is {code}", code=code), text


def taken_words(sign_in: str) -> tuple[Phrase, Phrase]:
    """Subject and text for the holder of an address that was given to another account."""
    text = _(
        "Somebody wanted to use this address for another account with mimi. It belongs to yours, and nothing has "
        "been changed.\n\nIf it was you: sign in with it ({sign_in}) and take it off there first.\n\n"
        "If it was not you, nothing has to be done.",
        sign_in=sign_in,
    )
    return _("mimi: this address is in use already"), text


def moved_words(contact: str) -> tuple[Phrase, Phrase]:
    """Subject and text for an address that no longer belongs to the account."""
    text = _(
        "This address has been taken off your account with mimi. Nobody can sign in with it any more.\n\n"
        "If it was not you, please write to us: {contact}",
        contact=contact,
    )
    return _("mimi: this address was taken off your account"), text
