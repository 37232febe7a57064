"""Style sheets and scripts, each under a URL that changes with its content, so that it may be kept forever."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is served."""

    url: str
    content_type: str
    body: bytes


def _load(path: Path) -> StaticFile:
    body = path.read_bytes()
    # 48 bits: the name only has to differ from yesterday's.
    digest = hashlib.sha256(body).hexdigest()[:12]
    return StaticFile(f"/static/{path.stem}.{digest}{path.suffix}", TYPES[path.suffix], body)


FILES = {path.name: _load(path) for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}
BY_URL = {file.url: file for file in FILES.values()}


def static_url(name: str) -> str:
    """Where `name` of the static folder is served now."""
    return FILES[name].url


async def serve(request: web.Request) -> web.Response:
    """GET /static/{file}: 404 for any other content than today's."""
    file = BY_URL.get(request.path)
    if file is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": FOREVER}
    return web.Response(body=file.body, content_type=file.content_type, charset="utf-8", headers=headers)
