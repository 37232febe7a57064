"""Pages that knowledge came from: looked at again every week, or when their owner asks; off for each if wanted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from handlers.apps.apps import page_address
from handlers.entries.documents import Documents
from handlers.imports.imports import Imports
from handlers.imports.release_looks import ReleaseLooks
from handlers.ports import Clock
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.database import AppScope, OwnerScope
from knowledge.store.entries.documents import Document, DocumentRepository
from knowledge.store.entries.faqs import FaqRepository
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem, ItemOutcome, Texts
from knowledge.store.imports.imports import ImportDoor, ImportJob, ImportSource
from knowledge.store.imports.site_pages import SitePageRepository
from knowledge.store.imports.watched_pages import AFTER_A_FAILURE, WatchedPage, WatchedPageRepository
from knowledge.store.stored import digest

MOST_AT_ONCE = 20  # in one round; the others come with the next
EVERY = timedelta(days=7)


class WatchedPages:
    """Begins an import for each page that is due; what changed there is taken over, told and can be undone."""

    def __init__(
        self,
        pages: WatchedPageRepository,
        sites: SitePageRepository,
        rows: DocumentRepository,
        faqs: FaqRepository,
        documents: Documents,
        imports: Imports,
        releases: ReleaseLooks,
        clock: Clock,
    ) -> None:
        self._pages = pages
        self._releases = releases
        self._sites = sites
        self._rows = rows
        self._faqs = faqs
        self._documents = documents
        self._imports = imports
        self._clock = clock

    async def round(self) -> int:
        """Begin with the pages that are due, and say how many there were."""
        for begun in range(MOST_AT_ONCE):
            now = self._clock.now()
            page = await self._pages.take_due(now, now + EVERY)
            if page is None:
                return begun
            if page.news:
                await self._releases.look(page)
                continue
            if not await self._is_used(page):
                await self._pages.remove(page.scope, page.url)  # its owner did away with what came from it
                continue
            try:
                await self._imports.begin_renewal(page, ImportDoor.SCHEDULE)
            except NotFound:
                await self._pages.remove(page.scope, page.url)  # with its app
        return MOST_AT_ONCE

    async def follow(self, scope: AppScope, url: str) -> str:
        """Look at a page of releases now and every week: what is new there is put on the app's page. Its address as it
        is kept. Raises BadInput.
        """
        address = page_address(url)
        there = await self._pages.get(scope, address)
        if there and not there.news:
            raise BadInput(_("I answer from this page already. Please give the address of the release notes alone."))
        await self._pages.follow(scope, address, self._clock.now())
        return address

    async def followed(self, scope: AppScope) -> Sequence[WatchedPage]:
        """The pages that are looked at for release notes."""
        return [page for page in await self._pages.list(scope) if page.news and page.on]

    async def look_now(self, owner: OwnerScope, document_id: str, door: ImportDoor = ImportDoor.CHAT) -> ImportJob:
        """Look at a document's page again. Raises NotFound, BadInput for one that came from no page, TooMany."""
        scope, document = await self._of_page(owner, document_id)
        page = await self._page_of(scope, document.url)
        page = page or WatchedPage(scope, document.url, on=False, next_at=self._clock.now())
        return await self._imports.begin_renewal(page, door)

    async def switch(self, owner: OwnerScope, document_id: str) -> tuple[Document, bool]:
        """Look at a document's page every week, or no longer; the document, and which it is now. Raises the same."""
        scope, document = await self._of_page(owner, document_id)
        page = await self._page_of(scope, document.url)
        on = page is None or not page.on
        url = page.url if page else document.url
        await self._pages.switch(scope, url, on=on, next_at=self._clock.now() + EVERY)
        return document, on

    async def list(self, scope: AppScope) -> Sequence[WatchedPage]:
        """All pages that the app's knowledge came from, by address."""
        return await self._pages.list(scope)

    async def switch_page(self, scope: OwnerScope, page_id: str) -> WatchedPage:
        """Look at one of these every week, or no longer; the page as it was. Raises NotFound."""
        page = await self._named(scope, page_id)
        await self._pages.switch(page.scope, page.url, on=not page.on, next_at=self._clock.now() + EVERY)
        return page

    async def look_at(self, scope: OwnerScope, page_id: str) -> ImportJob:
        """Look at one of these again, now. Raises NotFound, TooMany."""
        page = await self._named(scope, page_id)
        return await self._imports.begin_renewal(page, ImportDoor.CHAT)

    async def _named(self, scope: OwnerScope, page_id: str) -> WatchedPage:
        page = await self._pages.named(scope, page_id)
        if page is None:
            raise NotFound(_("I no longer have anything from that page."))
        return page

    async def _is_used(self, page: WatchedPage) -> bool:
        """Whether anything is left of what came from it."""
        if await self._rows.of_url(page.scope, page.url):
            return True
        if page.site and await self._rows.has_some(page.scope, page.entries):
            return True
        return await self._faqs.has_some(page.scope, page.entries)

    async def _page_of(self, scope: AppScope, url: str) -> WatchedPage | None:
        """What is looked at for a page: itself, else the site it was read with."""
        for place in (url, *await self._sites.sites_with(scope, url)):
            if page := await self._pages.get(scope, place):
                return page
        return None

    async def is_on(self, scope: AppScope, url: str) -> bool:
        """Whether the page that a document came from is looked at every week."""
        page = await self._page_of(scope, url) if url else None
        return page is not None and page.on

    async def _of_page(self, owner: OwnerScope, document_id: str) -> tuple[AppScope, Document]:
        scope = await self._documents.scope_of(owner, document_id)
        document = await self._documents.get(scope, document_id)
        if not document.url:
            raise BadInput(_("This document did not come from a web page, so there is nothing to check again."))
        return scope, document


