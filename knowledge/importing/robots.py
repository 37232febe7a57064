"""A process that looks pages up in a site's robots.txt (RFC 9309) and ends.

In, on stdin: a line of JSON, the program's name and the pages' addresses, then the file. Out, on stdout: a letter for
each page.
"""

import json
import sys
from collections.abc import Sequence
from typing import Final

from knowledge.importing.process import limit

YES: Final = "y"
NO: Final = "n"


def main() -> None:
    """Answer for each page."""
    limit()
    agent, urls = json.loads(sys.stdin.buffer.readline())
    sys.stdout.write("".join(YES if may else NO for may in allows(sys.stdin.buffer.read(), agent, urls)))


def allows(robots: bytes, agent: str, urls: Sequence[str]) -> list[bool]:
    """For each page what the rule says that fits it best."""
    from protego import Protego  # here: what is slow to read makes this process late, not its importer

    rules = Protego.parse(robots.decode("utf-8-sig", "replace"))
    return [bool(rules.can_fetch(url, agent)) for url in urls]


if __name__ == "__main__":
    main()
