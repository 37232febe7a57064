"""A whole site, read page by page: what its sitemaps name, else what its pages link to, nearest first.

One page at a time, at the pace the site wants, and never one that its robots.txt keeps programs from. Each page is
noted as soon as it is read, so whoever goes on with this asks for none again; and for one that has not changed since an
earlier look nothing is read at all.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from yarl import URL

from handlers.imports.site_words import LEFT_FOR
from handlers.ports import AGENT, Clock, Fetched, NoPage, Pages, PageVersion, SiteBusy
from knowledge.errors import BadInput, MimiError, Unavailable
from knowledge.importing.read_results import (
    FileKind,
    FoundDocument,
    FoundFaq,
    PageLinks,
    ReadRequest,
    ReadResult,
    Unusable,
    found_from_plain,
    found_to_plain,
)
from knowledge.importing.reading import Reading, SiteRules, TooCostly
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
from knowledge.store.imports.imports import ImportJob, ImportRepository
from knowledge.store.imports.site_pages import KEPT, LeftFor, PageState, SitePage, SitePageRepository

MOST_PAGES = 500
MOST_KNOWN = 2_000  # addresses of one site that are noted; the others are only counted
MOST_SITEMAPS = 50
MOST_DATED = 12  # pages of calendars and archives
MOST_OF_FAMILY = 5  # addresses that differ in their query and say what is known already, or nothing
MOST_COSTLY = 2  # pages that cost all they may; the others are then not tried
MOST_TRIES = 3  # of a page that does not answer
MOST_SILENT = 5  # pages one after another that do not answer
AT_A_STRETCH = 20.0  # seconds; then it is others' turn
SHORT = 5.0  # seconds that are waited for in place
LONGEST_PAUSE = 3_600.0  # seconds that a site may ask for
USUAL_PAUSE = 30.0
LONGEST = timedelta(hours=6)  # of one look
ROBOTS_KEPT = timedelta(hours=1)
SHORTEST_OF_LOGIN = 600  # letters that a page says beside asking for a password

Progress = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True)
class Resting:
    """Not done yet; to be gone on with after so many seconds."""

    seconds: float = 0.0


@dataclass(frozen=True)
class SiteRead:
    """What became of all pages that are known; how many more there are, of which nothing is noted."""

    pages: Sequence[SitePage]
    found: Sequence[tuple[SitePage, ReadResult]]
    more: int


@dataclass
class _Look:
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


class SiteCrawl:
    """Reads the sites of jobs, a stretch at a time."""

    def __init__(
        self, pages: SitePageRepository, jobs: ImportRepository, web: Pages, reading: Reading, clock: Clock
    ) -> None:
        self._pages = pages
        self._jobs = jobs
        self._web = web
        self._reading = reading
        self._clock = clock
        self._robots: dict[URL, tuple[datetime, bytes]] = {}

    async def go_on(
        self, job: ImportJob, first: Callable[[], Awaitable[Fetched]], progress: Progress
    ) -> SiteRead | Resting:
        """Read pages until all are, or it is others' turn; `first` is what stands at the address its owner gave.

        Raises BadInput or Unavailable where that cannot be had.
        """
        look = await self._taken_up(job)
        if not look.plan:
            try:
                await self._begin(look, await first())
            except SiteBusy as busy:
                return await self._try_again(look, busy)
            if look.delay > SHORT:
                return Resting(look.delay)
        until = asyncio.get_running_loop().time() + AT_A_STRETCH
        while (page := await self._next(look)) is not None:
            pause = await self._visit(look, page)
            await progress(*_progress(look))
            if pause > SHORT or asyncio.get_running_loop().time() > until:
                return Resting(pause)
            await asyncio.sleep(pause)
        return await self._read(look)

    async def _taken_up(self, job: ImportJob) -> _Look:
        known = await self._pages.list(job.scope, job.url)
        mine = {page.same: page for page in known if page.look == job.id}
        plan = dict(job.site or {})
        return _Look(job, plan if plan.get("begun") else {}, mine, {p.same: p for p in known if p.look != job.id})

    # The first page, and what it and the sitemaps name

    async def _begin(self, look: _Look, first: Fetched) -> None:
        asked = ReadRequest(url=first.url, charset=first.charset, links=True)
        found = await self._reading.read(first.data, asked, look.job.scope.owner_id)
        links = found.links or PageLinks()
        if found.kind in {FileKind.SITEMAP, FileKind.SITEMAP_INDEX}:
            look.plan = _plan("", "", follow=False)
            named = await self._named(look, found)
            await self._add(look, _fresh(look, named.pages, None))
            for page in _fresh(look, named.broken, None):
                await self._add(look, [_left(page, LeftFor.OTHER, named.broken[page.url])])
        else:
            await self._begin_at(look, first, links)
        look.plan["begun"] = True
        await self._jobs.note_site(look.job, look.plan)

    async def _begin_at(self, look: _Look, first: Fetched, links: PageLinks) -> None:
        """The site around a page: what its sitemaps name of it, else what is found by its links."""
        bounds, origin = SiteBounds.of(first.url), URL(first.url).origin()
        rules = await self._rules(look, first.url, [first.url])
        look.delay = rules.delay
        named = await self._named_by(look, bounds, origin, rules.sitemaps)
        others = [
            each for each in (*named.pages, *links.links) if bounds.hold(each) and _same(each) != _same(first.url)
        ]
        if not others:
            bounds = bounds.around  # it is a page among others
        inside = [each for each in named.pages if bounds.hold(each) and _same(each) != _same(first.url)]
        lang, locale = _base(links.lang), locale_in(first.url)
        look.plan = _plan(bounds.host, bounds.folder, follow=not inside, lang=lang, locale=locale)
        translated = [url for url, each in named.translations.items() if lang and _is_other(look, each)]
        look.plan["translated"] = translated[:MOST_KNOWN]
        await self._add(look, _fresh(look, [first.url, *inside], bounds))
        page = look.pages.get(_same(first.url))
        if page and page.state is PageState.WAITING and first.url in rules.may:
            await self._got(look, page, first)

    async def _named_by(self, look: _Look, bounds: SiteBounds, origin: URL, said: Sequence[str]) -> "_Named":
        """The pages of the sitemaps that robots.txt names, else of those that stand where they mostly do."""
        for sitemap in said or dict.fromkeys(f"{origin}{folder}sitemap.xml" for folder in (bounds.folder, "/")):
            named = await self._named(look, ReadResult(FileKind.SITEMAP_INDEX, pages=(sitemap,)))
            if any(map(bounds.hold, named.pages)):
                return named
        return _Named()

    async def _named(self, look: _Look, found: ReadResult) -> "_Named":
        """The pages that a sitemap names, or the sitemaps of an index do, and of each that cannot be had why."""
        named = _Named()
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
                more = await self._sitemap(look, sitemap)
            except SiteBusy:
                raise
            except MimiError as problem:
                named.broken[sitemap] = problem.phrase
                continue
            named.add(more)
            sitemaps += more.pages if more.kind is FileKind.SITEMAP_INDEX else ()
        return named

    async def _sitemap(self, look: _Look, url: str) -> ReadResult:
        """One sitemap. Raises MimiError where it is none, or cannot be had."""
        origin_rules = await self._rules(look, url, [url]) if _is_address(url) else None
        if origin_rules and url not in origin_rules.may:
            raise Unavailable(LEFT_FOR[LeftFor.ROBOTS])
        got = await self._web.fetch(url)
        asked = ReadRequest(url=got.url, charset=got.charset)
        found = await self._reading.read(got.data, asked, look.job.scope.owner_id)
        if found.kind not in {FileKind.SITEMAP, FileKind.SITEMAP_INDEX}:
            raise Unavailable(_("This is not a sitemap, so I do not know its pages."))
        return found

    async def _add(self, look: _Look, pages: Sequence[SitePage]) -> None:
        await self._pages.put(look.job.scope, look.job.url, pages, self._clock.now() + KEPT)
        look.pages |= {page.same: page for page in pages}
        for page in pages:
            look.before.pop(page.same, None)

    async def _try_again(self, look: _Look, busy: SiteBusy) -> Resting:
        tries = int((look.job.site or {}).get("tries", 0)) + 1
        pause = USUAL_PAUSE * 2**tries if busy.pause is None else busy.pause
        if tries >= MOST_TRIES or pause > LONGEST_PAUSE:
            raise busy
        await self._jobs.note_site(look.job, {"tries": tries})
        return Resting(max(pause, math.nextafter(SHORT, math.inf)))

    # Page after page

    async def _next(self, look: _Look) -> SitePage | None:
        """The page to visit next; those before it that are no use are left out. None when there is nothing to do."""
        while waiting := look.waiting() or await self._unmet(look):
            if reason := await self._over(look):
                await self._leave(look, waiting, reason)
                return None
            page = min(waiting, key=_order)
            if not await self._may(look, page, waiting):
                shut = [each for each in waiting if not look.may.get(each.url, True)]
                await self._leave(look, shut, LeftFor.ROBOTS)
            elif unwanted := _unwanted(look, page):
                await self._leave(look, [page], unwanted)
            else:
                return page
        return None

    async def _unmet(self, look: _Look) -> list[SitePage]:
        """What earlier looks have read and nothing leads to now: it may be gone, or stand there still."""
        lost = [page.url for page in look.before.values() if page.body]
        look.before = {same: page for same, page in look.before.items() if page.body}
        await self._add(look, _fresh(look, lost, look.bounds, depth=1))
        look.before = {}
        return look.waiting()

    async def _over(self, look: _Look) -> LeftFor | None:
        """Why no more pages are read."""
        if not await self._jobs.is_wanted(look.job):
            return LeftFor.STOPPED
        if look.visited() >= MOST_PAGES:
            return LeftFor.MANY
        if look.plan.get("silent", 0) >= MOST_SILENT or look.job.created_at + LONGEST < self._clock.now():
            return LeftFor.LATE
        return None

    async def _leave(self, look: _Look, pages: Sequence[SitePage], reason: LeftFor) -> None:
        await self._add(look, [_left(page, reason) for page in pages])

    async def _visit(self, look: _Look, page: SitePage) -> float:
        """Read one page and note it; the seconds to wait before the next."""
        version = PageVersion(page.etag, page.modified) if page.etag or page.modified else None
        delay = max(look.delay, self._web.pace)
        try:
            got = await self._web.fetch(page.url, version)
        except SiteBusy as busy:
            return max(await self._put_off(look, page, busy), delay)
        except Unavailable as problem:
            await self._silent(look, look.plan.get("silent", 0) + 1)
            await self._put_off_or_leave(look, page, problem.phrase)
            return delay
        except NoPage as problem:
            await self._without(look, page, problem)
            return delay
        except MimiError as problem:
            await self._add(look, [_left(page, LeftFor.OTHER, problem.phrase)])
            return delay
        await self._silent(look, 0)
        await self._got(look, page, got)
        return delay

    async def _silent(self, look: _Look, count: int) -> None:
        """How many pages did not answer, one after another."""
        if look.plan.get("silent", 0) != count:
            look.plan["silent"] = count
            await self._jobs.note_site(look.job, look.plan)

    async def _put_off(self, look: _Look, page: SitePage, busy: SiteBusy) -> float:
        """The site has asked for a pause: nothing of it is asked for until then."""
        pause = USUAL_PAUSE * 2**page.tries if busy.pause is None else busy.pause
        if pause > LONGEST_PAUSE:
            await self._silent(look, MOST_SILENT)
            pause = 0.0
        await self._put_off_or_leave(look, page, busy.phrase)
        return pause

    async def _put_off_or_leave(self, look: _Look, page: SitePage, why: Phrase) -> None:
        again = replace(page, tries=page.tries + 1)
        if again.tries >= MOST_TRIES:
            await self._add(look, [_left(again, LeftFor.OTHER, why)])
        else:
            await self._add(look, [again])

    async def _without(self, look: _Look, page: SitePage, problem: NoPage) -> None:
        """There is no page any more, if there was one; or it is for those who sign in."""
        if problem.status in {401, 403}:
            await self._add(look, [_left(page, LeftFor.LOGIN)])
        elif problem.status in {404, 410} and page.body:
            gone = replace(page, state=PageState.GONE, body="", etag="", modified="")
            look.pages[page.same] = gone
            await self._pages.keep(look.job.scope, look.job.url, gone, None)
        else:
            await self._add(look, [_left(page, LeftFor.OTHER, problem.phrase)])

    async def _got(self, look: _Look, page: SitePage, got: Fetched) -> None:
        """What came is read, unless it is what was read before; where it leads is noted first."""
        if reason := _led_elsewhere(look, page, got.url):
            await self._add(look, [_left(page, reason)])
            return
        body = page.body if got.unchanged else sha256(got.data).hexdigest()
        kept = await self._pages.found(look.job.scope, look.job.url, page.same) if body == page.body else None
        if kept is None and got.unchanged:
            # What it said then is no longer here, so it has to say it again.
            await self._add(look, [replace(page, etag="", modified="", body="")])
            return
        try:
            found = found_from_plain(kept) if kept else await self._found(look, got)
        except TooCostly as problem:
            look.costly += 1
            await self._add(look, [_left(page, LeftFor.OTHER, problem.phrase)])
            return
        except BadInput as problem:
            await self._add(look, [_left(page, LeftFor.OTHER, problem.phrase)])
            return
        now = replace(page, body=body, said=_digest(found), at=got.url)
        if not got.unchanged:
            version = got.version or PageVersion()
            now = replace(now, etag=version.etag, modified=version.modified)
        await self._add(look, _led_to(look, now, found.links or PageLinks()))
        done = _judged(look, now, found)
        look.pages[now.same] = done
        await self._pages.keep(look.job.scope, look.job.url, done, found_to_plain(found))

    async def _found(self, look: _Look, got: Fetched) -> ReadResult:
        if look.costly >= MOST_COSTLY:
            raise TooCostly
        asked = ReadRequest(url=got.url, charset=got.charset, links=True)
        return await self._reading.read(got.data, asked, look.job.scope.owner_id)

    # What a site lets programs read

    async def _may(self, look: _Look, page: SitePage, waiting: Sequence[SitePage]) -> bool:
        if not _is_address(page.url):
            return True  # which the fetch says
        if page.url not in look.may:
            origin = URL(page.url).origin()
            # All that wait of this site at once: each time costs a process.
            urls = [each.url for each in waiting if _is_address(each.url) and URL(each.url).origin() == origin]
            try:
                rules = await self._rules(look, page.url, urls)
            except MimiError:
                return True  # the fetch says what is wrong with it
            look.may |= {url: url in rules.may for url in urls}
            look.delay = rules.delay
        return look.may[page.url]

    async def _rules(self, look: _Look, url: str, urls: Sequence[str]) -> SiteRules:
        origin, now = URL(url).origin(), self._clock.now()
        if origin not in self._robots or self._robots[origin][0] < now:
            self._robots = {each: kept for each, kept in self._robots.items() if kept[0] >= now}
            self._robots[origin] = now + ROBOTS_KEPT, await self._web.rules(url)
        return await self._reading.rules(self._robots[origin][1], AGENT, urls, look.job.scope.owner_id)

    async def _read(self, look: _Look) -> SiteRead:
        """All that came of it; what an earlier look had read and this one never met is gone from the site's pages."""
        found = await self._pages.read(look.job.scope, look.job.url, look.job.id)
        read = [(page, found_from_plain(plain)) for page, plain in found]
        return SiteRead(sorted(look.pages.values(), key=lambda page: page.n), read, int(look.plan.get("more", 0)))


