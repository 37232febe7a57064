"""FAQ entries and documents out of an export: looked through by the guardrail like all others."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from handlers.entries.documents import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_DOCUMENTS,
    MOST_NOTES,
    Documents,
    document_ref,
)
from handlers.entries.external_ids import external_id_of
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, MOST_FAQS, Faqs, faq_ref, kept_phrasings
from handlers.entries.guard import Checked, KnowledgeGuard
from handlers.exports.archives import Record
from handlers.exports.coming import Coming, each_of, some_of
from handlers.exports.records import day_in, list_in, text_in, time_in
from handlers.written import written, written_line
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.documents import Document, DocumentId, DocumentRepository, Release
from knowledge.store.entries.faqs import FaqEntry, FaqId, FaqRepository
from knowledge.store.entries.hidden import EntryRef, HiddenValueRepository

FAQS_AT_ONCE = 25
DOCUMENTS_AT_ONCE = 5
LONGEST_URL = 2_000


@dataclass(frozen=True)
class _Made:
    """An entry as it is kept, and what the guardrail found in it."""

    entry: FaqEntry | Document
    ref: EntryRef
    checked: Checked


Make = Callable[[Coming, AppScope, Record], Awaitable[_Made]]


class ReturnedEntries:
    """What is personal in it, and so hidden, is looked for anew: the guardrail may know more by now."""

    def __init__(
        self,
        db: Database,
        faq_rows: FaqRepository,
        document_rows: DocumentRepository,
        findings: HiddenValueRepository,
        faqs: Faqs,
        documents: Documents,
        guard: KnowledgeGuard,
    ) -> None:
        self._db = db
        self._faq_rows = faq_rows
        self._document_rows = document_rows
        self._findings = findings
        self._faqs = faqs
        self._documents = documents
        self._guard = guard

    def check(self, coming: Coming) -> Mapping[str, int]:
        faqs = Counter(each_of(coming.archive, "faqs.json", partial(_of_app, coming, _faq_in)))
        documents = Counter(each_of(coming.archive, "documents.json", partial(_of_app, coming, _document_in)))
        if max(faqs.values(), default=0) > MOST_FAQS:
            raise BadInput(_("You can have up to {most} FAQ entries. Remove one first.", most=MOST_FAQS))
        if max(documents.values(), default=0) > MOST_DOCUMENTS + MOST_NOTES:
            raise BadInput(_("You can have up to {most} documents. Remove one first.", most=MOST_DOCUMENTS))
        return {"faqs": faqs.total(), "documents": documents.total()}

    async def put(self, coming: Coming) -> AsyncIterator[int]:
        async for some in some_of(coming.archive.records("faqs.json"), FAQS_AT_ONCE):
            await self._keep(coming, some, self._faq)
            yield len(some)
        async for some in some_of(coming.archive.records("documents.json"), DOCUMENTS_AT_ONCE):
            await self._keep(coming, some, self._document)
            yield len(some)

    async def _keep(self, coming: Coming, records: Sequence[Record], make: Make) -> None:
        by_app: dict[AppScope, list[_Made]] = defaultdict(list)
        for record in records:
            scope = coming.scope_of(record)
            by_app[scope].append(await make(coming, scope, record))
        for scope, made in by_app.items():
            await self._db.transaction(partial(self._write, scope, made))

    async def _write(self, scope: AppScope, made: Sequence[_Made]) -> None:
        await self._guard.newer(scope)
        there = {*await self._faq_rows.ids(scope), *await self._document_rows.ids(scope)}
        # What came back before may have been changed since, and its name may be another one's by now.
        new = [await self._free(scope, each) for each in made if each.ref.id not in there]
        await self._faq_rows.put_many(scope, [each.entry for each in new if isinstance(each.entry, FaqEntry)])
        await self._document_rows.put_many(scope, [each.entry for each in new if isinstance(each.entry, Document)])
        found = [value for each in new for value in each.checked.values(scope, each.ref)]
        await self._findings.replace_many(scope, [each.ref.id for each in new], found)

    async def _free(self, scope: AppScope, made: _Made) -> _Made:
        """The same, without the name its programs gave it if that is taken."""
        entry = made.entry
        rows = self._faq_rows if isinstance(entry, FaqEntry) else self._document_rows
        if entry.external_id and await rows.of_external_id(scope, entry.external_id):
            return replace(made, entry=replace(entry, external_id=""))
        return made

    async def _faq(self, coming: Coming, scope: AppScope, record: Record) -> _Made:
        question, answer, phrasings = _faq_in(record)
        entry, checked = await self._faqs.checked(scope, question, answer, phrasings)
        kept = replace(
            entry,
            id=FaqId(coming.ids.of("entry", text_in(record, "_id"))),
            exact=record.get("exact") is True,
            external_id=_external_id_in(record),
            url=text_in(record, "url", LONGEST_URL) if "url" in record else "",
            created_at=time_in(record, "created_at"),
            updated_at=time_in(record, "updated_at"),
        )
        return _Made(kept, faq_ref(kept), checked)

    async def _document(self, coming: Coming, scope: AppScope, record: Record) -> _Made:
        document, checked = await self._documents.checked(scope, *_document_in(record))
        kept = replace(
            document,
            id=DocumentId(coming.ids.of("entry", text_in(record, "_id"))),
            external_id=_external_id_in(record),
            release=_release_in(record),
            created_at=time_in(record, "created_at"),
            updated_at=time_in(record, "updated_at"),
        )
        return _Made(kept, document_ref(kept), checked)


def _faq_in(record: Record) -> tuple[str, str, Sequence[str]]:
    asked = written_line(text_in(record, "question"), LONGEST_QUESTION)
    phrasings = [text_in({"phrasings": each}, "phrasings") for each in list_in(record, "phrasings")]
    return asked, written(text_in(record, "answer"), LONGEST_ANSWER), kept_phrasings(asked, phrasings)


def _external_id_in(record: Record) -> str:
    named = text_in(record, "external_id")
    return external_id_of(named) if named else ""


def _release_in(record: Record) -> Release | None:
    return Release(day_in(record, "released_on")) if isinstance(record.get("released_on"), str) else None


def _document_in(record: Record) -> tuple[str, str, str]:
    title = written_line(text_in(record, "title"), LONGEST_TITLE)
    _release_in(record)
    return title, written(text_in(record, "text"), LONGEST_TEXT), text_in(record, "url", LONGEST_URL)


def _of_app(coming: Coming, read: Callable[[Record], object], record: Record) -> AppScope:
    """Whose it is, if all of it is as it should be."""
    read(record)
    for name in ("created_at", "updated_at"):
        time_in(record, name)
    return coming.scope_of(record)
