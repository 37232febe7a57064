"""An owner's corrections of what they have before them: never over what was changed there meanwhile."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from handlers.entries.documents import Documents, SavedDocument
from handlers.entries.faqs import Faqs, SavedFaq
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.documents import Document
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.stored import digest

Saved = TypeVar("Saved", SavedFaq, SavedDocument)
LONGEST_MARK = 16


class CorrectedElsewhere(BadInput):
    """Somebody else, or the same owner in another window, was faster; `now` is what is kept."""

    def __init__(self, now: FaqEntry | Document) -> None:
        super().__init__(
            _("This was changed elsewhere while you were editing. Compare the two, then save again to keep yours.")
        )
        self.now = now


def mark_of(entry: FaqEntry | Document) -> str:
    """By what a form knows which texts it was made of; another after every change of them."""
    if isinstance(entry, FaqEntry):
        parts: Sequence[str] = (entry.question, entry.answer, *entry.phrasings, str(entry.exact))
    else:
        parts = (entry.title, entry.text)
    return digest("\0".join(parts))[:LONGEST_MARK]


class Corrections:
    """Reads and writes in one transaction: of two at once, one sees what the other has done."""

    def __init__(self, db: Database, faqs: Faqs, documents: Documents) -> None:
        self._db = db
        self._faqs = faqs
        self._documents = documents

    async def faq(
        self,
        scope: AppScope,
        faq_id: str,
        mark: str,
        texts: tuple[str, str],
        phrasings: Sequence[str],
        *,
        exact: bool,
    ) -> SavedFaq:
        """New texts for the entry that `mark` was made of. Raises CorrectedElsewhere, and what `Faqs.edit` does."""

        async def edit() -> SavedFaq:
            return await self._faqs.edit(scope, faq_id, *texts, phrasings=phrasings, exact=exact)

        return await self._unless_changed(lambda: self._faqs.get(scope, faq_id), mark, edit)

    async def document(self, scope: AppScope, document_id: str, mark: str, title: str, text: str) -> SavedDocument:
        """The same for a document, which stays where it came from and keeps its id."""

        async def edit() -> SavedDocument:
            return await self._documents.edit(scope, document_id, title, text)

        return await self._unless_changed(lambda: self._documents.get(scope, document_id), mark, edit)

    async def _unless_changed(
        self, read: Callable[[], Awaitable[FaqEntry | Document]], mark: str, edit: Callable[[], Awaitable[Saved]]
    ) -> Saved:
        async def work() -> Saved:
            now = await read()
            if mark and mark != mark_of(now):  # a form of before there were marks has none
                raise CorrectedElsewhere(now)
            return await edit()

        return await self._db.transaction(work)
