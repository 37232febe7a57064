"""The pages of a sitemap, visited: only what each site lets programs read, two at a time, fifty in all."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from yarl import URL

from handlers.ports import Pages
from knowledge.errors import MimiError, Unavailable
from knowledge.importing.read_results import FileKind, ReadRequest, ReadResult
from knowledge.importing.reading import Reading, TooCostly
from knowledge.importing.sitemap import MOST_PAGES
from knowledge.phrases import _

AGENT = "mimi"  # as which it is named to the sites, and looked up in what they say to programs
AT_ONCE = 2  # pages of one site
MOST_COSTLY = 2  # pages that cost all they may; the others of that site are then not tried


@dataclass(frozen=True)
class Visited:
    """A page, and what stands there or why it cannot be had."""

    url: str
    found: ReadResult | MimiError


class SiteVisits:
    """One sitemap's; what each site's robots.txt says is asked once."""

    def __init__(self, pages: Pages, reading: Reading, owner: str) -> None:
        self._pages = pages
        self._reading = reading
        self._owner = owner
        self._rules: dict[URL, bytes] = {}
        self._asking = defaultdict[URL, asyncio.Lock](asyncio.Lock)
        self._expected: list[str] = []
        self._answers: dict[str, bool] = {}
        self._costly = 0
        self._places = asyncio.Semaphore(AT_ONCE)

    async def listed(self, found: ReadResult) -> tuple[list[str], list[Visited], int]:
        """The pages that a sitemap names, or the sitemaps of an index; sitemaps that cannot be had; pages left out."""
        self._expected = list(found.pages)
        if found.kind is not FileKind.SITEMAP_INDEX:
            return self._expected, [], found.left_out
        pages: dict[str, None] = {}
        broken, left_out = list[Visited](), found.left_out
        for sitemap in found.pages:
            if len(pages) >= MOST_PAGES:
                left_out += 1
                continue
            visited = await self.visit(sitemap)
            if isinstance(visited.found, ReadResult) and visited.found.kind is FileKind.SITEMAP:
                pages |= dict.fromkeys(visited.found.pages)
                left_out += visited.found.left_out
            else:
                broken.append(_no_sitemap(visited))
        self._expected = list(pages)[:MOST_PAGES]
        return self._expected, broken, left_out + max(0, len(pages) - MOST_PAGES)

    async def visit(self, url: str) -> Visited:
        """One page. Never raises for what is wrong with it."""
        async with self._places:
            try:
                if self._costly >= MOST_COSTLY:
                    raise TooCostly
                if not await self._may(url):
                    raise Unavailable(_("The site does not want programs to read this page."))
                got = await self._pages.fetch(url)
                asked = ReadRequest(url=got.url, charset=got.charset)
                return Visited(url, await self._reading.read(got.data, asked, self._owner))
            except TooCostly as problem:
                self._costly += 1
                return Visited(url, problem)
            except MimiError as problem:
                return Visited(url, problem)

    async def _may(self, url: str) -> bool:
        """Whether the page's own site lets it be read: a sitemap may name another one's pages."""
        origin = _origin(url)
        if origin is None:
            return True  # no address at all, which the fetch says
        async with self._asking[origin]:
            if url not in self._answers:
                if origin not in self._rules:
                    self._rules[origin] = await self._pages.rules(url)
                # All that are expected of this site at once: each time costs a process.
                urls = [url, *(each for each in self._expected if each != url and _origin(each) == origin)]
                may = await self._reading.allowed(self._rules[origin], AGENT, urls, self._owner)
                self._answers |= {each: each in may for each in urls}
        return self._answers[url]


def _origin(url: str) -> URL | None:
    try:
        return URL(url).origin()
    except ValueError:
        return None


def _no_sitemap(visited: Visited) -> Visited:
    if isinstance(visited.found, MimiError):
        return visited
    return Visited(visited.url, Unavailable(_("This is no sitemap, so its pages are not known.")))