@dataclass
class _Named:
    """What sitemaps name: pages, which of them are translations (address -> language), and those that are broken."""

    pages: dict[str, None] = field(default_factory=dict)
    translations: dict[str, str] = field(default_factory=dict)
    broken: dict[str, Phrase] = field(default_factory=dict)

    def add(self, found: ReadResult) -> None:
        if found.kind is FileKind.SITEMAP:
            self.pages |= dict.fromkeys(found.pages)
            self.translations |= {url: lang for lang, url in found.links.translations} if found.links else {}


def _plan(host: str, folder: str, *, follow: bool, lang: str = "", locale: str = "") -> dict[str, Any]:
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


def _base(lang: str) -> str:
    return lang.replace("_", "-").partition("-")[0].lower()


def _order(page: SitePage) -> tuple[bool, bool, int, int, int]:
    """Those that answered last, calendars and variants of a page after the others; else the nearest first."""
    return is_dated(page.url), bool(family_of(page.url)) and page.depth > 0, page.tries, page.depth, page.n


def _progress(look: _Look) -> tuple[int, int]:
    """How many pages were seen to, of those that will be."""
    waiting, visited = len(look.waiting()), look.visited()
    done = len(look.pages) - waiting
    return done, done + min(waiting, MOST_PAGES - visited)


