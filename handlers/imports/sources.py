"""Where an import's bytes come from: kept already, fetched from chat, or from the page or site that was named."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from handlers.imports.drafts import Sheet, drafts
from handlers.imports.imports import FILE_KEPT
from handlers.imports.site_crawl import Resting, SiteCrawl, SiteRead
from handlers.imports.site_words import left_items
from handlers.ports import Clock, Contents, Fetched, Pages
from knowledge.errors import Unavailable
from knowledge.importing.left_out import counted, summed
from knowledge.importing.read_results import (
    Columns,
    FileKind,
    FoundDocument,
    FoundFaq,
    Item,
    LeftOut,
    ReadRequest,
    ReadResult,
)
from knowledge.importing.reading import Reading
from knowledge.importing.site.repeats import without_repeats
from knowledge.phrases import _
from knowledge.store.imports.import_items import ImportItem
from knowledge.store.imports.imports import LARGEST, ImportFileRepository, ImportJob, ImportSource, KeptFile
from knowledge.store.imports.site_pages import PageState

Progress = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True)
class Read:
    """What was read: items that are compared with nothing yet, a table's columns, what there was no room for, and
    whether questions were found inside of documents (`divided`).

    `gone` are the addresses of a site's pages that were read once and are no longer there.
    """

    items: Sequence[ImportItem]
    columns: Columns | None = None
    left_out: int = 0
    gone: frozenset[str] = frozenset()
    is_site: bool = False
    divided: bool = False


class ImportSources:
    """A job -> what is in it. Every file is read in a process of its own."""

    def __init__(
        self,
        files: ImportFileRepository,
        contents: Contents,
        pages: Pages,
        reading: Reading,
        crawl: SiteCrawl,
        clock: Clock,
    ) -> None:
        self._files = files
        self._contents = contents
        self._pages = pages
        self._reading = reading
        self._crawl = crawl
        self._clock = clock

    async def read(self, job: ImportJob, progress: Progress) -> Read | Resting:
        """Fetch and read it; of a site as much as is its turn. Raises BadInput, NotFound or Unavailable with what its
        owner can do.
        """
        sheet = Sheet(job.scope, job.id, job.expires_at)
        if job.site is not None:
            return await self._site(job, sheet, progress)
        file = await self._file(job)
        asked = ReadRequest(file.name, file.url, file.charset, dict(job.roles), whole=job.whole)
        found = await self._reading.read(file.data, asked, job.scope.owner_id)
        if found.kind in {FileKind.SITEMAP, FileKind.SITEMAP_INDEX}:
            if not job.url:
                raise Unavailable(_("Please send me the address of the sitemap, not the file."))
            return await self._site(replace(job, site={}), sheet, progress)
        items = await asyncio.to_thread(drafts, sheet, found.items, page=job.url)
        return Read(items, found.columns, found.left_out, divided=_is_divided(found))

    async def _file(self, job: ImportJob) -> KeptFile:
        """The bytes, kept from now on: a second look, after a kill or with other columns, needs no second fetch."""
        if file := await self._files.get(job.scope, job.id):
            return file
        file = await self._fetched(job)
        await self._files.put(job.scope, job.id, file, self._clock.now() + FILE_KEPT)
        return file

    async def _fetched(self, job: ImportJob) -> KeptFile:
        if job.source is ImportSource.MESSAGE:
            return KeptFile(await self._contents.fetch(job.message, LARGEST), job.name)
        if not job.url:
            raise Unavailable(_("The file is no longer here. Please send it again."))
        page = await self._pages.fetch(job.url)
        return KeptFile(page.data, "", page.url, page.charset)

    async def _site(self, job: ImportJob, sheet: Sheet, progress: Progress) -> Read | Resting:
        """The pages of a site, or those of a sitemap; each that is left out is told with why, or counted."""

        async def first() -> Fetched:
            file = await self._file(job)
            return Fetched(file.data, file.url, file.charset)

        read = await self._crawl.go_on(job, first, progress)
        return read if isinstance(read, Resting) else await asyncio.to_thread(_of_site, sheet, read)


def _is_divided(found: ReadResult) -> bool:
    """Whether entries were found that are no rows of a table or list."""
    return any(isinstance(item, FoundFaq) and not item.row for item in found.items)


def _of_site(sheet: Sheet, read: SiteRead) -> Read:
    items: list[ImportItem] = []
    pages, repeated = _without_repeats([found for _page, found in read.found])
    for (page, _found), told in zip(read.found, pages, strict=True):
        items += drafts(sheet, told, len(items), page.url)
    left = [item for _page, found in read.found for item in found.items if isinstance(item, LeftOut)]
    items += drafts(sheet, summed([*left, *counted({"repeated": repeated})]), len(items))
    left_pages, count = left_items(sheet, len(items), read.pages, read.more)
    gone = frozenset(url for page in read.pages if page.state is PageState.GONE for url in (page.url, page.at) if url)
    return Read([*items, *left_pages], left_out=count, gone=gone, is_site=True)


def _without_repeats(pages: Sequence[ReadResult]) -> tuple[list[list[Item]], int]:
    """What each page says, without the lines that stand around the text of most of them; how many those are."""
    told = [list[Item](item for item in page.items if not isinstance(item, LeftOut)) for page in pages]
    at = [(n, m) for n, items in enumerate(told) for m, item in enumerate(items) if isinstance(item, FoundDocument)]
    documents = [item for items in told for item in items if isinstance(item, FoundDocument)]
    texts, repeated = without_repeats([document.text for document in documents])
    for (n, m), document, text in zip(at, documents, texts, strict=True):
        told[n][m] = replace(document, text=text)
    return told, repeated
