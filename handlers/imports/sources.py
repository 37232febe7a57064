"""Where an import's bytes come from: kept already, fetched from chat, or from the page that was named."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from handlers.imports.drafts import Sheet, drafts, failed
from handlers.imports.imports import FILE_KEPT
from handlers.imports.site_visits import SiteVisits, Visited
from handlers.ports import Clock, Contents, Pages
from knowledge.errors import MimiError, Unavailable
from knowledge.importing.read_results import Columns, FileKind, FoundFaq, ReadRequest, ReadResult
from knowledge.importing.reading import Reading
from knowledge.phrases import _
from knowledge.store.imports.import_items import ImportItem
from knowledge.store.imports.imports import LARGEST, ImportFileRepository, ImportJob, ImportSource, KeptFile

PATIENCE = 300.0  # seconds for all pages of a sitemap

Progress = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True)
class Read:
    """What was read: items that are compared with nothing yet, a table's columns, what there was no room for, and
    whether questions were found inside of documents.
    """

    items: Sequence[ImportItem]
    columns: Columns | None = None
    left_out: int = 0
    divided: bool = False


class ImportSources:
    """A job -> what is in it. Every file is read in a process of its own."""

    def __init__(
        self, files: ImportFileRepository, contents: Contents, pages: Pages, reading: Reading, clock: Clock
    ) -> None:
        self._files = files
        self._contents = contents
        self._pages = pages
        self._reading = reading
        self._clock = clock

    async def read(self, job: ImportJob, progress: Progress) -> Read:
        """Fetch and read it. Raises BadInput, NotFound or Unavailable with what its owner can do."""
        file = await self._file(job)
        asked = ReadRequest(file.name, file.url, file.charset, dict(job.roles), job.whole)
        found = await self._reading.read(file.data, asked, job.scope.owner_id)
        sheet = Sheet(job.scope, job.id, job.expires_at)
        if found.kind in {FileKind.SITEMAP, FileKind.SITEMAP_INDEX}:
            return await self._site(sheet, job.url, found, progress)
        items = await asyncio.to_thread(drafts, sheet, found.items, page=job.url)
        return Read(items, found.columns, found.left_out, _is_divided(found))

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

    async def _site(self, sheet: Sheet, url: str, found: ReadResult, progress: Progress) -> Read:
        """The pages of a sitemap, or of the sitemaps of an index; each that cannot be had is told with why."""
        if not url:
            raise Unavailable(_("Please send me the address of the sitemap, not the file."))
        visits = SiteVisits(self._pages, self._reading, sheet.scope.owner_id)
        done = 0

        async def visit(page: str, of: int) -> Visited:
            nonlocal done
            visited = await visits.visit(page)
            done += 1
            await progress(done, of)
            return visited

        try:
            async with asyncio.timeout(PATIENCE):
                pages, broken, left_out = await visits.listed(found)
                visited = await asyncio.gather(*(visit(page, len(pages)) for page in pages))
        except TimeoutError as error:
            raise Unavailable(_("This site takes too long to answer. Please try again later.")) from error
        return Read(await asyncio.to_thread(_numbered, sheet, [*visited, *broken]), left_out=left_out)


def _is_divided(found: ReadResult) -> bool:
    """Whether entries were found that are no rows of a table or list."""
    return any(isinstance(item, FoundFaq) and not item.row for item in found.items)


def _numbered(sheet: Sheet, visited: Sequence[Visited]) -> list[ImportItem]:
    items: list[ImportItem] = []
    for each in visited:
        if isinstance(each.found, MimiError):
            items.append(failed(sheet, len(items), each.url, each.found.phrase))
        else:
            items += drafts(sheet, each.found.items, len(items), each.url)
    return items
