"""The pages of a sitemap, visited: only what each site lets programs read, two at a time, fifty in all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from yarl import URL

from handlers.ports import Pages
from knowledge.errors import MimiError, Unavailable
from knowledge.importing.found import Asked, Found, Kind
from knowledge.importing.reading import Reading
from knowledge.importing.sitemap import MOST_PAGES
from knowledge.phrases import _

AT_ONCE = 2  # pages of one site


@dataclass(frozen=True)
class Visited:
    """A page, and what stands there or why it cannot be had."""

    url: str
    found: Found | MimiError


class SiteVisits:
    """One sitemap's; what each site's robots.txt says is asked once."""

    def __init__(self, pages: Pages, reading: Reading) -> None:
        self._pages = pages
        self._reading = reading
        self._rules: dict[URL, asyncio.Task[Callable[[str], bool]]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)

    async def listed(self, found: Found) -> tuple[list[str], list[Visited], int]:
        """The pages that a sitemap names, or the sitemaps of an index; sitemaps that cannot be had; pages left out."""
        if found.kind is not Kind.SITEMAP_INDEX:
            return list(found.pages), [], found.left_out
        pages: dict[str, None] = {}
        broken, left_out = list[Visited](), found.left_out
        for sitemap in found.pages:
            if len(pages) >= MOST_PAGES:
                left_out += 1
                continue
            visited = await self.visit(sitemap)
            if isinstance(visited.found, Found) and visited.found.kind is Kind.SITEMAP:
                pages |= dict.fromkeys(visited.found.pages)
                left_out += visited.found.left_out
            else:
                broken.append(_no_sitemap(visited))
        return list(pages)[:MOST_PAGES], broken, left_out + max(0, len(pages) - MOST_PAGES)

    async def visit(self, url: str) -> Visited:
        """One page. Never raises for what is wrong with it."""
        async with self._places:
            try:
                allowed = await self._allowed(url)
                if not allowed(url):
                    raise Unavailable(_("The site does not want programs to read this page."))
                got = await self._pages.fetch(url)
                return Visited(url, await self._reading.read(got.data, Asked(url=got.url, charset=got.charset)))
            except MimiError as problem:
                return Visited(url, problem)

    async def _allowed(self, url: str) -> Callable[[str], bool]:
        """The rules of the page's own site: a sitemap may name another one's pages."""
        try:
            origin = URL(url).origin()
        except ValueError:
            return lambda _url: True  # no address at all, which the fetch says
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._pages.rules(url))
        return await self._rules[origin]


def _no_sitemap(visited: Visited) -> Visited:
    if isinstance(visited.found, MimiError):
        return visited
    return Visited(visited.url, Unavailable(_("This is no sitemap, so its pages are not known.")))
