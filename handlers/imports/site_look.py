"""One look at a site as it goes: what is known of it, and what follows for each page. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from yarl import URL

from knowledge.importing.read_results import FileKind, FoundDocument, FoundFaq, PageLinks, ReadResult, Unusable
from knowledge.importing.site.addresses import (
    SiteBounds,
    family_of,
    is_dated,
    is_endless,
    is_login,
    is_translated,
    locale_in,
    same_as,
    tidied,
    without_locale,
)
from knowledge.phrases import Phrase, _
from knowledge.store.imports.imports import ImportJob
from knowledge.store.imports.site_pages import LeftFor, PageState, SitePage

MOST_PAGES = 500
MOST_KNOWN = 2_000  # addresses of one site that are noted; the others are only counted
MOST_DATED = 12  # pages of calendars and archives
MOST_OF_FAMILY = 5  # addresses that differ in their query and say what is known already, or nothing
SHORTEST_OF_LOGIN = 600  # letters that a page says beside asking for a password


@dataclass
class SiteLook:
    """One look at a site as it goes: what is known of it, and what was met since it was taken up."""

    job: ImportJob
    plan: dict[str, Any]
    pages: dict[str, SitePage]
    before: dict[str, SitePage]  # of earlier looks, not met in this one
    may: dict[str, bool] = field(default_factory=dict)
    delay: float = 0.0
    costly: int = 0

    @property
    def bounds(self) -> SiteBounds | None:
        """None for a sitemap that its owner named: its pages are those it names."""
        return SiteBounds(self.plan["host"], self.plan["folder"]) if self.plan["host"] else None

    def visited(self) -> int:
        return sum(page.state is PageState.READ for page in self.pages.values())

    def waiting(self) -> list[SitePage]:
        return [page for page in self.pages.values() if page.state is PageState.WAITING]

    def progress(self) -> tuple[int, int]:
        """How many pages were seen to, of those that will be."""
        waiting, visited = len(self.waiting()), self.visited()
        done = len(self.pages) - waiting
        return done, done + min(waiting, MOST_PAGES - visited)

    def fresh(self, urls: Iterable[str], bounds: SiteBounds | None, depth: int = 0) -> list[SitePage]:
        """Pages that this look has not met, waiting; what an earlier one knew of them goes with them."""
        fresh = dict[str, SitePage]()
        n = max((page.n for page in self.pages.values()), default=-1) + 1
        for url in urls:
            page = tidied(url) if bounds else url.strip()
            if not page or (bounds and not bounds.hold(page)):
                continue
            same = same_page(page)
            if same in self.pages or same in fresh:
                continue
            if len(self.pages) + len(fresh) >= MOST_KNOWN:
                self.plan["more"] = self.plan.get("more", 0) + 1
                continue
            before = self.before.get(same, SitePage(page, same, self.job.id, n))
            fresh[same] = replace(
                before,
                url=page,
                look=self.job.id,
                n=n,
                depth=depth,
                state=PageState.WAITING,
                left_for=None,
                why=None,
                tries=0,
            )
            n += 1
        return list(fresh.values())

    def led_to(self, page: SitePage, links: PageLinks) -> list[SitePage]:
        """The pages that a page leads to, and its translations, which are noted to be left out."""
        bounds = self.bounds
        if bounds is None or not self.plan["follow"]:
            return []
        others = [url for lang, url in links.translations if self.plan["lang"] and self.is_other(lang)]
        same = {same_page(tidied(url)) for url in others if tidied(url)}
        new = self.fresh(links.links, bounds, page.depth + 1)
        met = [self.pages[each] for each in same if each in self.pages and self.pages[each].state is PageState.WAITING]
        told = [left(each, LeftFor.LANGUAGE) if each.same in same else each for each in new]
        return [*told, *(left(each, LeftFor.LANGUAGE) for each in met if each.same != page.same)]

    def unwanted(self, page: SitePage) -> LeftFor | None:
        """Why a page of a site is not even asked for."""
        if self.bounds is None or page.n == 0:
            return None
        seen = [each for each in self.pages.values() if each.state is not PageState.WAITING]
        if is_endless(page.url):
            return LeftFor.ENDLESS
        if is_dated(page.url) and sum(is_dated(each.url) for each in seen) >= MOST_DATED:
            return LeftFor.ENDLESS
        if family := family_of(page.url):
            told = Counter(each.state is PageState.READ for each in seen if family_of(each.url) == family)
            if told[False] >= MOST_OF_FAMILY and told[False] > told[True]:
                return LeftFor.ENDLESS
        if page.same in set(map(same_page, self.plan["translated"])):
            return LeftFor.LANGUAGE
        locale = self.plan["locale"] or self.plan["lang"]
        others = {without_locale(each.url) for each in self.pages.values() if locale_in(each.url) in {"", locale}}
        return LeftFor.LANGUAGE if locale and is_translated(page.url, locale, others) else None

    def judged(self, page: SitePage, found: ReadResult) -> SitePage:
        """Whether what a page says is taken in."""
        links = found.links or PageLinks()
        if problem := next(
            (item for item in found.items if isinstance(item, Unusable) and len(found.items) == 1), None
        ):
            if links.asks_password:
                return left(page, LeftFor.LOGIN)
            return left(page, LeftFor.LINKS) if links.mostly else left(page, LeftFor.OTHER, problem.why)
        if found.kind in {FileKind.SITEMAP, FileKind.SITEMAP_INDEX}:
            return left(page, LeftFor.OTHER, _("To read a sitemap, send its address."))
        if links.asks_password and _length(found) < SHORTEST_OF_LOGIN:
            return left(page, LeftFor.LOGIN)
        if not links.listed and page.n:
            return left(page, LeftFor.UNLISTED)
        if page.said and any(
            each.said == page.said and each.same != page.same and each.state is PageState.READ
            for each in self.pages.values()
        ):
            return left(page, LeftFor.TWIN)
        return replace(page, state=PageState.READ)

    def led_elsewhere(self, page: SitePage, url: str) -> LeftFor | None:
        """Where a redirect led: to a login, out of the site, or to another page of it, which is visited in its turn."""
        if same_page(url) == page.same:
            return None
        if is_login(url):
            return LeftFor.LOGIN
        if self.bounds and not self.bounds.hold(url):
            return LeftFor.ELSEWHERE
        return LeftFor.TWIN if same_page(url) in self.pages else None

    def is_other(self, lang: str) -> bool:
        return lang not in {"", "x-default"} and base_language(lang) != self.plan["lang"]


def site_plan(host: str, folder: str, *, follow: bool, lang: str = "", locale: str = "") -> dict[str, Any]:
    """How a site is read, as it is kept with its job."""
    return {
        "host": host,
        "folder": folder,
        "follow": follow,
        "lang": lang,
        "locale": locale,
        "translated": [],
        "more": 0,
    }


def base_language(lang: str) -> str:
    """`pt-BR` or `pt_BR` -> `pt`."""
    return lang.replace("_", "-").partition("-")[0].lower()


def visiting_order(page: SitePage) -> tuple[bool, bool, int, int, int]:
    """Those that answered last, calendars and variants of a page after the others; else the nearest first."""
    return is_dated(page.url), bool(family_of(page.url)) and page.depth > 0, page.tries, page.depth, page.n


def same_page(url: str) -> str:
    """What all addresses of one page have in common; what is no address stays as it is."""
    try:
        return same_as(url)
    except ValueError:
        return url  # no address at all, which the fetch says


def left(page: SitePage, reason: LeftFor, why: Phrase | None = None) -> SitePage:
    """The page as one that is not taken in, and for what reason."""
    return replace(page, state=PageState.LEFT, left_for=reason, why=why)


def _length(found: ReadResult) -> int:
    return sum(len(_words(item)) for item in found.items)


def digest(found: ReadResult) -> str:
    """Of its words; "" where it has none."""
    said = "\n".join(filter(None, map(_words, found.items)))
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest() if said else ""


def _words(item: object) -> str:
    match item:
        case FoundFaq():
            return f"{item.question}\n{item.answer}"
        case FoundDocument():
            return f"{item.title}\n{item.text}"
    return ""


def is_address(url: str) -> bool:
    """Whether there is anything that could be fetched."""
    try:
        return bool(URL(url).origin())
    except ValueError:
        return False
