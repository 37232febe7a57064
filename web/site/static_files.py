"""Style sheets and scripts, each under a URL that changes with its content, so that it may be kept forever."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aiohttp import web
from markupsafe import Markup
from rjsmin import jsmin

from web.site.compression import every_coding, kept
from web.site.security import CSP, LOADS_NOTHING

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is served."""

    url: str
    content_type: str
    body: bytes

    @cached_property
    def codings(self) -> dict[str, bytes]:
        """The same, compressed: made when it is first asked for."""
        return every_coding(self.body)


COMMENT, AROUND = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"\s*([{};,])\s*|(?<=:)\s+")


def squeezed(css: str) -> str:
    """A style sheet of ours without comments, and without the spaces that say nothing: no string of ours has such."""
    return AROUND.sub(r"\1", COMMENT.sub("", css)).replace(";}", "}").strip()


def _load(name: str, *parts: Path) -> StaticFile:
    """The file `name`: what stands in `parts`, one behind the other."""
    stem, suffix = name.rsplit(".", 1)
    text = "\n".join(part.read_text("utf-8") for part in parts)
    body = SMALLER.get(suffix, str)(text).encode()
    # 48 bits: the name only has to differ from yesterday's.
    digest = hashlib.sha256(body).hexdigest()[:12]
    return StaticFile(f"/static/{stem}.{digest}.{suffix}", TYPES[f".{suffix}"], body)


SMALLER: Mapping[str, Callable[[str], str]] = {"js": jsmin, "css": squeezed}
# What one page loads together is one file.
TOGETHER = {
    "talk.js": ("stream.js", "chat.js"),
    "talking.js": ("stream.js", "owner_talk.js"),
    "talks.js": ("stream.js", "owner_talks.js"),
    "site.css": ("mimi.css", "rooms.css"),
}
# What is served elsewhere: in a page (theme.py), or under an address of its own (web/visitor/widget.py).
ELSEWHERE = {"embedded.css", "first.js", "widget.css", "widget.js"}
_PARTS = {part for parts in TOGETHER.values() for part in parts} | ELSEWHERE
FILES = {
    path.name: _load(path.name, path)
    for path in sorted(FOLDER.iterdir())
    if path.suffix in TYPES and path.name not in _PARTS
} | {name: _load(name, *(FOLDER / part for part in parts)) for name, parts in TOGETHER.items()}
BY_URL = {file.url: file for file in FILES.values()}


def read_style(name: str) -> str:
    """A style sheet to be put into something else: without the space that only we need."""
    text = re.sub(r"\s*([{};,])\s*", r"\1", (FOLDER / name).read_text("utf-8"))
    return text.replace(": ", ":").replace(" !", "!").strip()


@dataclass(frozen=True)
class Inline:
    """A text of ours that stands in a page, and the source by which the page's policy allows it and no other."""

    text: Markup
    source: str


def inline(text: str) -> Inline:
    """A style or script that the page brings with it (CSP 3, 6.7.3.3)."""
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inline(Markup(text), f"'sha256-{digest}'")  # noqa: S704  files of ours and checked colours


def inline_script(name: str) -> Inline:
    """A script of the static folder, as it stands in a page."""
    return inline(jsmin((FOLDER / name).read_text("utf-8")))


def static_url(name: str) -> str:
    """Where `name` of the static folder is served now."""
    return FILES[name].url


async def serve(request: web.Request) -> web.Response:
    """GET /static/{file}: 404 for any other content than today's."""
    file = BY_URL.get(request.path)
    if file is None:
        raise web.HTTPNotFound
    body, headers = kept(request, file.body, file.codings)
    headers |= {"Cache-Control": FOREVER, CSP: LOADS_NOTHING}
    return web.Response(body=body, content_type=file.content_type, charset="utf-8", headers=headers)
