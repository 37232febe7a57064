"""Letters about an owner's account (its address, LINE, leaving), and the row that sends one."""

import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta

from handlers.outgoing import to_letter_body
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
    body = to_letter_body(heading, text, lang)
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


def linked_words(account: str) -> tuple[Phrase, Phrase]:
    text = _(
        "A LINE was linked with your account with mimi.\n\nIf it was not you, sign in and unlink it: {account}",
        account=account,
    )
    return _("mimi: LINE was linked"), text


def failed_words() -> tuple[Phrase, Phrase]:
    text = _(
        "Linking LINE with your account with mimi did not work: LINE says that somebody else confirmed it than "
        "asked for it. Nothing was changed.\n\n"
        "Write /link to mimi in the LINE you want to link, and confirm in the same one."
    )
    return _("mimi: LINE was not linked"), text


def unlinked_words(account: str) -> tuple[Phrase, Phrase]:
    text = _(
        "LINE was unlinked from your account with mimi. Alerts go there no more: they come by mail where you chose "
        "that, and wait for you otherwise.\n\n"
        "You come in by mail now: {account}",
        account=account,
    )
    return _("mimi: LINE was unlinked"), text


# What confirms a deletion, at either door: one of these, or the handle of one of the owner's apps. It is typed, not
# tapped: nobody deletes anything by a finger that slipped.
DELETE_WORDS = frozenset({"delete", "削除"})


def is_confirmed(text: str, handles: Collection[str]) -> bool:
    """Whether what was typed says that it is meant; full-width letters and an @ before a handle are its usual forms."""
    typed = unicodedata.normalize("NFKC", text).strip().removeprefix("@").casefold()
    return typed in DELETE_WORDS or typed in handles


def leaving_words(at: str, stop: str) -> tuple[Phrase, Phrase]:
    """Subject and text at the beginning."""
    text = _(
        "Your account with mimi will be deleted at {at}, with all apps, knowledge and conversations. "
        "Your pages are off already.\n\nUntil then you can keep it, in LINE or here: {stop}",
        at=at,
        stop=stop,
    )
    return _("mimi: your account will be deleted"), text


def stays_words() -> tuple[Phrase, Phrase]:
    """Subject and text when they stay after all."""
    return _("mimi: your account stays"), _("Your account is not being deleted any more, and your pages are back.")


def gone_words() -> tuple[Phrase, Phrase]:
    """Subject and text at the end."""
    text = _("Your account and everything in it has been deleted. Thank you for having used mimi.")
    return _("mimi: your account has been deleted"), text