def _fresh(look: _Look, urls: Iterable[str], bounds: SiteBounds | None, depth: int = 0) -> list[SitePage]:
    """Pages that this look has not met, waiting; what an earlier one knew of them goes with them."""
    fresh = dict[str, SitePage]()
    n = max((page.n for page in look.pages.values()), default=-1) + 1
    for url in urls:
        page = tidied(url) if bounds else url.strip()
        if not page or (bounds and not bounds.hold(page)):
            continue
        same = _same(page)
        if same in look.pages or same in fresh:
            continue
        if len(look.pages) + len(fresh) >= MOST_KNOWN:
            look.plan["more"] = look.plan.get("more", 0) + 1
            continue
        before = look.before.get(same, SitePage(page, same, look.job.id, n))
        fresh[same] = replace(
            before,
            url=page,
            look=look.job.id,
            n=n,
            depth=depth,
            state=PageState.WAITING,
            left_for=None,
            why=None,
            tries=0,
        )
        n += 1
    return list(fresh.values())


def _same(url: str) -> str:
    try:
        return same_as(url)
    except ValueError:
        return url  # no address at all, which the fetch says


def _led_to(look: _Look, page: SitePage, links: PageLinks) -> list[SitePage]:
    """The pages that a page leads to, and its translations, which are noted to be left out."""
    bounds = look.bounds
    if bounds is None or not look.plan["follow"]:
        return []
    others = [url for lang, url in links.translations if look.plan["lang"] and _is_other(look, lang)]
    same = {_same(tidied(url)) for url in others if tidied(url)}
    new = _fresh(look, links.links, bounds, page.depth + 1)
    met = [look.pages[each] for each in same if each in look.pages and look.pages[each].state is PageState.WAITING]
    told = [_left(each, LeftFor.LANGUAGE) if each.same in same else each for each in new]
    return [*told, *(_left(each, LeftFor.LANGUAGE) for each in met if each.same != page.same)]


