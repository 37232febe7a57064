"""Pages that knowledge came from: looked at again every week, or when their owner asks; off for each if wanted."""

from collections.abc import Sequence

from handlers.entries.documents import Documents
from handlers.imports.imports import Imports
from handlers.imports.page_changes import EVERY
from handlers.ports import Clock
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.database import AppScope, OwnerScope
from knowledge.store.entries.documents import Document, DocumentRepository
from knowledge.store.entries.faqs import FaqRepository
from knowledge.store.imports.imports import ImportDoor, ImportJob
from knowledge.store.imports.watched_pages import WatchedPage, WatchedPageRepository

MOST_AT_ONCE = 20  # in one round; the others come with the next


class WatchedPages:
    """Begins an import for each page that is due; what changed there is taken over, told and can be undone."""

    def __init__(
        self,
        pages: WatchedPageRepository,
        rows: DocumentRepository,
        faqs: FaqRepository,
        documents: Documents,
        imports: Imports,
        clock: Clock,
    ) -> None:
        self._pages = pages
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
            if not await self._is_used(page):
                await self._pages.remove(page.scope, page.url)  # its owner did away with what came from it
                continue
            try:
                await self._imports.begin_renewal(page.scope, page.url, ImportDoor.SCHEDULE)
            except NotFound:
                await self._pages.remove(page.scope, page.url)  # with its app
        return MOST_AT_ONCE

    async def look_now(self, owner: OwnerScope, document_id: str) -> ImportJob:
        """Look at a document's page again. Raises NotFound, BadInput for one that came from no page, TooMany."""
        scope, document = await self._of_page(owner, document_id)
        return await self._imports.begin_renewal(scope, document.url, ImportDoor.CHAT)

    async def switch(self, owner: OwnerScope, document_id: str) -> tuple[Document, bool]:
        """Look at a document's page every week, or no longer; the document, and which it is now. Raises the same."""
        scope, document = await self._of_page(owner, document_id)
        page = await self._pages.get(scope, document.url)
        on = page is None or not page.on
        await self._pages.switch(scope, document.url, on=on, next_at=self._clock.now() + EVERY)
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
        return await self._imports.begin_renewal(page.scope, page.url, ImportDoor.CHAT)

    async def _named(self, scope: OwnerScope, page_id: str) -> WatchedPage:
        page = await self._pages.named(scope, page_id)
        if page is None:
            raise NotFound(_("Nothing is kept of that page any more."))
        return page

    async def _is_used(self, page: WatchedPage) -> bool:
        """Whether anything is left of what came from it."""
        if await self._rows.of_url(page.scope, page.url):
            return True
        return await self._faqs.has_some(page.scope, page.entries)

    async def is_on(self, scope: AppScope, document: Document) -> bool:
        """Whether the page of a document is looked at every week."""
        page = await self._pages.get(scope, document.url) if document.url else None
        return page is not None and page.on

    async def _of_page(self, owner: OwnerScope, document_id: str) -> tuple[AppScope, Document]:
        scope = await self._documents.scope_of(owner, document_id)
        document = await self._documents.get(scope, document_id)
        if not document.url:
            raise BadInput(_("This document came from no web page, so there is nothing to look at again."))
        return scope, document
