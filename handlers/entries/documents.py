"""Reference documents: kept whole, cut into passages that can be found and quoted."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from guardrail.findings import PiiKind
from handlers.entries.asked_names import AskedName
from handlers.entries.guard import ChangedMeanwhile, Checked, KnowledgeGuard
from handlers.ports import Clock
from handlers.written import written, written_line
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.search.passages import cut_into_passages
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.entries.documents import Document, DocumentRepository, Passage, Release
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.registry import erase_entries

LONGEST_TITLE = 200
LONGEST_TEXT = 200_000  # what is longer is cut in parts when imported (handlers/imports/drafts.py)
MOST_DOCUMENTS = 500  # beside release notes
MOST_NOTES = 100


@dataclass(frozen=True)
class SavedDocument:
    """A document as it is kept, and the kinds of personal information visitors will not see of it.

    `asked`: names in it that its owner is asked about now.
    """

    document: Document
    kinds: tuple[PiiKind, ...]
    asked: tuple[AskedName, ...] = ()


class Documents:
    """The documents of one app at a time. Every change makes the app's knowledge newer."""

    def __init__(self, db: Database, documents: DocumentRepository, guard: KnowledgeGuard, clock: Clock) -> None:
        self._db = db
        self._documents = documents
        self._guard = guard
        self._clock = clock

    async def add(
        self, scope: AppScope, title: str, text: str, url: str = "", *, external_id: str = ""
    ) -> SavedDocument:
        """Keep a new document. Raises BadInput for empty or overlong texts, or too many documents, and
        ChangedMeanwhile where there is one with this `external_id`.
        """
        document, checked = await self.checked(scope, title, text, url)
        document = replace(document, external_id=external_id)

        asked = await self._db.transaction(partial(self.keep, scope, document, checked))
        return SavedDocument(document, checked.kinds, tuple(asked))

    async def keep(self, scope: AppScope, document: Document, checked: Checked) -> Sequence[AskedName]:
        """The same for one that was `checked`, in the caller's transaction."""
        await self._check_room(scope, document)
        if document.external_id and await self._documents.of_external_id(scope, document.external_id):
            raise ChangedMeanwhile
        await self._documents.add(scope, document)
        await self._guard.saved(scope, document_ref(document), checked, is_new=True)
        return await self._guard.ask(scope, [document.id], checked.found)

    async def edit(
        self,
        scope: AppScope,
        document_id: str,
        title: str,
        text: str,
        *,
        url: str | None = None,
        release: Release | None = None,
        seen: Document | None = None,
    ) -> SavedDocument:
        """Give a document new texts; an address or release that is None stays. Raises NotFound, BadInput as `add` does.

        `seen` is how the caller read it: if it has been changed since, ChangedMeanwhile is raised.
        """
        before = seen or await self.get(scope, document_id)
        document, checked = await self.checked(scope, title, text, before.url if url is None else url)
        changed = replace(
            document,
            id=before.id,
            created_at=before.created_at,
            external_id=before.external_id,
            release=release or before.release,
        )

        async def keep() -> Sequence[AskedName]:
            await self._put(scope, changed, checked, seen)
            return await self._guard.ask(scope, [changed.id], checked.found)

        asked = await self._db.transaction(keep)
        return SavedDocument(changed, checked.kinds, tuple(asked))

    async def check_again(self, scope: AppScope, before: Document) -> None:
        """What is public has changed: redact the same words anew. Nothing happens to a document removed meanwhile."""
        document, checked = await self.checked(scope, before.title, before.text, before.url)
        again = replace(
            document,
            id=before.id,
            created_at=before.created_at,
            updated_at=before.updated_at,
            external_id=before.external_id,
            release=before.release,
        )
        with suppress(NotFound):
            await self._db.transaction(partial(self._put, scope, again, checked))

    async def get(self, scope: AppScope, document_id: str) -> Document:
        """One document. Raises NotFound."""
        document = await self._documents.get(scope, document_id)
        if document is None:
            raise _gone()
        return document

    async def called(self, scope: AppScope, external_id: str) -> Document | None:
        """The document that the owner's programs call so."""
        return await self._documents.of_external_id(scope, external_id)

    async def scope_of(self, owner: OwnerScope, document_id: str) -> AppScope:
        """Which of the owner's apps a document belongs to. Raises NotFound."""
        scope = await self._documents.scope_of(owner, document_id)
        if scope is None:
            raise _gone()
        return scope

    async def list(self, scope: AppScope, *, skip: int = 0, limit: int = 0) -> Sequence[Document]:
        """The documents, the oldest first; `limit` 0 gives all after the first `skip`."""
        return await self._documents.list(scope, skip=skip, limit=limit)

    async def count(self, scope: AppScope) -> int:
        return await self._documents.count(scope)

    async def notes(self, scope: AppScope, *, skip: int = 0, limit: int = 0) -> Sequence[Document]:
        """The release notes among them, the latest first."""
        return await self._documents.notes(scope, skip=skip, limit=limit)

    async def count_notes(self, scope: AppScope) -> int:
        return await self._documents.count_notes(scope)

    async def remove(self, scope: AppScope, document_id: str) -> Document:
        """Take a document away, and say which it was. Raises NotFound."""

        async def take() -> Document:
            document = await self.get(scope, document_id)
            await self._guard.newer(scope)  # as in faqs.py
            await erase_entries(self._db, scope, [document_id])
            return document

        return await self._db.transaction(take)

    async def _check_room(self, scope: AppScope, new: Document) -> None:
        notes = await self._documents.count_notes(scope)
        if new.release and notes >= MOST_NOTES:
            raise BadInput(_("You can have up to {most} release notes. Remove one first.", most=MOST_NOTES))
        if not new.release and await self._documents.count(scope) - notes >= MOST_DOCUMENTS:
            raise BadInput(_("You can have up to {most} documents. Remove one first.", most=MOST_DOCUMENTS))

    async def _put(self, scope: AppScope, changed: Document, checked: Checked, seen: Document | None = None) -> None:
        if not await self._documents.replace(scope, changed, seen):
            raise ChangedMeanwhile if seen else _gone()
        await self._guard.saved(scope, document_ref(changed), checked)

    async def checked(self, scope: AppScope, title: str, text: str, url: str) -> tuple[Document, Checked]:
        """A new document as it may be kept, and what the guardrail found in it. Raises BadInput as `add` does."""
        kept_title, kept_text = written_line(title, LONGEST_TITLE), written(text, LONGEST_TEXT)
        pieces = cut_into_passages(kept_text)
        checked, now = await self._guard.check(scope, (kept_title, *pieces)), self._clock.now()
        redacted_title, *redacted = checked.texts
        passages = tuple(Passage(n, *texts) for n, texts in enumerate(zip(pieces, redacted, strict=True)))
        return Document(kept_title, kept_text, passages, redacted_title, checked.kinds, now, now, url), checked


def document_ref(document: Document) -> EntryRef:
    return EntryRef("document", document.id, document.title)


def _gone() -> NotFound:
    return NotFound(_("That document no longer exists."))
