"""GET /widget.js: the button that owners put on pages of their own, for every app the same (docs/embedding.md)."""

import json
from typing import Final

from aiohttp import web
from rjsmin import jsmin

from knowledge.phrases import VISITOR_LANGS, _
from web.site.compression import kept
from web.site.static_files import FOLDER, StaticFile, read_style

BUTTON, CLOSE, ELSEWHERE = _("Ask a question"), _("Close"), _("Open in a new tab")
# By pages of others, and under one address for good: a new version must reach them soon.
HEADERS: Final = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}


def _written() -> StaticFile:
    """The script with its style and its words in it, so that a page has one file to allow and to wait for."""
    words = {lang: [each.say(lang) for each in (BUTTON, CLOSE, ELSEWHERE)] for lang in VISITOR_LANGS}
    parts = {'"WORDS"': words, '"STYLE"': read_style("widget.css")}
    text = (FOLDER / "widget.js").read_text("utf-8")
    for place, part in parts.items():
        text = text.replace(place, json.dumps(part, ensure_ascii=False, separators=(",", ":")))
    return StaticFile("/widget.js", "text/javascript", jsmin(text).encode())


WIDGET: Final = _written()


async def serve(request: web.Request) -> web.Response:
    """The script, for whoever asks."""
    body, headers = kept(request, WIDGET.body, WIDGET.codings)
    return web.Response(body=body, content_type=WIDGET.content_type, charset="utf-8", headers=HEADERS | headers)
