"""A whole site, read page by page: what its sitemaps name, else what its pages link to, nearest first.

One page at a time, at the pace the site wants, and never one that its robots.txt keeps programs from. Each page is
noted as soon as it is read, so whoever goes on with this asks for none again; and for one that has not changed since an
earlier look nothing is read at all.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from yarl import URL

from handlers.imports.site_look import (
    MOST_KNOWN,
    MOST_PAGES,
    SiteLook,
    base_language,
    digest,
    is_address,
    left,
    same_page,
    site_plan,
    visiting_order,
)
from handlers.imports.site_robots import SiteRobots
from handlers.imports.site_sitemaps import SiteSitemaps
from handlers.ports import Clock, Fetched, NoPage, Pages, PageVersion, SiteBusy
from knowledge.errors import BadInput, MimiError, Unavailable
from knowledge.importing.read_results import (
    FileKind,
    PageLinks,
    ReadRequest,
    ReadResult,
    found_from_plain,
    found_to_plain,
)
from knowledge.importing.reading import Reading, TooCostly
from knowledge.importing.site.addresses import SiteBounds, locale_in
from knowledge.phrases import Phrase
from knowledge.store.imports.imports import ImportJob, ImportRepository
from knowledge.store.imports.site_pages import KEPT, LeftFor, PageState, SitePage, SitePageRepository

MOST_COSTLY = 2  # pages that cost all they may; the others are then not tried
MOST_TRIES = 3  # of a page that does not answer
MOST_SILENT = 5  # pages one after another that do not answer
AT_A_STRETCH = 20.0  # seconds; then it is others' turn
SHORT = 5.0  # seconds that are waited for in place
LONGEST_PAUSE = 3_600.0  # seconds that a site may ask for
USUAL_PAUSE = 30.0
LONGEST = timedelta(hours=6)  # of one look

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
        self._robots = SiteRobots(web, reading, clock)
        self._sitemaps = SiteSitemaps(web, reading, self._robots)

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
            await progress(*look.progress())
            if pause > SHORT or asyncio.get_running_loop().time() > until:
                return Resting(pause)
            await asyncio.sleep(pause)
        return await self._read(look)

    async def _taken_up(self, job: ImportJob) -> SiteLook:
        known = await self._pages.list(job.scope, job.url)
        mine = {page.same: page for page in known if page.look == job.id}
        plan = dict(job.site or {})
        return SiteLook(job, plan if plan.get("begun") else {}, mine, {p.same: p for p in known if p.look != job.id})

    # The first page, and what it and the sitemaps name

    async def _begin(self, look: SiteLook, first: Fetched) -> None:
        asked = ReadRequest(url=first.url, charset=first.charset, links=True)
        found = await self._reading.read(first.data, asked, look.job.scope.owner_id)
        links = found.links or PageLinks()
        if found.kind in {FileKind.SITEMAP, FileKind.SITEMAP_INDEX}:
            look.plan = site_plan("", "", follow=False)
            named = await self._sitemaps.named(found, look.job.scope.owner_id)
            await self._add(look, look.fresh(named.pages, None))
            for page in look.fresh(named.broken, None):
                await self._add(look, [left(page, LeftFor.OTHER, named.broken[page.url])])
        else:
            await self._begin_at(look, first, links)
        look.plan["begun"] = True
        await self._jobs.note_site(look.job, look.plan)

    async def _begin_at(self, look: SiteLook, first: Fetched, links: PageLinks) -> None:
        """The site around a page: what its sitemaps name of it, else what is found by its links."""
        bounds, origin = SiteBounds.of(first.url), URL(first.url).origin()
        rules = await self._robots.of(first.url, [first.url], look.job.scope.owner_id)
        look.delay = rules.delay
        named = await self._sitemaps.around(bounds, origin, rules.sitemaps, look.job.scope.owner_id)
        itself = same_page(first.url)
        others = [each for each in (*named.pages, *links.links) if bounds.hold(each) and same_page(each) != itself]
        if not others:
            bounds = bounds.around  # it is a page among others
        inside = [each for each in named.pages if bounds.hold(each) and same_page(each) != itself]
        lang, locale = base_language(links.lang), locale_in(first.url)
        look.plan = site_plan(bounds.host, bounds.folder, follow=not inside, lang=lang, locale=locale)
        translated = [url for url, each in named.translations.items() if lang and look.is_other(each)]
        look.plan["translated"] = translated[:MOST_KNOWN]
        await self._add(look, look.fresh([first.url, *inside], bounds))
        page = look.pages.get(itself)
        if page and page.state is PageState.WAITING and first.url in rules.may:
            await self._got(look, page, first)

    async def _add(self, look: SiteLook, pages: Sequence[SitePage]) -> None:
        await self._pages.put(look.job.scope, look.job.url, pages, self._clock.now() + KEPT)
        look.pages |= {page.same: page for page in pages}
        for page in pages:
            look.before.pop(page.same, None)

    async def _try_again(self, look: SiteLook, busy: SiteBusy) -> Resting:
        tries = int((look.job.site or {}).get("tries", 0)) + 1
        pause = USUAL_PAUSE * 2**tries if busy.pause is None else busy.pause
        if tries >= MOST_TRIES or pause > LONGEST_PAUSE:
            raise busy
        await self._jobs.note_site(look.job, {"tries": tries})
        return Resting(max(pause, math.nextafter(SHORT, math.inf)))

    # Page after page

    async def _next(self, look: SiteLook) -> SitePage | None:
        """The page to visit next; those before it that are no use are left out. None when there is nothing to do."""
        while waiting := look.waiting() or await self._unmet(look):
            if reason := await self._over(look):
                await self._leave(look, waiting, reason)
                return None
            page = min(waiting, key=visiting_order)
            if not await self._may(look, page, waiting):
                shut = [each for each in waiting if not look.may.get(each.url, True)]
                await self._leave(look, shut, LeftFor.ROBOTS)
            elif unwanted := look.unwanted(page):
                await self._leave(look, [page], unwanted)
            else:
                return page
        return None

    async def _unmet(self, look: SiteLook) -> list[SitePage]:
        """What earlier looks have read and nothing leads to now: it may be gone, or stand there still."""
        lost = [page.url for page in look.before.values() if page.body]
        look.before = {same: page for same, page in look.before.items() if page.body}
        await self._add(look, look.fresh(lost, look.bounds, depth=1))
        look.before = {}
        return look.waiting()

    async def _over(self, look: SiteLook) -> LeftFor | None:
        """Why no more pages are read."""
        if not await self._jobs.is_wanted(look.job):
            return LeftFor.STOPPED
        if look.visited() >= MOST_PAGES:
            return LeftFor.MANY
        if look.plan.get("silent", 0) >= MOST_SILENT or look.job.created_at + LONGEST < self._clock.now():
            return LeftFor.LATE
        return None

    async def _leave(self, look: SiteLook, pages: Sequence[SitePage], reason: LeftFor) -> None:
        await self._add(look, [left(page, reason) for page in pages])

    async def _visit(self, look: SiteLook, page: SitePage) -> float:
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
            await self._add(look, [left(page, LeftFor.OTHER, problem.phrase)])
            return delay
        await self._silent(look, 0)
        await self._got(look, page, got)
        return delay

    async def _silent(self, look: SiteLook, count: int) -> None:
        """How many pages did not answer, one after another."""
        if look.plan.get("silent", 0) != count:
            look.plan["silent"] = count
            await self._jobs.note_site(look.job, look.plan)

    async def _put_off(self, look: SiteLook, page: SitePage, busy: SiteBusy) -> float:
        """The site has asked for a pause: nothing of it is asked for until then."""
        pause = USUAL_PAUSE * 2**page.tries if busy.pause is None else busy.pause
        if pause > LONGEST_PAUSE:
            await self._silent(look, MOST_SILENT)
            pause = 0.0
        await self._put_off_or_leave(look, page, busy.phrase)
        return pause

    async def _put_off_or_leave(self, look: SiteLook, page: SitePage, why: Phrase) -> None:
        again = replace(page, tries=page.tries + 1)
        if again.tries >= MOST_TRIES:
            await self._add(look, [left(again, LeftFor.OTHER, why)])
        else:
            await self._add(look, [again])

    async def _without(self, look: SiteLook, page: SitePage, problem: NoPage) -> None:
        """There is no page any more, if there was one; or it is for those who sign in."""
        if problem.status in {401, 403}:
            await self._add(look, [left(page, LeftFor.LOGIN)])
        elif problem.status in {404, 410} and page.body:
            gone = replace(page, state=PageState.GONE, body="", etag="", modified="")
            look.pages[page.same] = gone
            await self._pages.keep(look.job.scope, look.job.url, gone, None)
        else:
            await self._add(look, [left(page, LeftFor.OTHER, problem.phrase)])

    async def _got(self, look: SiteLook, page: SitePage, got: Fetched) -> None:
        """What came is read, unless it is what was read before; where it leads is noted first."""
        if reason := look.led_elsewhere(page, got.url):
            await self._add(look, [left(page, reason)])
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
            await self._add(look, [left(page, LeftFor.OTHER, problem.phrase)])
            return
        except BadInput as problem:
            await self._add(look, [left(page, LeftFor.OTHER, problem.phrase)])
            return
        now = replace(page, body=body, said=digest(found), at=got.url)
        if not got.unchanged:
            version = got.version or PageVersion()
            now = replace(now, etag=version.etag, modified=version.modified)
        await self._add(look, look.led_to(now, found.links or PageLinks()))
        done = look.judged(now, found)
        look.pages[now.same] = done
        await self._pages.keep(look.job.scope, look.job.url, done, found_to_plain(found))

    async def _found(self, look: SiteLook, got: Fetched) -> ReadResult:
        if look.costly >= MOST_COSTLY:
            raise TooCostly
        asked = ReadRequest(url=got.url, charset=got.charset, links=True)
        return await self._reading.read(got.data, asked, look.job.scope.owner_id)

    # What a site lets programs read

    async def _may(self, look: SiteLook, page: SitePage, waiting: Sequence[SitePage]) -> bool:
        if not is_address(page.url):
            return True  # which the fetch says
        if page.url not in look.may:
            origin = URL(page.url).origin()
            # All that wait of this site at once: each time costs a process.
            urls = [each.url for each in waiting if is_address(each.url) and URL(each.url).origin() == origin]
            try:
                rules = await self._robots.of(page.url, urls, look.job.scope.owner_id)
            except MimiError:
                return True  # the fetch says what is wrong with it
            look.may |= {url: url in rules.may for url in urls}
            look.delay = rules.delay
        return look.may[page.url]

    async def _read(self, look: SiteLook) -> SiteRead:
        """All that came of it; what an earlier look had read and this one never met is gone from the site's pages."""
        found = await self._pages.read(look.job.scope, look.job.url, look.job.id)
        read = [(page, found_from_plain(plain)) for page, plain in found]
        return SiteRead(sorted(look.pages.values(), key=lambda page: page.n), read, int(look.plan.get("more", 0)))
