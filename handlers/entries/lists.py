"""The knowledge as a list: in the order and with the words its owner asks for, a page at a time; several at once."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from handlers.entries.guard import KnowledgeGuard
from handlers.entries.hits import EntryHits
from handlers.paging import Page
from handlers.ports import Clock
from knowledge.errors import NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.documents import DocumentGlimpse, DocumentRepository
from knowledge.store.entries.faqs import FaqEntry, FaqRepository
from knowledge.store.registry import erase_entries

E = TypeVar("E")
LONGEST_SEARCH = 100


class EntryOrder(StrEnum):
    """What comes first; UNUSED leaves out what visitors were answered with."""

    NEWEST = "newest"
    MOST_USED = "used"
    UNUSED = "unused"
    BY_NAME = "name"


ORDERS: dict[EntryOrder, Phrase] = {
    EntryOrder.NEWEST: _("Newest first"),
    EntryOrder.MOST_USED: _("Most used"),
    EntryOrder.UNUSED: _("Not used in 30 days"),
    EntryOrder.BY_NAME: _("By name"),
}


@dataclass(frozen=True)
class Wanted:
    """What of a list to show: a page's number as it was asked for."""

    words: str = ""
    order: EntryOrder = EntryOrder.NEWEST
    page: str = ""


@dataclass(frozen=True)
class EntryList(Generic[E]):
    """One page of those that are wanted, of which there are `count`, and how often each was an answer."""

    entries: Sequence[E]
    count: int
    page: Page
    hits: Mapping[str, int]


class EntryLists:
    """One app's entries or documents at a time."""

    def __init__(
        self,
        db: Database,
        faqs: FaqRepository,
        documents: DocumentRepository,
        hits: EntryHits,
        guard: KnowledgeGuard,
        clock: Clock,
    ) -> None:
        self._db = db
        self._faqs = faqs
        self._documents = documents
        self._hits = hits
        self._guard = guard
        self._clock = clock

    async def faqs(self, scope: AppScope, wanted: Wanted, size: int) -> EntryList[FaqEntry]:
        """A page of at most `size` FAQ entries."""
        hits = await self._hits.of(scope)
        ids, count, page = await _page(self._faqs, scope, hits, wanted, size)
        return EntryList(await self._faqs.of_ids(scope, ids), count, page, hits)

    async def documents(self, scope: AppScope, wanted: Wanted, size: int) -> EntryList[DocumentGlimpse]:
        """A page of at most `size` documents, without their texts."""
        hits = await self._hits.of(scope)
        ids, count, page = await _page(self._documents, scope, hits, wanted, size)
        return EntryList(await self._documents.glimpses(scope, ids), count, page, hits)

    async def chosen(self, scope: AppScope, faq_ids: Sequence[str]) -> Sequence[FaqEntry]:
        """Those of these that are still there. Raises NotFound if none is."""
        entries = await self._faqs.of_ids(scope, faq_ids)
        if not entries:
            raise _gone()
        return entries

    async def remove(self, scope: AppScope, faq_ids: Sequence[str]) -> int:
        """Take these entries away; how many there were. Raises NotFound if none is left."""

        async def take() -> int:
            entries = await self.chosen(scope, faq_ids)
            await self._guard.newer(scope)  # as in faqs.py
            await erase_entries(self._db, scope, [entry.id for entry in entries])
            return len(entries)

        return await self._db.transaction(take)

    async def set_exact(self, scope: AppScope, faq_ids: Sequence[str], *, exact: bool) -> int:
        """Have these said word for word, or no longer; how many there were. Raises NotFound if none is left."""

        async def change() -> int:
            await self._guard.newer(scope)
            count = await self._faqs.set_exact(scope, faq_ids, exact=exact, at=self._clock.now())
            if not count:
                raise _gone()
            return count

        return await self._db.transaction(change)


def length_words(document: DocumentGlimpse) -> Phrase:
    """How long a document is, beside it."""
    return _("{length} characters, {passages} sections", length=document.length, passages=document.passages)


async def _page(
    rows: FaqRepository | DocumentRepository, scope: AppScope, hits: Mapping[str, int], wanted: Wanted, size: int
) -> tuple[Sequence[str], int, Page]:
    """The ids of one page, how many there are on all, and which page that is. In the usual order the store turns to
    the page; for any other, what all are called or how often they were used has to be looked at first.
    """
    words = wanted.words[:LONGEST_SEARCH]
    if wanted.order is EntryOrder.NEWEST:
        page = Page.of(wanted.page, count := await rows.how_many(scope, words), size)
        return list(await rows.titles(scope, words, skip=page.skip, limit=size)), count, page
    titles = await rows.titles(scope, words)
    ids = list(titles)
    match wanted.order:
        case EntryOrder.MOST_USED:
            ids.sort(key=lambda each: -hits.get(each, 0))
        case EntryOrder.UNUSED:
            ids = [each for each in ids if not hits.get(each)]
        case EntryOrder.BY_NAME:
            ids.sort(key=lambda each: unicodedata.normalize("NFKC", titles[each]).casefold())
    page = Page.of(wanted.page, len(ids), size)
    return ids[page.skip : page.skip + size], len(ids), page


def _gone() -> NotFound:
    return NotFound(_("All of these have already been removed."))
