"""The preview of an import: items beside what is known already, what becomes of each, and what asks nearly the same."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from handlers.entries.documents import MOST_DOCUMENTS
from handlers.entries.doubles import DoubleWay
from handlers.entries.faqs import MOST_FAQS, MOST_PHRASINGS, faq_ref, kept_phrasings
from handlers.imports.drafts import Sheet
from knowledge.checks.facts import at_odds, says_otherwise
from knowledge.items import KnowledgeItem
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.phrases import Phrase, _
from knowledge.search.many_doubles import Progress, doubled_by
from knowledge.search.retrieval import KnownItems, Retrieval
from knowledge.store.database import AppScope, new_id
from knowledge.store.entries.documents import Document
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem, ItemOutcome, Similar, Texts

Entry = FaqEntry | Document

_PART = re.compile(r" \((\d+)/\d+\)\Z")
PATIENCE = 5.0  # seconds, when the app's own vectors are still being made
UNDECIDED = "undecided"  # among an import's counts


@dataclass(frozen=True)
class Known:
    """What an app knows when an import is compared with it."""

    faqs: Sequence[FaqEntry]
    documents: Sequence[Document]


def plan(items: Sequence[ImportItem], known: Known) -> list[ImportItem]:
    """The same items with their outcomes, and the parts of documents that a page has no more.

    Those without texts stay skipped for the reason they have.
    """
    planner = _Planner(known)
    settled = [planner.settle(item) for item in items if item.outcome is not ItemOutcome.REMOVED]
    settled += _still_vanished(items, settled, known)
    return [*settled, *_parts_gone(settled, known)]


def vanished(sheet: Sheet, first: int, pages: Collection[str], known: Known) -> list[ImportItem]:
    """Items, numbered from `first`, that take out what came from pages which are no longer there."""
    gone = [entry for entry in by_id(known).values() if entry.url in pages]
    return [
        ImportItem(
            sheet.scope,
            sheet.job_id,
            n,
            0,
            ItemOutcome.REMOVED,
            entry.question if isinstance(entry, FaqEntry) else entry.title,
            sheet.expires_at,
            entry_id=entry.id,
            before=texts_of(entry),
            page=entry.url,
        )
        for n, entry in enumerate(gone, first)
    ]


def _still_vanished(items: Sequence[ImportItem], settled: Sequence[ImportItem], known: Known) -> list[ImportItem]:
    """Those of `vanished` whose entries are as they were, and stand on no other page."""
    there, taken = by_id(known), {item.entry_id for item in settled if item.entry_id}
    pages = {item.page for item in settled if item.texts}
    return [
        item
        for item in items
        if item.outcome is ItemOutcome.REMOVED
        and item.page not in pages
        and item.entry_id not in taken
        and item.entry_id in there
        and texts_of(there[item.entry_id]) == item.before
    ]


def resolved(texts: FaqTexts, before: FaqTexts | None) -> FaqTexts:
    """The texts with what they say nothing of taken from the entry that is there."""
    phrasings = texts.phrasings if texts.phrasings is not None else before.phrasings if before else ()
    exact = texts.exact if texts.exact is not None else before.exact if before else False
    return replace(texts, phrasings=phrasings, exact=exact, url=texts.url or (before.url if before else ""))


def asked_as(text: str) -> str:
    """What two spellings of one question have in common: letters and digits, whatever their width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalnum()) or plain


def by_id(known: Known) -> dict[str, Entry]:
    """All of it, by the entries' ids."""
    entries: list[Entry] = [*known.faqs, *known.documents]
    return {entry.id: entry for entry in entries}


def texts_of(entry: Entry) -> Texts:
    """An entry's texts as an import writes them down."""
    if isinstance(entry, FaqEntry):
        return FaqTexts(entry.question, entry.answer, entry.phrasings, entry.exact, entry.url)
    return DocumentTexts(entry.title, entry.text, entry.url)


