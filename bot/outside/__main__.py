"""`python -m bot.outside URL`: a page as an import fetches it, for what has no server (`python -m knowledge read`).

Out, on stdout: a line of JSON with the address it was found at and its declared encoding, then the bytes; or a line
with `{"problem"}`, a phrase for people. Whoever starts it names the host, so that may be one of the own network; where
a redirect leads, may not.
"""

import asyncio
import json
import sys

import structlog
from yarl import URL

from bot.outside.fetcher import Fetcher
from bot.outside.public_hosts import Places
from knowledge.errors import MimiError
from knowledge.phrases import to_plain


def main() -> None:
    """Fetch what is asked for."""
    # The page goes to stdout, what is logged of it does not.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    header, data = asyncio.run(_fetched(sys.argv[1]))
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + data)


async def _fetched(url: str) -> tuple[dict[str, object], bytes]:
    try:
        page = await Fetcher(Places(_named(url))).fetch(url)
    except MimiError as problem:
        return {"problem": to_plain(problem.phrase)}, b""
    return {"url": page.url, "charset": page.charset}, page.data


def _named(url: str) -> tuple[str, ...]:
    try:
        address = URL(url)
        return (f"{address.raw_host}:{address.port}",)
    except ValueError:
        return ()  # which the fetch says


if __name__ == "__main__":
    main()
