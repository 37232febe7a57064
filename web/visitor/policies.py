"""The privacy policy, version by version; a version once published is never changed."""

from datetime import date
from functools import cache
from pathlib import Path

from aiohttp import web
from markupsafe import Markup

from knowledge.phrases import Lang
from web.site.markdown import to_html
from web.site.pages import page, page_lang

FOLDER = Path(__file__).parent.parent / "policies"
# Version -> the day it came into force, the current one last.
VERSIONS: dict[str, date] = {"1": date(2026, 11, 23)}
CURRENT = next(reversed(VERSIONS))


async def show(request: web.Request) -> web.Response:
    """GET /privacy and /privacy/{version}"""
    version = request.match_info.get("version", CURRENT)
    if version not in VERSIONS:
        raise web.HTTPNotFound
    return page(
        request,
        "privacy.html",
        version=version,
        date=VERSIONS[version],
        versions=VERSIONS,
        current=CURRENT,
        policy=_policy(version, page_lang(request)),
    )


@cache
def _policy(version: str, lang: Lang) -> Markup:
    return to_html((FOLDER / f"{version}.{lang}.md").read_text(encoding="utf-8"))
