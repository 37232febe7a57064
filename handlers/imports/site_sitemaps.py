"""The pages that a site's sitemaps name, those of an index with them (sitemaps.org)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from yarl import URL

from handlers.imports.site_look import is_address
from handlers.imports.site_robots import SiteRobots
from handlers.imports.site_words import LEFT_FOR
from handlers.ports import Pages, SiteBusy
from knowledge.errors import MimiError, Unavailable
from knowledge.importing.read_results import FileKind, ReadRequest, ReadResult
from knowledge.importing.reading import Reading
from knowledge.importing.site.addresses import SiteBounds
from knowledge.phrases import Phrase, _
from knowledge.store.database import OwnerId
from knowledge.store.imports.site_pages import LeftFor

MOST_SITEMAPS = 50


@dataclass
class NamedPages:
    """What sitemaps name: pages, which of them are translations (address -> language), and those that are broken."""

    pages: dict[str, None] = field(default_factory=dict)
    translations: dict[str, str] = field(default_factory=dict)
    broken: dict[str, Phrase] = field(default_factory=dict)

    def add(self, found: ReadResult) -> None:
        if found.kind is FileKind.SITEMAP:
            self.pages |= dict.fromkeys(found.pages)
            self.translations |= {url: lang for lang, url in found.links.translations} if found.links else {}


class SiteSitemaps:
    """Follows sitemaps, as far as the sites let programs read them."""

    def __init__(self, web: Pages, reading: Reading, robots: SiteRobots) -> None:
        self._web = web
        self._reading = reading
        self._robots = robots

    async def around(self, bounds: SiteBounds, origin: URL, said: Sequence[str], owner_id: OwnerId) -> NamedPages:
        """The pages of the sitemaps that robots.txt names, else of those that stand where they mostly do."""
        for sitemap in said or dict.fromkeys(f"{origin}{folder}sitemap.xml" for folder in (bounds.folder, "/")):
            named = await self.named(ReadResult(FileKind.SITEMAP_INDEX, pages=(sitemap,)), owner_id)
            if any(map(bounds.hold, named.pages)):
                return named
        return NamedPages()

    async def named(self, found: ReadResult, owner_id: OwnerId) -> NamedPages:
        """The pages that a sitemap names, or the sitemaps of an index do, and of each that cannot be had why."""
        named = NamedPages()
        if found.kind is FileKind.SITEMAP:
            named.add(found)
            return named
        sitemaps, met = list(found.pages), set[str]()
        while sitemaps and len(met) < MOST_SITEMAPS:
            sitemap = sitemaps.pop(0)
            if sitemap in met:
                continue
            met.add(sitemap)
            try:
                more = await self._one(sitemap, owner_id)
            except SiteBusy:
                raise
            except MimiError as problem:
                named.broken[sitemap] = problem.phrase
                continue
            named.add(more)
            sitemaps += more.pages if more.kind is FileKind.SITEMAP_INDEX else ()
        return named

    async def _one(self, url: str, owner_id: OwnerId) -> ReadResult:
        """One sitemap. Raises MimiError where it is none, or cannot be had."""
        origin_rules = await self._robots.of(url, [url], owner_id) if is_address(url) else None
        if origin_rules and url not in origin_rules.may:
            raise Unavailable(LEFT_FOR[LeftFor.ROBOTS])
        got = await self._web.fetch(url)
        asked = ReadRequest(url=got.url, charset=got.charset)
        found = await self._reading.read(got.data, asked, owner_id)
        if found.kind not in {FileKind.SITEMAP, FileKind.SITEMAP_INDEX}:
            raise Unavailable(_("This is not a sitemap, so I do not know its pages."))
        return found
