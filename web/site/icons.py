"""The sizes an app's icon comes in, and where each is served: at an address that says all that is on it.

An app without a picture has the first letter of its name.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.store.apps.apps import App

DRAWN = 1  # part of the address: raise it with a change of what web/visitor/tile.py draws


@dataclass(frozen=True)
class IconKind:
    """`side` in pixels. Its corners are cut, or it is `whole` for whoever cuts it: where it is `safe`, to any shape."""

    side: int
    whole: bool = False
    safe: bool = False


ICONS: Mapping[str, IconKind] = {
    "32": IconKind(32),  # a tab
    "112": IconKind(112),  # the page itself, on screens with two pixels for one
    "180": IconKind(180, whole=True),  # iOS, which shows black where nothing is drawn
    "192": IconKind(192),
    "512": IconKind(512),
    "mask": IconKind(512, whole=True, safe=True),  # Android's launchers (W3C Manifest, "icon masks")
}


def icon_path(app: App, kind: str) -> str:
    """Where the app's icon is served as that kind of ICONS."""
    drawn_of = app.icon or f"{app.name} {app.handle} {app.theme.accent}"
    return f"/@{app.handle}/icon-{kind}/{hashlib.sha256(f'{DRAWN} {drawn_of}'.encode()).hexdigest()[:10]}"


def initial_of(app: App) -> str:
    """The first letter of its name with the marks on it, or of its handle where its name has none: a lone emoji."""
    name = unicodedata.normalize("NFC", app.name)
    first = next((at for at, char in enumerate(name) if char.isalnum()), None)
    if first is None:
        return next((char.upper() for char in app.handle if char.isalnum()), "M")
    end = first + 1
    while end < len(name) and unicodedata.category(name[end]).startswith("M"):
        end += 1
    letter = name[first:end]
    return letter.upper() if len(letter.upper()) == len(letter) else letter
