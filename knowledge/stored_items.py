"""An app's knowledge as it is searched and shown to the model: redacted, FAQ entries first, in a stable order."""

from collections.abc import Sequence

from babel.dates import format_date

from knowledge.items import KnowledgeItem
from knowledge.language import language_of
from knowledge.phrases import _, to_lang
from knowledge.search.passages import headings_of
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.documents import Document, DocumentRepository
from knowledge.store.entries.faqs import FaqEntry, FaqRepository
from knowledge.store.entries.hidden import EntryRef

LATEST = _("the latest version")


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
        newest = max(filter(None, map(_age, documents)), default=None)
        return faqs + [item for each in documents for item in _passages(each, is_newest=_age(each) == newest)]


def _faq(entry: FaqEntry) -> KnowledgeItem:
    question, answer = entry.redacted_question, entry.redacted_answer
    return KnowledgeItem(entry.id, "faq", question, answer, entry.url, entry.redacted_phrasings, entry.exact)


def entry_of(item: KnowledgeItem) -> EntryRef:
    """The entry that an item is, or is a part of."""
    if item.kind == "faq":
        return EntryRef("faq", item.id, item.title)
    return EntryRef("document", item.id.rpartition("-")[0], item.title)


def _age(document: Document) -> tuple[str, str] | None:
    """What comes later of release notes is greater, as in their list; None for other documents."""
    if document.release is None:
        return None
    return (document.release.day.isoformat() if document.release.day else "", document.id)


def _passages(document: Document, *, is_newest: bool) -> list[KnowledgeItem]:
    title, url = document.redacted_title, document.url
    headings = headings_of(title, [passage.redacted_text for passage in document.passages])
    if document.release:
        title = _of_release(document, title, is_newest=is_newest)
    return [
        KnowledgeItem(f"{document.id}-{passage.n}", "passage", title, passage.redacted_text, url, heading=heading)
        for passage, heading in zip(document.passages, headings, strict=True)
    ]


def _of_release(document: Document, title: str, *, is_newest: bool) -> str:
    """A note's title as questions name it, with its day; of the newest, that it is. In the language of the note."""
    lang = language_of(document.text)
    day = document.release.day if document.release else None
    named = (format_date(day, "long", locale=to_lang(lang)) if day else "", LATEST.say(lang) if is_newest else "")
    said = _("{title}: what's new, what changed", title=title).say(lang)
    return f"{said} ({', '.join(filter(None, named))})" if any(named) else said
