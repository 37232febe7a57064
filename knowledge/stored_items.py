"""An app's knowledge as it is searched and shown to the model: redacted, FAQ entries first, in a stable order."""

from collections.abc import Sequence

from knowledge.items import KnowledgeItem
from knowledge.search.passages import headings_of
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.documents import Document, DocumentRepository
from knowledge.store.entries.faqs import FaqEntry, FaqRepository
from knowledge.store.entries.hidden import EntryRef


class KnowledgeItems:
    """Reads what `Retrieval` indexes. What was redacted when it was saved never gets here in the clear."""

    def __init__(self, db: Database) -> None:
        self._faqs = FaqRepository(db)
        self._documents = DocumentRepository(db)

    async def load(self, scope: AppScope) -> Sequence[KnowledgeItem]:
        """Everything this app knows, and nothing of any other (S40)."""
        entries = await self._faqs.list(scope)
        faqs = [_faq(entry) for entry in entries]
        documents = await self._documents.list(scope)
        return faqs + [item for document in documents for item in _passages(document)]


def _faq(entry: FaqEntry) -> KnowledgeItem:
    question, answer = entry.redacted_question, entry.redacted_answer
    return KnowledgeItem(entry.id, "faq", question, answer, entry.url, entry.redacted_phrasings, entry.exact)


def entry_of(item: KnowledgeItem) -> EntryRef:
    """The entry that an item is, or is a part of."""
    if item.kind == "faq":
        return EntryRef("faq", item.id, item.title)
    return EntryRef("document", item.id.rpartition("-")[0], item.title)


def _passages(document: Document) -> list[KnowledgeItem]:
    title, url = document.redacted_title, document.url
    headings = headings_of(title, [passage.redacted_text for passage in document.passages])
    return [
        KnowledgeItem(f"{document.id}-{passage.n}", "passage", title, passage.redacted_text, url, heading=heading)
        for passage, heading in zip(document.passages, headings, strict=True)
    ]
