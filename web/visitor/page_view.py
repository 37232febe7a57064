"""Whether a person has looked at a page, and has not objected to being counted; and what of it may be counted."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web
from is_bot import Bots

from handlers.insight.visits import Device, Visit
from web.site.access_log import browser_of
from web.site.client_address import client_address, of_one_visitor
from web.site.keys import SITE
from web.site.pages import accepted

LONGEST_BROWSER = 512
REMEMBERED = 4_096  # User-Agents: telling a crawler from all that are known takes milliseconds
# Fetched ahead, by whatever name browsers call it; the page may never be looked at.
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
FETCHED_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
OBJECTIONS = ("DNT", "Sec-GPC")
MACHINES = Bots()
TABLET = re.compile(r"iPad|Tablet|Android(?!.*\bMobile\b)", re.IGNORECASE)
PHONE = re.compile(r"\bMobile\b|iPhone|iPod|Android", re.IGNORECASE)
HOST = re.compile(r"[a-z0-9.-]{3,100}\Z")
LANGUAGE = re.compile(r"[a-z]{2}\b")
REF = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")


def visit_of(request: web.Request) -> Visit | None:
    """What is counted of this request; None for what no person has looked at, and for whoever wants not to be counted.

    DNT (W3C Tracking Preference Expression) and Sec-GPC (Global Privacy Control) are honoured: nothing is written.
    """
    browser = request.headers.get("User-Agent", "")[:LONGEST_BROWSER]
    if not (_is_shown(request) and browser) or _is_machine(browser):
        return None
    return Visit(
        address=of_one_visitor(client_address(request)),
        browser=browser_of(browser).partition(" ")[0],
        device=_device(browser),
        language=_language(request),
        referrer=_referrer(request),
    )


def _is_shown(request: web.Request) -> bool:
    """Whether a browser shows it to somebody now: a document, as every browser has asked for one."""
    headers = request.headers
    if request.method != "GET" or any(headers.get(name, "").strip() == "1" for name in OBJECTIONS):
        return False
    if any(FETCHED_AHEAD.search(headers.get(name, "")) for name in AHEAD):
        return False
    # Fetch Metadata (W3C): empty is a script, image a picture; a frame is the widget's, opened by somebody. Browsers
    # before 2020 send none.
    if headers.get("Sec-Fetch-Dest", "document") not in {"document", "iframe"}:
        return False
    return "text/html" in headers.get("Accept", "")


@lru_cache(REMEMBERED)
def _is_machine(browser: str) -> bool:
    return bool(MACHINES.is_bot(browser))


def _device(browser: str) -> Device:
    if TABLET.search(browser):
        return Device.TABLET
    return Device.PHONE if PHONE.search(browser) else Device.COMPUTER


def _language(request: web.Request) -> str:
    """The language alone, without a region: `ja`."""
    first = next(iter(accepted(request.headers.get("Accept-Language", ""))), "")
    found = LANGUAGE.match(first.lower())
    return found[0] if found else ""


def _referrer(request: web.Request) -> str:
    """What its owner named the link (`?ref=poster`), else the host that links here, without path or query; nothing for
    a page of our own.
    """
    if REF.match(named := request.query.get("ref", "").lower()):
        return f"?ref={named}"
    try:
        host = urlsplit(request.headers.get("Referer", "")).hostname or ""
    except ValueError:
        return ""
    ours = urlsplit(request.app[SITE].public_url).hostname
    return host if HOST.match(host) and host not in {ours, request.url.host} else ""
