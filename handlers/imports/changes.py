"""Imports put into the knowledge and taken out again: each in one transaction, so that nothing is ever half done."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import Any

from handlers.entries.asked_names import AskedName
from handlers.entries.documents import Documents, document_ref
from handlers.entries.faqs import Faqs, faq_ref
from handlers.entries.guard import MORE, Checked, KnowledgeGuard, hidden_counts, no_app
from handlers.imports.preview import Entry, Known, by_id, plan, resolved, texts_of
from knowledge.errors import Unavailable
from knowledge.phrases import _
from knowledge.search.passages import cut_into_passages
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.documents import Document, DocumentRepository
from knowledge.store.entries.faqs import FaqEntry, FaqRepository
from knowledge.store.entries.hidden import FoundValue, HiddenValueRepository
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem, ItemOutcome, Texts
from knowledge.store.registry import erase_entries

MOST_TRIES = 5  # each with what others have changed meanwhile; after that it is told, not tried
SHOW_EVERY = 25  # items between two notes of the progress

Progress = Callable[[int, int], Awaitable[None]]
MOST_LOOKED_AT = 300_000  # characters before a preview; some four seconds


class Stale(Exception):
    """The knowledge changed after it was looked at; what was prepared for it is not written."""


@dataclass(frozen=True)
class Written:
    """An entry as it is to be kept, and what the guardrail found in it."""

    entry: Entry
    checked: Checked


@dataclass(frozen=True)
class Decision:
    """Items whose texts are put into the knowledge, items whose entries are taken out, and what is told of it.

    `asks`: whether their owner is asked about doubtful names.
    """

    put: Sequence[ImportItem]
    gone: Sequence[ImportItem]
    told: Sequence[ImportItem]
    asks: bool = False


@dataclass(frozen=True)
class HiddenInImport:
    """How many values of it visitors will not see, by kind, and the names that its owner is asked about."""

    counts: Mapping[str, int]
    asked: Sequence[AskedName]


Kept = Callable[[Sequence[ImportItem], HiddenInImport], Awaitable[None]]


class ImportChanges:
    """What imports do to an app's knowledge. Nothing is written that the guardrail has not seen."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        faq_rows: FaqRepository,
        document_rows: DocumentRepository,
        findings: HiddenValueRepository,
        faqs: Faqs,
        documents: Documents,
        guard: KnowledgeGuard,
    ) -> None:
        self._db = db
        self._apps = apps
        self._faqs = faqs
        self._faq_rows = faq_rows
        self._documents = documents
        self._document_rows = document_rows
        self._findings = findings
        self._guard = guard

    async def known(self, scope: AppScope) -> tuple[int, Known]:
        """What the app knows, and the version that this is. Raises NotFound if the app is gone."""

        async def look() -> tuple[int, Known]:
            app = await self._apps.get(scope)
            if app is None:
                raise no_app()
            documents = await self._document_rows.list(scope)
            # No import brings release notes, nor takes one for a document that is called like a version.
            known = Known(await self._faq_rows.list(scope), [each for each in documents if not each.release])
            return app.knowledge_version, known

        return await self._db.transaction(look)

    async def hidden(self, scope: AppScope, items: Sequence[ImportItem]) -> Mapping[str, int]:
        """How many values of what would be written visitors will not see, by kind; of a long import its beginning is
        looked at. Raises NotFound, GuardrailFailed.
        """
        app = await self._apps.get(scope)
        if app is None:
            raise no_app()
        pieces = [piece for item in items if item.outcome in WRITES for piece in _pieces(_final(item))]
        looked_at = [
            piece for piece, end in zip(pieces, accumulate(map(len, pieces)), strict=True) if end <= MOST_LOOKED_AT
        ]
        counts = hidden_counts((await self._guard.check(scope, looked_at, app)).found)
        return counts | {MORE: 1} if counts and len(looked_at) < len(pieces) else counts

    async def apply(
        self, scope: AppScope, items: Sequence[ImportItem], progress: Progress, kept: Kept, *, asks: bool
    ) -> None:
        """Write what the items say into the knowledge as it is then; `kept` is told the outcomes in the transaction.

        `asks`: somebody is there who may be asked about names. Raises Unavailable when others change the knowledge all
        the time, NotFound, and what `kept` raises.
        """

        def decide(known: Known) -> Decision:
            planned = plan(items, known)
            gone = [item for item in planned if item.outcome is ItemOutcome.REMOVED]
            return Decision([item for item in planned if item.outcome in WRITES], gone, planned, asks)

        await self._settle(scope, decide, progress, kept)

    async def undo(self, scope: AppScope, items: Sequence[ImportItem], progress: Progress, kept: Kept) -> None:
        """Put back what was there before. What was changed since is left as it is; `kept` is told what was undone.

        Raises the same.
        """

        def decide(known: Known) -> Decision:
            untouched = _still_as_imported(items, known)
            untouched += _still_gone(items, known)
            back = [replace(item, texts=item.before) for item in untouched if item.before]
            return Decision(back, [item for item in untouched if item.outcome is ItemOutcome.ADDED], untouched)

        await self._settle(scope, decide, progress, kept)

    async def _settle(
        self, scope: AppScope, decide: Callable[[Known], Decision], progress: Progress, kept: Kept
    ) -> None:
        """Decide by what is known, prepare, and write if it still is so; otherwise once more."""
        made: dict[Texts, Written] = {}
        for _again in range(MOST_TRIES):
            version, known = await self.known(scope)
            decision = decide(known)
            await self._prepare(scope, decision.put, made, progress)
            entries = by_id(known)
            writes = [(item, _as_planned(item, made, entries)) for item in decision.put]
            work = partial(self._write, scope, version, writes, decision, kept)
            with suppress(Stale):
                return await self._db.transaction(work)
        raise Unavailable(_("Your knowledge is being changed right now. Please try again in a minute."))

    async def _prepare(
        self, scope: AppScope, items: Sequence[ImportItem], made: dict[Texts, Written], progress: Progress
    ) -> None:
        """Have everything that will be written checked, outside any transaction: it takes its time."""
        wanted = [texts for item in items if (texts := _final(item)) not in made]
        for n, texts in enumerate(wanted):
            if n % SHOW_EVERY == 0:
                await progress(n, len(wanted))
            made[texts] = await self._made(scope, texts)

    async def _made(self, scope: AppScope, texts: Texts) -> Written:
        if isinstance(texts, DocumentTexts):
            return Written(*await self._documents.checked(scope, texts.title, texts.text, texts.url))
        entry, checked = await self._faqs.checked(scope, texts.question, texts.answer, texts.phrasings or ())
        return Written(replace(entry, exact=bool(texts.exact), url=texts.url), checked)

    async def _write(
        self,
        scope: AppScope,
        version: int,
        writes: Sequence[tuple[ImportItem, Written]],
        decision: Decision,
        kept: Kept,
    ) -> None:
        """All of it in the caller's transaction. Raises Stale where the knowledge is no longer what it was."""
        app = await self._apps.get(scope)
        if app is None:
            raise no_app()
        if app.knowledge_version != version:
            raise Stale
        entries = [written.entry for _item, written in writes]
        gone = [item.entry_id for item in decision.gone]
        if gone:
            await erase_entries(self._db, scope, gone)
        # A transaction holds up others while it lasts, so thousands go in few calls.
        await self._faq_rows.put_many(scope, [entry for entry in entries if isinstance(entry, FaqEntry)])
        await self._document_rows.put_many(scope, [entry for entry in entries if isinstance(entry, Document)])
        found = [value for _item, written in writes for value in _values(scope, written)]
        await self._findings.replace_many(scope, [entry.id for entry in entries], found)
        texts = [each for _item, written in writes for each in written.checked.found]
        asked = await self._guard.ask(scope, [entry.id for entry in entries], texts) if decision.asks else ()
        await kept(decision.told, HiddenInImport(hidden_counts(texts), asked))
        if gone or entries:
            await self._guard.newer(scope)


