"""A process that looks pages up in a site's robots.txt (RFC 9309) and ends.

In, on stdin: a line of JSON, the program's name and the pages' addresses, then the file. Out, on stdout, JSON: for each
page whether it may be read, the seconds that the site wants between two pages, and the sitemaps it names.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

from knowledge.importing.process import limit

MOST_SITEMAPS = 50


def main() -> None:
    """Answer for each page."""
    limit()
    agent, urls = json.loads(sys.stdin.buffer.readline())
    json.dump(said(sys.stdin.buffer.read(), agent, urls), sys.stdout)


def said(robots: bytes, agent: str, urls: Sequence[str]) -> dict[str, Any]:
    """For each page what the rule says that fits it best (`may`), the `delay` and the `sitemaps`."""
    from protego import Protego  # here: what is slow to read makes this process late, not its importer

    rules = Protego.parse(robots.decode("utf-8-sig", "replace"))
    return {
        "may": [bool(rules.can_fetch(url, agent)) for url in urls],
        "delay": max(float(rules.crawl_delay(agent) or 0), 0.0),
        "sitemaps": [str(each) for each in rules.sitemaps][:MOST_SITEMAPS],
    }


if __name__ == "__main__":
    main()
