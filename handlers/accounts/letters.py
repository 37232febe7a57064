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
        "Your code is {code}.\n\nEnter it where you gave this address, within 10 minutes. Do not share it with "
        "anyone.\n\nIf you did not ask for this, you can ignore this e-mail.",
        code=code,
    )
    return _("mimi: your code is {code}", code=code), text


def taken_words(sign_in: str) -> tuple[Phrase, Phrase]:
    """Subject and text for the holder of an address that was given to another account."""
    text = _(
        "Someone tried to use this address for another mimi account. It belongs to yours, and nothing has been "
        "changed.\n\nIf this was you, sign in with it ({sign_in}) and remove it there first.\n\nIf this was not "
        "you, you do not need to do anything.",
        sign_in=sign_in,
    )
    return _("mimi: this address is already in use"), text


def moved_words(contact: str) -> tuple[Phrase, Phrase]:
    """Subject and text for an address that no longer belongs to the account."""
    text = _(
        "This address has been removed from your mimi account. It can no longer be used to sign in.\n\nIf this was "
        "not you, please write to us: {contact}",
        contact=contact,
    )
    return _("mimi: this address was removed from your account"), text


def linked_words(account: str) -> tuple[Phrase, Phrase]:
    text = _(
        "A LINE account was linked to your mimi account.\n\nIf this was not you, sign in and unlink it: {account}",
        account=account,
    )
    return _("mimi: LINE was linked"), text


def failed_words() -> tuple[Phrase, Phrase]:
    text = _(
        "LINE could not be linked to your mimi account: the person who confirmed in LINE is not the one who "
        "started. Nothing was changed.\n\nSend /link to mimi in the LINE you want to link, and confirm in the same "
        "one."
    )
    return _("mimi: LINE was not linked"), text


def unlinked_words(account: str) -> tuple[Phrase, Phrase]:
    text = _(
        "LINE was unlinked from your mimi account. Alerts no longer go there: they come by e-mail if you chose "
        "that, and otherwise wait for you.\n\nFrom now on, sign in by e-mail: {account}",
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
        "Your mimi account will be deleted at {at}, with all apps, knowledge and conversations. Your pages are "
        "already offline.\n\nUntil then you can keep it, in LINE or here: {stop}",
        at=at,
        stop=stop,
    )
    return _("mimi: your account will be deleted"), text


def stays_words() -> tuple[Phrase, Phrase]:
    """Subject and text when they stay after all."""
    return _("mimi: your account will not be deleted"), _("Deletion cancelled. Your pages are back online.")


def gone_words() -> tuple[Phrase, Phrase]:
    """Subject and text at the end."""
    text = _("Your account and everything in it has been deleted. Thank you for using mimi.")
    return _("mimi: your account has been deleted"), text
