"""What is said to whoever leaves, in letters and in chat."""

import unicodedata
from collections.abc import Collection
from datetime import datetime

from babel.dates import format_datetime

from handlers.clock import JAPAN
from knowledge.phrases import Lang, Phrase, _

# What confirms a deletion, at either door: one of these, or the handle of one of the owner's apps.
DELETE_WORDS = frozenset({"delete", "削除"})


def is_confirmed(text: str, handles: Collection[str]) -> bool:
    """Whether what was typed says that it is meant; full-width letters and an @ before a handle are its usual forms."""
    typed = unicodedata.normalize("NFKC", text).strip().removeprefix("@").casefold()
    return typed in DELETE_WORDS or typed in handles


def at_words(at: datetime, lang: Lang) -> str:
    """A time as people read it, in Japan's clock: `11/26 19:30 JST`."""
    return format_datetime(at.astimezone(JAPAN), "M/d HH:mm 'JST'", locale=lang)


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
