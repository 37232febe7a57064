"""Pages that documents came from: looked at again every week, or when their owner asks; off for each if wanted."""

from collections.abc import Iterable
from datetime import timedelta

from handlers.documents import Documents
from handlers.imports import Imports
from handlers.ports import Clock
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.documents import Document, DocumentRepository
from knowledge.store.imports import ImportDoor, ImportJob
from knowledge.store.watched_pages import WatchedPageRepository

EVERY = timedelta(days=7)
MOST_AT_ONCE = 20  # in one round; the others come with the next


class PageWatch:
    """Begins an import for each page that is due; what changed there is taken over, told and can be undone."""

    def __init__(self, db: Database, documents: Documents, imports: Imports, clock: Clock) -> None:
        self._pages = WatchedPageRepository(db)
        self._rows = DocumentRepository(db)
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
            documents = await self._rows.of_url(page.scope, page.url)
            if not documents:
                await self._pages.remove(page.scope, page.url)  # its owner did away with what came from it
                continue
            try:
                await self._imports.begin_renewal(page.scope, documents[0].id, page.url, ImportDoor.SCHEDULE)
            except NotFound:
                await self._pages.remove(page.scope, page.url)  # with its app
        return MOST_AT_ONCE

    async def look_now(self, owner: OwnerScope, document_id: str) -> ImportJob:
        """Look at a document's page again. Raises NotFound, BadInput for one that came from no page, TooMany."""
        scope, document = await self._of_page(owner, document_id)
        return await self._imports.begin_renewal(scope, document.id, document.url, ImportDoor.CHAT)

    async def switch(self, owner: OwnerScope, document_id: str) -> tuple[Document, bool]:
        """Look at a document's page every week, or no longer; the document, and which it is now. Raises the same."""
        scope, document = await self._of_page(owner, document_id)
        page = await self._pages.get(scope, document.url)
        on = page is None or not page.on
        await self._pages.switch(scope, document.url, on=on, next_at=self._clock.now() + EVERY)
        return document, on

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


async def watch_all(pages: WatchedPageRepository, scope: AppScope, urls: Iterable[str], clock: Clock) -> None:
    """Look at these pages every week from now on, unless their owner said otherwise; in the caller's transaction."""
    for url in dict.fromkeys(urls):
        await pages.watch(scope, url, clock.now() + EVERY)