WRITES = frozenset({ItemOutcome.ADDED, ItemOutcome.CHANGED})


def _final(item: ImportItem) -> Texts:
    """The texts an item ends as."""
    if isinstance(item.texts, FaqTexts):
        return resolved(item.texts, item.before if isinstance(item.before, FaqTexts) else None)
    assert item.texts is not None  # of an item that is written
    return item.texts


def _pieces(texts: Texts) -> tuple[str, ...]:
    """The texts as they are checked once they are written."""
    if isinstance(texts, DocumentTexts):
        return texts.title, *cut_into_passages(texts.text)
    return texts.question, texts.answer, *(texts.phrasings or ())


def _as_planned(item: ImportItem, made: dict[Texts, Written], entries: Mapping[str, Entry]) -> Written:
    """What was made of an item's texts, under the id and age of the entry that it is."""
    written = made[_final(item)]
    own: dict[str, Any] = {"id": item.entry_id}
    if item.outcome not in {ItemOutcome.ADDED, ItemOutcome.REMOVED}:
        before = entries[item.entry_id]
        own |= {"created_at": before.created_at, "external_id": before.external_id}
    return replace(written, entry=replace(written.entry, **own))


def _still_as_imported(items: Sequence[ImportItem], known: Known) -> list[ImportItem]:
    """The items whose entries nobody has touched since."""
    entries = by_id(known)
    return [
        item
        for item in items
        if item.outcome in WRITES and item.entry_id in entries and texts_of(entries[item.entry_id]) == _final(item)
    ]


def _still_gone(items: Sequence[ImportItem], known: Known) -> list[ImportItem]:
    """The items whose entries were taken out."""
    entries = by_id(known)
    return [item for item in items if item.outcome is ItemOutcome.REMOVED and item.entry_id not in entries]


def _values(scope: AppScope, written: Written) -> list[FoundValue]:
    entry = written.entry
    ref = faq_ref(entry) if isinstance(entry, FaqEntry) else document_ref(entry)
    return written.checked.values(scope, ref)
