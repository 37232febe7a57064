"""An app's knowledge as its owner's programs read and write it: by ids of their own, safely twice, and never over
somebody else's change.

What is written passes the same core as at every other door: the guardrail, the limits of length and number, and the
look for an entry that asks the same.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, Protocol, TypeVar
from unicodedata import normalize

from handlers.entries.documents import LONGEST_TEXT, LONGEST_TITLE, Documents
from handlers.entries.doubles import AsksTheSame, NewEntries, ways_to_ask
from handlers.entries.external_ids import external_id_of
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, Faqs, kept_phrasings
from handlers.entries.guard import ChangedMeanwhile
from handlers.written import written, written_line
from knowledge.errors import MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from knowledge.store.entries.documents import Document
from knowledge.store.entries.faqs import FaqEntry

MOST_AT_ONCE = 100
MOST_TRIES = 3  # when others write the same thing at the same time
OWN_ID = 24  # characters of the ids that the store makes

Written = TypeVar("Written", contravariant=True)
Kept = TypeVar("Kept", FaqEntry, Document)


class OnDouble(StrEnum):
    """What becomes of a new entry that asks the same as one that is there."""

    REFUSE = "refuse"
    KEEP = "keep"
    REPLACE = "replace"


class PutOutcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class WrittenEntry:
    """An entry as a program has it; what is None stays as it is."""

    question: str
    answer: str
    phrasings: Sequence[str] | None = None
    exact: bool | None = None


@dataclass(frozen=True)
class WrittenDocument:
    """A document as a program has it; an address that is None stays."""

    title: str
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Condition:
    """Under which something is written: as it was read (one of
    `revisions`), only where it is `there`, or only where it is not (`new`)."""

    revisions: tuple[str, ...] = ()
    there: bool = False
    new: bool = False


@dataclass(frozen=True)
class Put(Generic[Kept]):
    """What was kept, and whether anything had to be."""

    outcome: PutOutcome
    item: Kept


@dataclass(frozen=True)
class PutResult(Generic[Kept]):
    """Of one of many: what was kept, or why not."""

    id: str
    put: Put[Kept] | None = None
    refusal: MimiError | None = None


class Shelf(Protocol[Written, Kept]):
    """One kind of knowledge: entries or documents."""

    async def list(self, app: App, skip: int, limit: int) -> Sequence[Kept]: ...
    async def count(self, app: App) -> int: ...
    async def get(self, app: App, item_id: str) -> Kept: ...
    async def put(
        self, app: App, item_id: str, new: Written, condition: Condition, on_double: OnDouble
    ) -> Put[Kept]: ...
    async def remove(self, app: App, item_id: str, condition: Condition) -> None: ...


def id_of(item: FaqEntry | Document) -> str:
    """What programs call it: by the name they gave it, else by the store's."""
    return item.external_id or item.id


def revision_of(item: FaqEntry | Document) -> str:
    """Another one after each change of its texts; the same wherever and whenever it is asked."""
    if isinstance(item, FaqEntry):
        texts: tuple[object, ...] = (item.question, item.answer, item.phrasings, item.exact)
    else:
        texts = (item.title, item.text, item.url)
    return hashlib.sha256(repr((item.id, texts)).encode("utf-8", "surrogatepass")).hexdigest()[:20]


async def put_many(
    shelf: Shelf[Written, Kept], app: App, items: Sequence[tuple[str, Written]], on_double: OnDouble
) -> list[PutResult[Kept]]:
    """Each by itself, in their order: one that cannot be kept does not keep the others waiting."""
    results: list[PutResult[Kept]] = []
    for item_id, new in items:
        try:
            results.append(PutResult(item_id, await shelf.put(app, item_id, new, Condition(), on_double)))
        except MimiError as refusal:
            results.append(PutResult(item_id, refusal=refusal))
    return results


