"""What is known of a page since it was last looked at, so that only what has changed there is taken over."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from handlers.ports import Clock
from knowledge.store.alerts.digests import digest
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem, ItemOutcome, Texts
from knowledge.store.imports.imports import ImportDoor, ImportJob, ImportSource
from knowledge.store.imports.watched_pages import WatchedPageRepository

EVERY = timedelta(days=7)
AFTER_A_FAILURE = timedelta(days=1)


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

    async def taken_in(self, job: ImportJob, planned: Sequence[ImportItem]) -> None:
        """Look at the pages these came from every week from now on, unless their owner said otherwise."""
        next_at = self._clock.now() + EVERY
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
