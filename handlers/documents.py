"""Reference documents: kept whole, cut into passages that can be found and quoted."""

from collections.abc import Sequence
from dataclasses import dataclass

from guardrail.contacts import PublicContacts
from guardrail.findings import PiiKind
from guardrail.pii import Pii
from handlers.ports import Clock
from handlers.written import written, written_line
from knowledge.errors import BadInput, NotFound
from knowledge.passages import cut_into_passages
from knowledge.phrases import _
from knowledge.store.apps import AppRepository
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.documents import Document, DocumentRepository, Passage

LONGEST_TITLE = 200
LONGEST_TEXT = 200_000
MOST_DOCUMENTS = 500


@dataclass(frozen=True)
class SavedDocument:
    """A document as it is kept, and the kinds of personal information visitors will not see of it."""

    document: Document
    kinds: tuple[PiiKind, ...]


class Documents:
    """The documents of one app at a time. Every change makes the app's knowledge newer."""

    def __init__(self, db: Database, pii: Pii, clock: Clock) -> None:
        self._db = db
        self._documents = DocumentRepository(db)
        self._apps = AppRepository(db)
        self._pii = pii
        self._clock = clock

    async def add(self, scope: AppScope, title: str, text: str, url: str = "") -> SavedDocument:
        """Keep a new document. Raises BadInput for empty or overlong texts, or too many documents."""
        saved = await self._checked(scope, title, text, url)

        async def keep() -> None:
            if await self._documents.count(scope) >= MOST_DOCUMENTS:
                raise BadInput(_("There is room for {most} documents. Remove one first.", most=MOST_DOCUMENTS))
            await self._documents.add(scope, saved.document)
            await self._newer(scope)

        await self._db.transaction(keep)
        return saved

    async def get(self, scope: AppScope, document_id: str) -> Document:
        """One document. Raises NotFound."""
        document = await self._documents.get(scope, document_id)
        if document is None:
            raise _gone()
        return document

    async def scope_of(self, owner: OwnerScope, document_id: str) -> AppScope:
        """Which of the owner's apps a document belongs to. Raises NotFound."""
        scope = await self._documents.scope_of(owner, document_id)
        if scope is None:
            raise _gone()
        return scope

    async def list(self, scope: AppScope) -> Sequence[Document]:
        """The documents, the oldest first."""
        return await self._documents.list(scope)

    async def remove(self, scope: AppScope, document_id: str) -> Document:
        """Take a document away, and say which it was. Raises NotFound."""

        async def take() -> Document:
            document = await self.get(scope, document_id)
            if not await self._documents.remove(scope, document_id):
                raise _gone()
            await self._newer(scope)
            return document

        return await self._db.transaction(take)

    async def _newer(self, scope: AppScope) -> None:
        """The knowledge changed, in the caller's transaction. Raises NotFound if the app was deleted meanwhile."""
        if not await self._apps.touch_knowledge(scope):
            raise _no_app()

    async def _checked(self, scope: AppScope, title: str, text: str, url: str) -> SavedDocument:
        kept_title, kept_text = written_line(title, LONGEST_TITLE), written(text, LONGEST_TEXT)
        app = await self._apps.get(scope)
        if app is None:
            raise _no_app()
        public = PublicContacts.of(names=(app.name,))
        redacted_title = await self._pii.redact_for_model(kept_title, public)
        kinds = list(redacted_title.kinds)
        passages = []
        for n, passage in enumerate(cut_into_passages(kept_text)):
            redacted = await self._pii.redact_for_model(passage, public)
            passages.append(Passage(n, passage, redacted.text))
            kinds += redacted.kinds
        found, now = tuple(dict.fromkeys(kinds)), self._clock.now()
        document = Document(kept_title, kept_text, tuple(passages), redacted_title.text, found, now, now, url)
        return SavedDocument(document, found)


def _gone() -> NotFound:
    return NotFound(_("That document no longer exists."))


def _no_app() -> NotFound:
    return NotFound(_("That app does not exist."))