def _is_other(look: _Look, lang: str) -> bool:
    return lang not in {"", "x-default"} and _base(lang) != look.plan["lang"]


def _unwanted(look: _Look, page: SitePage) -> LeftFor | None:
    """Why a page of a site is not even asked for."""
    if look.bounds is None or page.n == 0:
        return None
    seen = [each for each in look.pages.values() if each.state is not PageState.WAITING]
    if is_endless(page.url):
        return LeftFor.ENDLESS
    if is_dated(page.url) and sum(is_dated(each.url) for each in seen) >= MOST_DATED:
        return LeftFor.ENDLESS
    if family := family_of(page.url):
        told = Counter(each.state is PageState.READ for each in seen if family_of(each.url) == family)
        if told[False] >= MOST_OF_FAMILY and told[False] > told[True]:
            return LeftFor.ENDLESS
    if page.same in set(map(_same, look.plan["translated"])):
        return LeftFor.LANGUAGE
    locale = look.plan["locale"] or look.plan["lang"]
    others = {without_locale(each.url) for each in look.pages.values() if locale_in(each.url) in {"", locale}}
    return LeftFor.LANGUAGE if locale and is_translated(page.url, locale, others) else None


def _judged(look: _Look, page: SitePage, found: ReadResult) -> SitePage:
    """Whether what a page says is taken in."""
    links = found.links or PageLinks()
    if problem := next((item for item in found.items if isinstance(item, Unusable) and len(found.items) == 1), None):
        if links.asks_password:
            return _left(page, LeftFor.LOGIN)
        return _left(page, LeftFor.LINKS) if links.mostly else _left(page, LeftFor.OTHER, problem.why)
    if found.kind in {FileKind.SITEMAP, FileKind.SITEMAP_INDEX}:
        return _left(page, LeftFor.OTHER, _("To read a sitemap, send its address."))
    if links.asks_password and _length(found) < SHORTEST_OF_LOGIN:
        return _left(page, LeftFor.LOGIN)
    if not links.listed and page.n:
        return _left(page, LeftFor.UNLISTED)
    if page.said and any(
        each.said == page.said and each.same != page.same and each.state is PageState.READ
        for each in look.pages.values()
    ):
        return _left(page, LeftFor.TWIN)
    return replace(page, state=PageState.READ)


def _left(page: SitePage, reason: LeftFor, why: Phrase | None = None) -> SitePage:
    return replace(page, state=PageState.LEFT, left_for=reason, why=why)


def _led_elsewhere(look: _Look, page: SitePage, url: str) -> LeftFor | None:
    """Where a redirect led: to a login, out of the site, or to another page of it, which is visited in its turn."""
    if _same(url) == page.same:
        return None
    if is_login(url):
        return LeftFor.LOGIN
    if look.bounds and not look.bounds.hold(url):
        return LeftFor.ELSEWHERE
    return LeftFor.TWIN if _same(url) in look.pages else None


def _is_address(url: str) -> bool:
    try:
        return bool(URL(url).origin())
    except ValueError:
        return False


def _length(found: ReadResult) -> int:
    return sum(len(_words(item)) for item in found.items)


def _digest(found: ReadResult) -> str:
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
