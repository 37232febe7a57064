"""What a browser says it is, as its owner knows it again: family and version, kind of device. It proves nothing."""

import re
from typing import Final

from aiohttp import web

from web.site.access_log import LONGEST_USER_AGENT, browser_of

UNTOLD: Final = frozenset({"other", "bot"})
# The first that matches: an Android phone also says Linux, an iPhone also says Mac.
DEVICES: Final = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows NT\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Mac", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)


def browser_and_device(request: web.Request) -> tuple[str, str]:
    """`("Safari 17", "iPhone")`; either is empty where it is not told."""
    told = request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT]
    browser = browser_of(told)
    return "" if browser in UNTOLD else browser, next((name for name, form in DEVICES if form.search(told)), "")


def is_inside_line(request: web.Request) -> bool:
    """Whether this is the browser that LINE opens, which shares no cookies with the usual one."""
    return browser_of(request.headers.get("User-Agent", "")).startswith("LINE ")
