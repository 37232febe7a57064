"""The owner's rooms as their navigation names them, in the order of LINE's menu."""

import re
from dataclasses import dataclass
from typing import Final

from knowledge.phrases import Phrase, _


@dataclass(frozen=True)
class OwnerRoom:
    """One link. `words` are the last words of paths that belong to it, `counts` whether it says how many wait, and
    `in_app` whether each app has its own.
    """

    path: str
    label: Phrase
    words: tuple[str, ...]
    counts: bool = False
    in_app: bool = True

    def path_in(self, handle: str) -> str:
        """Where it is for the app with this handle; with none, for the current one."""
        name = self.path.rpartition("/")[2].removeprefix("faqs")
        return f"/owner/apps/{handle}/{name}".rstrip("/") if handle and self.in_app else self.path


OWNER_ROOMS: Final = (
    OwnerRoom("/owner/gaps", _("Open questions"), ("gaps", "waiting"), counts=True),
    OwnerRoom("/owner/conversations", _("Conversations"), ("conversations",)),
    OwnerRoom("/owner/faqs", _("FAQ"), ("", "faqs", "hidden", "public", "import", "checks", "try", "proposals")),
    OwnerRoom("/owner/documents", _("Documents"), ("documents", "news")),
    OwnerRoom("/owner/insight", _("Insight"), ("insight",)),
    OwnerRoom("/owner/settings", _("Settings"), ("settings", "pause", "lists", "pictures", "keys", "delete")),
    OwnerRoom("/owner/alerts", _("Alerts"), ("alerts",), in_app=False),
    OwnerRoom(
        "/owner/account",
        _("Account"),
        ("account", "email", "sessions", "link", "unlink", "export", "delete"),
        in_app=False,
    ),
)
_WORD = re.compile(r"/owner(?:/apps/[^/]+)?(?:/(?P<word>[^/]+))?")
# Rooms of an app that have a page of their own, and the forms of some that are sent elsewhere.
_PAGES = frozenset(
    ("gaps", "conversations", "documents", "news", "insight", "settings", "hidden", "import", "checks", "try", "keys")
)
_FORMS = {"waiting": "gaps", "public": "hidden"} | dict.fromkeys(("pause", "lists", "pictures", "delete"), "settings")


def room_of(path: str) -> OwnerRoom | None:
    """The room a path leads to or lies in; None for a page that is in none."""
    word, in_app = _word(path), path.startswith("/owner/apps/")
    # The same word may end a form of an app's and one of the account's.
    rooms = [room for room in OWNER_ROOMS if word in room.words and (room.in_app or not in_app) and path != "/owner"]
    return min(rooms, key=lambda room: room.in_app != in_app, default=None)


def is_of_no_app(path: str) -> bool:
    """Whether a path of the owner's says of no app which one it is about."""
    return path.startswith("/owner") and not path.startswith("/owner/apps/")


def same_room(path: str, handle: str) -> str:
    """The room of a path, of another app."""
    word = _FORMS.get(_word(path), _word(path))
    return f"/owner/apps/{handle}/{word if word in _PAGES else ''}".rstrip("/")


def _word(path: str) -> str:
    found = _WORD.match(path)
    return (found["word"] or "") if found else path