class _Planner:
    """Goes through the items in their order; what comes later is compared with what came before, too."""

    def __init__(self, known: Known) -> None:
        self._faqs = {asked_as(entry.question): entry for entry in reversed(known.faqs)}
        self._documents = {_place(entry): entry for entry in reversed(known.documents)}
        self._document_ids: dict[str, Document] = {entry.id: entry for entry in known.documents}
        self._faqs_left = MOST_FAQS - len(known.faqs)
        self._documents_left = MOST_DOCUMENTS - len(known.documents)
        self._met: dict[str, ImportItem] = {}
        self._by_id: dict[str, FaqEntry] = {entry.id: entry for entry in known.faqs}
        self._taken: set[str] = set()

    def settle(self, item: ImportItem) -> ImportItem:
        if item.texts is None:
            return item
        key = _key(item.texts)
        if before := self._met.get(key):
            return _skipped_for(item, before)
        self._met[key] = item
        if isinstance(item.texts, FaqTexts):
            return self._faq(item, item.texts)
        return self._document(item, item.texts)

    def _faq(self, item: ImportItem, texts: FaqTexts) -> ImportItem:
        # One that was settled to replace an entry has that entry's id.
        entry = self._faqs.get(asked_as(texts.question)) or self._by_id.get(item.entry_id)
        if entry is None:
            self._faqs_left -= 1
            no_room = _("You can have up to {most} FAQ entries. Remove one first.", most=MOST_FAQS)
            return _added(item) if self._faqs_left >= 0 else _skipped(item, no_room)
        if entry.id in self._taken:
            return _skipped(item, _("It is in there twice."))
        self._taken.add(entry.id)
        before = FaqTexts(entry.question, entry.answer, entry.phrasings, entry.exact, entry.url)
        now = resolved(texts, before)
        found = _found(item, entry.id, None if now == before else before)
        is_moved = now != before and replace(now, url=before.url) == before
        return replace(found, why=_("Only its address has changed.")) if is_moved else found

    def _document(self, item: ImportItem, texts: DocumentTexts) -> ImportItem:
        # Two may have one title: the one that was meant has the item's id.
        meant = self._document_ids.get(item.entry_id)
        entry = meant if meant and _place(meant) == _place(texts) else self._documents.get(_place(texts))
        if entry is None:
            self._documents_left -= 1
            no_room = _("You can have up to {most} documents. Remove one first.", most=MOST_DOCUMENTS)
            return _added(item) if self._documents_left >= 0 else _skipped(item, no_room)
        before = DocumentTexts(entry.title, entry.text, entry.url)
        return _found(item, entry.id, None if texts == before else before)


def _parts_gone(items: Sequence[ImportItem], known: Known) -> list[ImportItem]:
    """A long page is kept in parts; when it gets shorter, its last ones hold what stands there no more."""
    whole = {item.texts.url: item for item in items if item.page and isinstance(item.texts, DocumentTexts)}
    there = {_place(item.texts) for item in items if isinstance(item.texts, DocumentTexts)}
    gone = [each for each in known.documents if each.url in whole and _place(each) not in there]
    first = max((item.n for item in items), default=-1) + 1
    return [_removed(whole[document.url], n, document) for n, document in enumerate(gone, first)]


def _removed(beside: ImportItem, n: int, document: Document) -> ImportItem:
    before = DocumentTexts(document.title, document.text, document.url)
    fresh = replace(beside, n=n, row=0, shown=document.title, texts=None, why=None, similar=None)
    return replace(fresh, outcome=ItemOutcome.REMOVED, entry_id=document.id, before=before)


def _key(texts: Texts) -> str:
    return f"faq {asked_as(texts.question)}" if isinstance(texts, FaqTexts) else f"document {_place(texts)}"


def _place(texts: DocumentTexts | Document) -> str:
    """What makes a document the same one: where it can be read and its part, else its title."""
    part = _PART.search(texts.title)
    return f"{texts.url} {part[1] if part else 1}" if texts.url else texts.title


def _added(item: ImportItem) -> ImportItem:
    return replace(item, outcome=ItemOutcome.ADDED, entry_id=item.entry_id or new_id(), before=None, why=None)


def _found(item: ImportItem, entry_id: str, before: Texts | None) -> ImportItem:
    """In an entry that is there already; `before` if that will be another one."""
    outcome = ItemOutcome.CHANGED if before else ItemOutcome.SAME
    return replace(item, outcome=outcome, entry_id=entry_id, before=before, why=None)


def _skipped(item: ImportItem, why: Phrase) -> ImportItem:
    return replace(item, outcome=ItemOutcome.SKIPPED, entry_id="", before=None, why=why)


