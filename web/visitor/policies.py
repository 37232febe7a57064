"""The privacy policy by version, with what the program writes into it; and the notice of what is sent where."""

import re
from typing import Any

from aiohttp import web
from markupsafe import Markup

from handlers.notices.disclosure import PURPOSES, sent_by_browsers
from handlers.notices.policies import PARTS, mark
from knowledge.phrases import Lang
from knowledge.store.notices.policies import PolicyVersion
from web.site.compression import smaller
from web.site.keys import NOTICES
from web.site.markdown import to_html
from web.site.pages import page, page_lang

_MARKS = re.compile("^(" + "|".join(re.escape(mark(part)) for part in PARTS) + ")$", re.MULTILINE)


async def show(request: web.Request) -> web.Response:
    """GET /privacy and /privacy/{version}: the one in force, or that one. Raises NotFound."""
    versions = await request.app[NOTICES].policies.versions()
    asked = request.match_info.get("version")
    policy = versions.get(asked) if asked else versions.current
    shown = page(
        request,
        "privacy.html",
        policy=policy,
        parts=_parts(policy, page_lang(request)),
        versions=versions,
        **_facts(request),
    )
    return smaller(request, shown)


async def show_transmission(request: web.Request) -> web.Response:
    """GET /transmission: what a visitor's browser sends, to whom, what for, and who receives it after that."""
    versions = await request.app[NOTICES].policies.versions()
    return smaller(request, page(request, "transmission.html", policy=versions.current, **_facts(request)))


def _facts(request: web.Request) -> dict[str, Any]:
    return {"told": request.app[NOTICES].disclosure, "purposes": PURPOSES, "sent_by_browsers": sent_by_browsers()}


def _parts(policy: PolicyVersion, lang: Lang) -> list[tuple[str, Markup]]:
    """Its text as HTML, and the names of what the program writes between: `("", <p>...)`, `("kept", "")`."""
    pieces = _MARKS.split(policy.text[lang])
    marks = {mark(part): part for part in PARTS}
    return [(marks[piece], Markup()) if piece in marks else ("", to_html(piece)) for piece in pieces if piece.strip()]
