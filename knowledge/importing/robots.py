"""A process that looks a page up in a site's robots.txt (RFC 9309) and ends.

In, on stdin: a line of JSON, the program's name and the page's address, then the file. Out, on stdout: yes or no.
"""

import json
import sys

from knowledge.importing.process import limit


def main() -> None:
    """Answer for one page."""
    limit()
    agent, url = json.loads(sys.stdin.buffer.readline())
    sys.stdout.write("yes" if allows(sys.stdin.buffer.read(), agent, url) else "no")


def allows(robots: bytes, agent: str, url: str) -> bool:
    """What the rule says that fits the page best."""
    from protego import Protego  # here: what is slow to read makes this process late, not its importer

    return bool(Protego.parse(robots.decode("utf-8-sig", "replace")).can_fetch(url, agent))


if __name__ == "__main__":
    main()
