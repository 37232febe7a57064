"""What a person did in the chat: one class for each of the nine things there are, with no more than it has.

The door makes them (bot/line/events.py). How the door can answer is its own business and no part of them.
"""

from dataclasses import dataclass, field
from datetime import datetime

from knowledge.errors import MimiError
from knowledge.phrases import Lang
from knowledge.store.apps.pictures import Picture


@dataclass(frozen=True)
class _Event:
    """`sender` is the door's id of the person: a LINE user ID. `lang` is their profile's; an owner's setting wins."""

    sender: str
    at: datetime
    lang: Lang = field(default="ja", kw_only=True)


@dataclass(frozen=True)
class Wrote(_Event):
    """A text. `message` is the door's id of it, by which it can be quoted and taken back; `quoted` that of another."""

    text: str
    message: str = ""
    quoted: str = ""


@dataclass(frozen=True)
class Tapped(_Event):
    """A button. `link_token` is what the door gave before it was handled where `action` begins to link, or why not."""

    action: str
    link_token: str | MimiError = ""


@dataclass(frozen=True)
class Joined(_Event):
    """Became a friend, or came back."""


@dataclass(frozen=True)
class Left(_Event):
    """Blocked mimi. Nobody can be answered who has."""


@dataclass(frozen=True)
class LinkEnded(_Event):
    """Linking an account came to its end; `nonce` is what it was begun with. Who failed is not named (`sender`)."""

    nonce: str
    ok: bool


@dataclass(frozen=True)
class TookBack(_Event):
    """Took the message with this id back. Nothing is said to that, and what it held is forgotten."""

    message: str


@dataclass(frozen=True)
class SentFile(_Event):
    """A file, as the phone describes it. What is in it is fetched later, by the id `message`."""

    message: str
    name: str
    size: int


@dataclass(frozen=True)
class SentPhoto(_Event):
    """A picture. `photo` is what was fetched of it before it was handled, or why that could not be."""

    message: str
    photo: Picture | MimiError | None = None


@dataclass(frozen=True)
class SentElse(_Event):
    """A sticker, a place, whatever there is no use for yet."""


Incoming = Wrote | Tapped | Joined | Left | LinkEnded | TookBack | SentFile | SentPhoto | SentElse
