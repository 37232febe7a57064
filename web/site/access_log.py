"""One line about each request, anonymised before it is handed on: of the browser a family and its major version."""

import re
import time

from aiohttp import web

from knowledge.store.insight.access_log import Access
from web.site.client_address import truncated_address
from web.site.keys import CLOCK, INSIGHT
from web.site.security import Handler


@web.middleware
async def log_access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost middleware: what is inside has turned every error into a response."""
    began = time.monotonic()
    status = 499  # the visitor went away before there was a response
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        access = Access(
            at=request.app[CLOCK].now(),
            address=truncated_address(request),
            browser=browser_of(request.headers.get("User-Agent", "")),
            method=request.method[:10],
            route=route_of(request),
            status=status,
            ms=round((time.monotonic() - began) * 1000),
        )
        request.app[INSIGHT].access_log.add(access)


def route_of(request: web.Request) -> str:
    """`/@{handle}`; a path itself may hold a token or a name and is never kept (S8)."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"


LONGEST_USER_AGENT = 1_000
# The first that matches: browsers name the ones they want to be taken for, the newer before the older.
FAMILIES = (
    ("bot", re.compile(r"bot|crawl|spider|preview|curl|wget|python", re.IGNORECASE)),
    ("LINE", re.compile(r"\bLine/(\d{1,4})")),
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/(\d{1,4})")),
    ("Opera", re.compile(r"\bOPR/(\d{1,4})")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/(\d{1,4})")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|HeadlessChrome)/(\d{1,4})")),
    ("Safari", re.compile(r"\bVersion/(\d{1,4})[.\d]* (?:Mobile/\w+ )?Safari/")),
)


def browser_of(user_agent: str) -> str:
    """`Chrome 130`, `bot`, or `other`."""
    for family, pattern in FAMILIES:
        if found := pattern.search(user_agent[:LONGEST_USER_AGENT]):
            return f"{family} {found[1]}" if found.groups() else family
    return "other"