class PageChanges:
    """Told by imports of what they read at which page, in their transactions."""

    def __init__(self, pages: WatchedPageRepository, clock: Clock) -> None:
        self._pages = pages
        self._clock = clock

    async def fresh(self, job: ImportJob, items: Sequence[ImportItem]) -> Sequence[ImportItem]:
        """The items to go on with: of a page that is looked at by itself, what does not stand there as it did.

        So an owner's corrections and removals outlive the next look, until the page itself says something else.
        """
        if job.source is not ImportSource.RENEWAL or job.door is not ImportDoor.SCHEDULE:
            return items
        page = await self._pages.get(job.scope, job.url)
        seen = set(page.seen) if page else set()
        # A document in parts stays together: a part is only known to be gone beside the others.
        changed = {_place(item) for item in items if _digest(item) not in seen}
        return [item for item in items if _place(item) in changed]

    async def stays_whole(self, job: ImportJob) -> bool:
        """Whether a page that is looked at again was taken as one document, which questions on it do not change."""
        if job.source is not ImportSource.RENEWAL:
            return job.whole
        page = await self._pages.get(job.scope, job.url)
        return page is not None and bool(page.seen) and not page.entries

    async def taken_in(self, job: ImportJob, planned: Sequence[ImportItem]) -> None:
        """Look at the pages these came from every week from now on, unless their owner said otherwise."""
        next_at = self._clock.now() + EVERY
        if job.site is not None:
            await self._pages.watch(job.scope, job.url, next_at, site=True)
            entries = [item.entry_id for item in planned if item.texts and item.entry_id]
            await self._pages.saw(job.scope, job.url, job.seen, entries)
            return
        if job.source is ImportSource.RENEWAL:
            await self._pages.saw(job.scope, job.url, job.seen, _entries(planned))
        if job.source is ImportSource.URL:
            for page, items in _by_page(planned).items():
                await self._pages.watch(job.scope, page, next_at)
                await self._pages.saw(job.scope, page, digests(items), _entries(items))

    async def could_be_read(self, job: ImportJob) -> None:
        """A page that failed before works again: the next failure is news."""
        if job.source is ImportSource.RENEWAL:
            await self._pages.worked(job.scope, job.url)

    async def failed(self, job: ImportJob) -> str:
        """The page could not be read; what this failing is known by, the same until it works again."""
        if job.source is not ImportSource.RENEWAL:
            return ""
        now = self._clock.now()
        page = await self._pages.failed(job.scope, job.url, now, now + AFTER_A_FAILURE)
        since = page.failing_since if page and page.failing_since else now
        return f"failed {digest(job.url)} {since.isoformat()}"


def digests(items: Iterable[ImportItem]) -> list[str]:
    """What the items say, in a form that says nothing."""
    return [_digest(item) for item in items if item.texts]


def _digest(item: ImportItem) -> str:
    match item.texts:
        case FaqTexts(question, answer):
            return digest(f"{question}\n{answer}")
        case DocumentTexts(title, text):
            return digest(f"{title}\n{text}")
    return ""


def _place(item: ImportItem) -> str:
    """A document's parts are one; every other item stands for itself."""
    return f"document {item.texts.url}" if isinstance(item.texts, DocumentTexts) else f"item {item.n}"


def _by_page(items: Sequence[ImportItem]) -> dict[str, list[ImportItem]]:
    """A document's page is where it was found in the end; an entry's the one that was asked for."""
    pages = defaultdict[str, list[ImportItem]](list)
    for item in items:
        if item.texts and item.page and item.outcome is not ItemOutcome.SKIPPED:
            pages[_page(item.texts, item.page)].append(item)
    return pages


def _page(texts: Texts, asked: str) -> str:
    return texts.url if isinstance(texts, DocumentTexts) and texts.url else asked


def _entries(items: Iterable[ImportItem]) -> list[str]:
    """The FAQ entries that are in the items."""
    return [item.entry_id for item in items if isinstance(item.texts, FaqTexts) and item.entry_id]
