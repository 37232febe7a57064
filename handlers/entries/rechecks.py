"""What is public has changed: the entries that hold it are redacted anew, some at once and the rest soon after.

Which entries are still to be looked at is kept with the app in the transaction that changes its contacts, and each
entry is taken off that list in the transaction that saves it: whoever is interrupted, nothing is forgotten.
"""

from functools import partial

import structlog

from guardrail.findings import GuardrailFailed
from guardrail.public_contacts import PublicContacts
from handlers.entries.documents import Documents
from handlers.entries.faqs import Faqs
from knowledge.errors import NotFound
from knowledge.store.apps.apps import AppRepository, Rechecking
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.documents import DocumentRepository
from knowledge.store.entries.faqs import FaqRepository

log = structlog.get_logger()

AT_ONCE = 50_000  # characters that are looked at while somebody waits; MongoDB gives a transaction ten seconds
A_ROUND = 500_000
LOOKED_THROUGH = 10  # an entry in which no contact stands costs so many times less
LEAST = 100  # what looking at an entry counts, however short it is
APPS_A_ROUND = 10


class Rechecks:
    """Entries to be checked again, the oldest first."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        faq_ids: FaqRepository,
        document_ids: DocumentRepository,
        faqs: Faqs,
        documents: Documents,
    ) -> None:
        self._db = db
        self._apps = apps
        self._faqs = faqs
        self._documents = documents
        self._faq_ids = faq_ids
        self._document_ids = document_ids

    async def begin(self, scope: AppScope, contact: str) -> None:
        """Note that `contact` became public or is no longer, in the caller's transaction."""
        faqs = [f"faq:{faq_id}" for faq_id in await self._faq_ids.ids(scope)]
        documents = [f"document:{document_id}" for document_id in await self._document_ids.ids(scope)]
        await self._apps.set_rechecking(scope, contact, [*faqs, *documents])

    async def go_on(self, scope: AppScope, most: int = AT_ONCE) -> bool:
        """Look at entries until about `most` characters are read; whether any are left."""
        failed: set[str] = set()
        while rechecking := await self._apps.rechecking(scope):
            entry = next((entry for entry in rechecking.entries if entry not in failed), None)
            if most <= 0 or (entry is None and rechecking.entries):
                return True
            try:
                most -= await self._db.transaction(partial(self._next, scope, rechecking, entry))
            except GuardrailFailed as error:
                # It stays on the list and does not keep the others waiting.
                failed.add(str(entry))
                log.warning("not checked again", entry=entry, error=type(error.__cause__ or error).__name__)
        return False

    async def round(self, most: int = A_ROUND) -> int:
        """Go on with what was left of any app; how many apps that was."""
        scopes = await self._apps.list_rechecking(APPS_A_ROUND)
        for scope in scopes:
            await self.go_on(scope, most)
        return len(scopes)

    async def _next(self, scope: AppScope, rechecking: Rechecking, entry: str | None) -> int:
        """Redact an entry anew if a contact stands in it, or be done if there is none; how many characters that was."""
        if entry is None:
            await self._apps.set_rechecked(scope, rechecking)
            return 0
        size = LEAST
        kind, _, entry_id = entry.partition(":")
        changed = PublicContacts.of(rechecking.contacts)
        try:
            # Read in this transaction: an edit at the same time is in conflict with it, not overwritten.
            if kind == "faq":
                faq = await self._faqs.get(scope, entry_id)
                texts = (faq.question, faq.answer, *faq.phrasings)
                if found := _stands_in(changed, texts):
                    await self._faqs.check_again(scope, faq)
            else:
                document = await self._documents.get(scope, entry_id)
                texts = (document.title, document.text)
                if found := _stands_in(changed, texts):
                    await self._documents.check_again(scope, document)
            size += sum(map(len, texts)) // (1 if found else LOOKED_THROUGH)
        except NotFound:
            pass  # removed meanwhile
        await self._apps.take_off_rechecking(scope, entry)
        return size


def _stands_in(contacts: PublicContacts, texts: tuple[str, ...]) -> bool:
    return any(contacts.stand_in(text) for text in texts)