def _skipped_for(item: ImportItem, met: ImportItem) -> ImportItem:
    """The same thing stands further up in the same source."""
    if (
        met.row
        and isinstance(item.texts, FaqTexts)
        and isinstance(met.texts, FaqTexts)
        and item.texts.answer != met.texts.answer
    ):
        return _skipped(item, _("Line {row} asks the same but answers it differently.", row=met.row))
    if not met.row:
        return _skipped(item, _("It is in there twice."))
    return _skipped(item, _("Line {row} is the same.", row=met.row))


class ImportLikeness:
    """Compares what an import would add with what is there, and with what it adds besides."""

    def __init__(self, vectors: ItemVectors | None, retrieval: Retrieval) -> None:
        self._vectors = vectors
        self._retrieval = retrieval

    async def noted(
        self,
        scope: AppScope,
        version: int,
        items: Sequence[ImportItem],
        faqs: Sequence[FaqEntry],
        progress: Progress,
    ) -> list[ImportItem]:
        """The items, with a note where another entry asks the same: one of the app's, else one further up."""
        added = [item for item in items if item.outcome is ItemOutcome.ADDED and isinstance(item.texts, FaqTexts)]
        new = [KnowledgeItem(item.entry_id, "faq", _texts(item).question, _texts(item).answer) for item in added]
        known = await self._retrieval.entries(scope, version, PATIENCE) if new and faqs else KnownItems()
        told = _Told(added, faqs)
        doubled = await doubled_by(new, known, self._vectors, progress)
        notes = {item.entry_id: told.of(item, ids) for item, ids in zip(added, doubled, strict=True)}
        return [replace(item, similar=notes.get(item.entry_id)) if item.entry_id else item for item in items]


class _Told:
    """What is said of an item beside what it doubles."""

    def __init__(self, added: Sequence[ImportItem], faqs: Sequence[FaqEntry]) -> None:
        self._added = {item.entry_id: item for item in added}
        self._faqs: dict[str, FaqEntry] = {entry.id: entry for entry in faqs}

    def of(self, item: ImportItem, doubled: Sequence[KnowledgeItem]) -> Similar | None:
        """One of the app's before any further up."""
        new = _texts(item)
        for each in doubled:
            if entry := self._faqs.get(each.id):
                return _similar(faq_ref(entry), entry.answer, new.answer)
        for each in doubled:
            if above := self._added.get(each.id):
                ref = EntryRef("new", above.entry_id, _texts(above).question)
                return _similar(ref, _texts(above).answer, new.answer)
        return None


def _similar(entry: EntryRef, answer: str, new: str) -> Similar:
    return Similar(entry, contradicts=at_odds(answer, new), differs=says_otherwise(answer, new))


def settled(item: ImportItem, way: DoubleWay, entry: FaqEntry | None) -> ImportItem:
    """An item that asks the same as an entry, once its owner has said what becomes of it."""
    fresh = replace(item, similar=None)
    if way is DoubleWay.BOTH or entry is None:
        return fresh
    new = _texts(item)
    if way is DoubleWay.PHRASING:
        asked = kept_phrasings(entry.question, (*entry.phrasings, new.question))
        texts = FaqTexts(entry.question, entry.answer, asked)
    else:
        ways = dict.fromkeys((*(new.phrasings or ()), *entry.phrasings, entry.question))
        texts = replace(new, phrasings=tuple(way for way in ways if way != new.question)[:MOST_PHRASINGS])
    return replace(fresh, texts=texts, outcome=ItemOutcome.CHANGED, entry_id=entry.id, before=texts_of(entry))


def counts_of(items: Sequence[ImportItem]) -> dict[str, int]:
    """Items by outcome, how many are like another one, and of how many that has to be decided."""
    counts = Counter(str(item.outcome) for item in items)
    undecided = sum(map(is_undecided, items))
    similar = sum(item.similar is not None for item in items)
    return dict(counts) | {"similar": similar} | ({UNDECIDED: undecided} if undecided else {})


def is_undecided(item: ImportItem) -> bool:
    """Whether an entry that is there asks the same, and its owner has not said what becomes of it."""
    return item.similar is not None and item.similar.entry.kind == "faq"


def _texts(item: ImportItem) -> FaqTexts:
    assert isinstance(item.texts, FaqTexts)
    return item.texts
