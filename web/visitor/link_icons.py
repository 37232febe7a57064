"""What a link's icon shows: where it leads, by its host. The shapes are drawn here, and stand in the page itself."""

from collections.abc import Mapping
from urllib.parse import urlsplit

# Paths on 24 x 24, drawn as lines in the colour of the words: hints at what everybody knows, nobody's own logo.
SHAPES: Mapping[str, str] = {
    "app_store": "M8 3h8a5 5 0 0 1 5 5v8a5 5 0 0 1-5 5H8a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5ZM8 17l4.5-9"
    "M11.5 8l4.5 9M6.5 13.8h11",
    "discord": "M8 6.5C5.5 7.3 4 11 3.5 16c1.5 1.5 3 2 4.5 2l1-1.8M16 6.5c2.5.8 4 4.5 4.5 9.5-1.5 1.5"
    "-3 2-4.5 2l-1-1.8M8 6.5q4-1 8 0M7.5 15.5q4.5 2 9 0M9.5 11.5v.5M14.5 11.5v.5",
    "github": "M7 8v9M17 8q0 5-5 5-5 0-5 3M7 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM17 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM7 17a2 2"
    " 0 1 0 0 4 2 2 0 0 0 0-4Z",
    "google_play": "M6 4v16l13-8ZM6 4l9 10.5M6 20l9-10.5",
    "instagram": "M8 4h8a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4ZM12 8.5a3.5 3.5 0 1 0 0 7 3.5"
    " 3.5 0 0 0 0-7ZM16.5 7.5h.1",
    "mail": "M4 6h16v12H4ZM4 7l8 6 8-6",
    "note": "M6 3h9l4 4v14H6ZM10 17v-6q4-1.5 4 2v4",
    "web": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.5 12h17M12 3.5q-7 8.5 0 17 7-8.5 0-17",
    "x": "M4 4h4l12 16h-4ZM19 4l-6 7M11 13.5 5 20",
    "youtube": "M6 6h12a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V9a3 3 0 0 1 3-3ZM10.5 9.5v5l4-2.5Z",
    "zenn": "M5 19 13 5h3L8 19ZM13 19l3-5",
}
# A host and all below it.
HOSTS: Mapping[str, str] = {
    "apps.apple.com": "app_store",
    "itunes.apple.com": "app_store",
    "testflight.apple.com": "app_store",
    "play.google.com": "google_play",
    "x.com": "x",
    "twitter.com": "x",
    "github.com": "github",
    "discord.com": "discord",
    "discord.gg": "discord",
    "discordapp.com": "discord",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "note.com": "note",
    "note.mu": "note",
    "zenn.dev": "zenn",
    "instagram.com": "instagram",
    "instagr.am": "instagram",
}


def icon_of(url: str) -> str:
    """The name of a link's shape; `web` for what is none of them, and for what is no address at all."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "web"
    if parts.scheme == "mailto":
        return "mail"
    labels = host.split(".")
    above = (".".join(labels[at:]) for at in range(len(labels)))
    return next((HOSTS[each] for each in above if each in HOSTS), "web")


def shape_of(url: str) -> str:
    """Its path."""
    return SHAPES[icon_of(url)]
