"""A User-Agent reduced to what the access log may keep: a browser family and its major version."""

import re

LONGEST = 1_000
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
        if found := pattern.search(user_agent[:LONGEST]):
            return f"{family} {found[1]}" if found.groups() else family
    return "other"
