"""The owner's rooms as their navigation names them, in the order of LINE's menu."""

import re
from dataclasses import dataclass
from typing import Final

from knowledge.phrases import Phrase, _


@dataclass(frozen=True)
class OwnerRoom:
    """One link. `words` are the last words of paths that belong to it, `counts` whether it says how many wait."""

    path: str
    label: Phrase
    words: tuple[str, ...]
    counts: bool = False


OWNER_ROOMS: Final = (
    OwnerRoom("/owner/gaps", _("Open questions"), ("gaps", "waiting"), counts=True),
    OwnerRoom("/owner/conversations", _("Conversations"), ("conversations",)),
    OwnerRoom("/owner", _("FAQ"), ("", "faqs", "hidden", "public", "import", "checks", "try", "proposals")),
    OwnerRoom("/owner/documents", _("Documents"), ("documents", "news")),
    OwnerRoom("/owner/insight", _("Insight"), ("insight",)),
    OwnerRoom("/owner/settings", _("Settings"), ("settings", "pause", "lists", "pictures")),
    OwnerRoom("/owner/alerts", _("Alerts"), ("alerts",)),
    OwnerRoom("/owner/account", _("Account"), ("account", "email", "sessions", "link", "unlink", "export", "delete")),
)
_WORD = re.compile(r"/owner(?:/apps/[^/]+)?(?:/(?P<word>[^/]+))?")


def room_of(path: str) -> OwnerRoom | None:
    """The room a path leads to or lies in; None for a page that is in none."""
    found = _WORD.match(path)
    word = (found["word"] or "") if found else None
    return next((room for room in OWNER_ROOMS if word in room.words), None)