class EntryShelf:
    """FAQ entries."""

    def __init__(self, db: Database, faqs: Faqs, new: NewEntries) -> None:
        self._db = db
        self._faqs = faqs
        self._new = new

    async def list(self, app: App, skip: int, limit: int) -> Sequence[FaqEntry]:
        return await self._faqs.list(app.scope, skip=skip, limit=limit)

    async def count(self, app: App) -> int:
        return await self._faqs.count(app.scope)

    async def get(self, app: App, item_id: str) -> FaqEntry:
        """Raises NotFound."""
        if found := await self._there(app, item_id):
            return found
        raise no_such()

    async def put(
        self, app: App, item_id: str, new: WrittenEntry, condition: Condition, on_double: OnDouble
    ) -> Put[FaqEntry]:
        """Keep it under this id. Raises ChangedMeanwhile, AsksTheSame, BadInput, NotFound."""

        async def once() -> Put[FaqEntry]:
            before = await self._there(app, item_id)
            _check(before, condition)
            if before is None:
                return await self._add(app, external_id_of(item_id), new, on_double)
            return await self._edit(app, before, new)

        return await _until_settled(once)

    async def remove(self, app: App, item_id: str, condition: Condition) -> None:
        """Raises NotFound, ChangedMeanwhile."""

        async def take() -> None:
            before = await self.get(app, item_id)
            _check(before, condition)
            await self._faqs.remove(app.scope, before.id)

        await self._db.transaction(take)

    async def _there(self, app: App, item_id: str) -> FaqEntry | None:
        if found := await self._faqs.called(app.scope, normalize("NFC", item_id)):
            return found
        return await _or_none(self._faqs.get(app.scope, item_id)) if len(item_id) == OWN_ID else None

    async def _add(self, app: App, external_id: str, new: WrittenEntry, on_double: OnDouble) -> Put[FaqEntry]:
        # `app` is as it was when the call came: a hundred entries are not each looked for in an index of their own.
        looks = on_double is not OnDouble.KEEP
        double = await self._new.double(app.scope, new.question, new.answer, app) if looks else None
        if double:
            # What its owner wrote elsewhere in the same words is this one.
            there = double.entry
            if (on_double is OnDouble.REPLACE or _is_same(there, new)) and not there.external_id:
                asked = ways_to_ask(there, written_line(new.question, LONGEST_QUESTION), new.phrasings or ())
                return await self._edit(app, there, replace(new, phrasings=asked), external_id)
            raise AsksTheSame(double)
        saved = await self._faqs.add(
            app.scope,
            new.question,
            new.answer,
            phrasings=new.phrasings or (),
            exact=bool(new.exact),
            external_id=external_id,
        )
        return Put(PutOutcome.CREATED, saved.entry)

    async def _edit(self, app: App, before: FaqEntry, new: WrittenEntry, external_id: str = "") -> Put[FaqEntry]:
        if _is_same(before, new) and not external_id:
            return Put(PutOutcome.UNCHANGED, before)
        saved = await self._faqs.edit(
            app.scope,
            before.id,
            new.question,
            new.answer,
            phrasings=new.phrasings,
            exact=new.exact,
            external_id=external_id,
            seen=before,
        )
        return Put(PutOutcome.CHANGED, saved.entry)


class DocumentShelf:
    """Reference documents."""

    def __init__(self, db: Database, documents: Documents) -> None:
        self._db = db
        self._documents = documents

    async def list(self, app: App, skip: int, limit: int) -> Sequence[Document]:
        return await self._documents.list(app.scope, skip=skip, limit=limit)

    async def count(self, app: App) -> int:
        return await self._documents.count(app.scope)

    async def get(self, app: App, item_id: str) -> Document:
        """Raises NotFound."""
        if found := await self._there(app, item_id):
            return found
        raise no_such()

    async def put(
        self, app: App, item_id: str, new: WrittenDocument, condition: Condition, on_double: OnDouble
    ) -> Put[Document]:
        """Keep it under this id. Raises ChangedMeanwhile, BadInput, NotFound."""

        async def once() -> Put[Document]:
            before = await self._there(app, item_id)
            _check(before, condition)
            if before is None:
                named = external_id_of(item_id)
                added = await self._documents.add(app.scope, new.title, new.text, new.url or "", external_id=named)
                return Put(PutOutcome.CREATED, added.document)
            same = (written_line(new.title, LONGEST_TITLE), written(new.text, LONGEST_TEXT))
            if same == (before.title, before.text) and new.url in {None, before.url}:
                return Put(PutOutcome.UNCHANGED, before)
            saved = await self._documents.edit(app.scope, before.id, new.title, new.text, url=new.url, seen=before)
            return Put(PutOutcome.CHANGED, saved.document)

        return await _until_settled(once)

    async def remove(self, app: App, item_id: str, condition: Condition) -> None:
        """Raises NotFound, ChangedMeanwhile."""

        async def take() -> None:
            before = await self.get(app, item_id)
            _check(before, condition)
            await self._documents.remove(app.scope, before.id)

        await self._db.transaction(take)

    async def _there(self, app: App, item_id: str) -> Document | None:
        if found := await self._documents.called(app.scope, normalize("NFC", item_id)):
            return found
        return await _or_none(self._documents.get(app.scope, item_id)) if len(item_id) == OWN_ID else None


def _is_same(entry: FaqEntry, new: WrittenEntry) -> bool:
    """Whether the entry says all of it already; what the program leaves out is as it is."""
    question, answer = written_line(new.question, LONGEST_QUESTION), written(new.answer, LONGEST_ANSWER)
    asked_too = entry.phrasings if new.phrasings is None else kept_phrasings(question, new.phrasings)
    exact = entry.exact if new.exact is None else new.exact
    return (entry.question, entry.answer, entry.phrasings, entry.exact) == (question, answer, asked_too, exact)


def _check(before: FaqEntry | Document | None, condition: Condition) -> None:
    """Raises ChangedMeanwhile where what is there is not what the program takes for granted."""
    if condition.new and before is not None:
        raise ChangedMeanwhile
    if condition.there and before is None:
        raise ChangedMeanwhile
    if condition.revisions and (before is None or revision_of(before) not in condition.revisions):
        raise ChangedMeanwhile


async def _until_settled(once: Callable[[], Awaitable[Put[Kept]]]) -> Put[Kept]:
    """Where somebody else writes the same in this moment, look again: then it is theirs that is changed."""
    for _again in range(MOST_TRIES - 1):
        try:
            return await once()
        except ChangedMeanwhile:
            continue
    return await once()


async def _or_none(found: Awaitable[Kept]) -> Kept | None:
    try:
        return await found
    except NotFound:
        return None


def no_such() -> NotFound:
    return NotFound(_("There is nothing with this id."))
